package import AssayAttestation
package import AssayCrypto
package import AssayTLog

/// The private keys of a ledger, matched with its charter.
package struct LedgerKeys: Sendable {
    /// Signs the ledger's own entries.
    package let entryKey: PrivateKey
    private let origin: Origin
    private let signers: [SignerKey]

    /// Matches keys with the charter in force.
    ///
    /// - Throws: `KeyMismatch` if a key is not one of the charter's, or one is missing that this
    ///   machine can sign with: every checkpoint carries all of them (formats.md section 6).
    package init(
        charter: Charter, checkpointKeys: [PrivateKey], entryKey: PrivateKey
    ) throws(KeyMismatch) {
        var signers: [SignerKey] = []
        for listed in charter.checkpointKeys {
            let signer = checkpointKeys.lazy.compactMap {
                SignerKey(name: listed.name, type: listed.type, privateKey: $0)
            }.first { $0.verifierKey == listed }
            if let signer {
                signers.append(signer)
            } else if listed.type == .ed25519 || listed.type.algorithm.isAvailable {
                throw .missingCheckpointKey(listed)
            }
        }
        for key in checkpointKeys {
            let raw = key.publicKey.rawEd25519 ?? key.publicKey.rawMLDSA44
            guard signers.contains(where: { $0.verifierKey.publicKey == raw }) else {
                throw .notACheckpointKey(key.publicKey.keyID)
            }
        }
        guard charter.entryKeys.contains(entryKey.publicKey) else {
            throw .notAnEntryKey(entryKey.publicKey.keyID)
        }
        self.signers = signers
        self.entryKey = entryKey
        origin = charter.origin
    }

    /// Signs the checkpoint of a tree head: the log's lines in the order of the charter.
    package func checkpoint(of head: TreeHead) throws(SigningFault) -> [UInt8] {
        let checkpoint = Checkpoint(origin: origin, head: head)
        do {
            var lines: [NoteSignature] = []
            for signer in signers {
                // The log makes no statement about time; its witnesses do.
                lines.append(try signer.sign(checkpoint, at: .unstated))
            }
            return try SignedNote(text: checkpoint.noteText, signatures: lines).bytes
        } catch {
            throw SigningFault(reason: "\(error)")
        }
    }
}

/// Why keys are not those of a ledger.
package enum KeyMismatch: Error, Hashable, Sendable {
    /// The charter lists this checkpoint key, and its private half was not given.
    case missingCheckpointKey(VerifierKey)
    /// The charter does not list this checkpoint key.
    case notACheckpointKey(KeyID)
    /// The charter does not list this entry key.
    case notAnEntryKey(KeyID)
}

extension KeyMismatch: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .missingCheckpointKey(let key):
            "the private key of the charter's checkpoint key \(key.text) was not given"
        case .notACheckpointKey(let keyID):
            "key \(keyID) is not one of the charter's checkpoint keys"
        case .notAnEntryKey(let keyID): "key \(keyID) is not one of the charter's entry keys"
        }
    }
}
