import AssayCrypto
package import AssayTLog
package import Testing

/// Test keys of notes, made from seeds that say what they are.
package enum NoteFixtures {
    /// The Ed25519 signer called `name` whose seed is the hash of its name and type.
    package static func signer(_ name: String, _ type: SignatureType) throws -> SignerKey {
        let seed = SHA256.hash([UInt8]("test key of \(name), type \(type.rawValue)".utf8)).bytes
        let keyName = try #require(KeyName(Text(name)))
        return try #require(SignerKey(name: keyName, type: type, ed25519Seed: seed))
    }

    /// A checkpoint of `origin` at `size` with a root made from the size.
    package static func checkpoint(_ origin: String, size: UInt64) throws -> Checkpoint {
        Checkpoint(
            origin: try #require(Origin(Text(origin))),
            head: TreeHead(
                size: TreeSize(size), root: MerkleTree.leafHash(of: size.bigEndianBytes)))
    }

    /// Whether the libcrypto at hand can check ML-DSA-44 cosignatures.
    ///
    /// Any signature under any key tells: it is either wrong or cannot be checked.
    package static let canCheckMLDSA44: Bool = {
        do {
            let type = SignatureType.mlDSA44Cosignature
            let name = try #require(KeyName("probe"))
            let key = try VerifierKey(
                name: name, type: type,
                publicKey: [UInt8](repeating: 1, count: type.publicKeyByteCount))
            let line = [UInt8](repeating: 1, count: 8 + type.signatureByteCount)
            let text = "— probe " + Base64.encode(key.id.bytes + line)
            let signature = try #require(NoteSignature(line: [UInt8](text.utf8)))
            let checkpoint = try checkpoint("probe", size: 1)
            _ = try SignedNote(text: checkpoint.noteText, signatures: [signature])
                .open(with: [key])
            return true
        } catch {
            return error as? NoteError != .algorithmUnavailable(.mlDSA44)
        }
    }()

    /// What to say when tests are skipped for lack of it.
    package static let mlDSA44Comment: Comment =
        "skipped: the libcrypto at hand has no ML-DSA-44"
}
