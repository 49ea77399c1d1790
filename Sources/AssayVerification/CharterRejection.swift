public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// Why bytes are not a valid genesis charter.
public enum CharterRejection: Error, Hashable, Sendable {
    /// The envelope, statement or charter is not in its allowed form.
    case malformed(AttestationError)
    /// The statement is of another type.
    case notACharter(type: Text)
    /// The genesis has version 1; amendments cannot begin a ledger.
    case notGenesis(version: UInt64)
    /// A key is both the log's and a witness's.
    case conflictingKeys(PolicyError)
    /// These keys are listed and have not signed: possession is not shown.
    case missingSignatures([KeyID])
    /// A key signed that the charter does not list.
    case signerUnknown(KeyID)
    /// The signature by this key does not verify.
    case signatureInvalid(KeyID)
    /// The libcrypto at hand cannot check signatures by this key.
    case algorithmUnavailable(KeyID, SignatureAlgorithm)
    /// libcrypto failed for a reason of its own.
    case libraryFault
}

extension CharterRejection: CustomStringConvertible {
    /// What is wrong, in words; text from the charter is escaped.
    public var description: String {
        switch self {
        case .malformed(let error): EscapedText.escape("\(error)")
        case .notACharter(let type): "the statement is \(EscapedText.escape(type)), not a charter"
        case .notGenesis(let version): "the charter has version \(version); a genesis has version 1"
        case .conflictingKeys(let error):
            "a key is both the log's and a witness's: \(EscapedText.escape("\(error)"))"
        case .missingSignatures(let keyIDs):
            "\(keyIDs.count) listed keys have not signed: "
                + keyIDs.map(\.hex).joined(separator: ", ")
        case .signerUnknown(let keyID): "key \(keyID) signed but is not listed"
        case .signatureInvalid(let keyID): "the signature by key \(keyID) does not verify"
        case .algorithmUnavailable(let keyID, let algorithm):
            "key \(keyID) uses \(algorithm.rawValue), which the cryptographic library at hand lacks"
        case .libraryFault: "the cryptographic library failed"
        }
    }
}
