public import AssayAttestation
public import AssayCrypto

/// Why an entry may not stand in the log at its index.
public enum EntryRejection: Error, Hashable, Sendable {
    /// The envelope, statement or predicate is not in its allowed form.
    case malformed(AttestationError)
    /// The statement names another ledger.
    case otherLedger(found: LedgerID)
    /// No key of the charter has this keyid.
    case signerUnknown(KeyID)
    /// The key was a member's, and is not in force at this index.
    case keyNotInForce(KeyID)
    /// The signature by this key does not verify.
    case signatureInvalid(KeyID)
    /// The libcrypto at hand cannot check signatures by this key.
    case algorithmUnavailable(KeyID, SignatureAlgorithm)
    /// The signers may not state this.
    case notEntitled(Entitlement)
    /// The entry would change the charter in a way that the charter in force forbids.
    case charterConflict(CharterConflict)
    /// Entries of this type are not taken by this version.
    case typeNotSupported(Text)
    /// libcrypto failed for a reason of its own.
    case libraryFault

    /// What a signer lacks.
    public enum Entitlement: Hashable, Sendable {
        /// The key is a member's without the use that this type asks for.
        case keyLacksUse(KeyID, KeyUse)
        /// Keys of two members signed one entry.
        case severalMembers(Text, Text)
        /// A member's key signed an entry that only the ledger may write, or the reverse.
        case wrongSigner(KeyID, type: Text)
        /// The charter asks for more signatures, by keys of different algorithms.
        case tooFewSignatures(member: Text, actual: Int, required: Int)
        /// An index root that covers entries after itself.
        case indexRootAhead(size: UInt64, index: UInt64)
    }

    /// Why an entry that changes the charter is refused.
    public enum CharterConflict: Hashable, Sendable {
        /// Entry 0 is the only genesis.
        case secondGenesis
        /// Amendments and changes of member keys are not accepted by this version.
        case changeNotSupported(type: Text)
    }
}

extension EntryRejection {
    /// The stable code of the reason, as the service and the verifier report it.
    public var code: String {
        switch self {
        case .malformed: "malformed"
        case .otherLedger: "wrong-ledger"
        case .signerUnknown: "signer-unknown"
        case .keyNotInForce: "key-not-in-force"
        case .signatureInvalid: "signature-invalid"
        case .algorithmUnavailable: "algorithm-unavailable"
        case .notEntitled: "not-entitled"
        case .charterConflict: "charter-conflict"
        case .typeNotSupported: "type-not-supported"
        case .libraryFault: "library-fault"
        }
    }
}

extension EntryRejection: CustomStringConvertible {
    /// What is wrong, in words; text from the entry is escaped.
    public var description: String {
        switch self {
        case .malformed(let error): EscapedText.escape("\(error)")
        case .otherLedger(let found): "the statement was made for another ledger, \(found)"
        case .signerUnknown(let keyID): "no key of the charter has keyid \(keyID)"
        case .keyNotInForce(let keyID): "key \(keyID) is not in force at this index"
        case .signatureInvalid(let keyID): "the signature by key \(keyID) does not verify"
        case .algorithmUnavailable(let keyID, let algorithm):
            "key \(keyID) uses \(algorithm.rawValue), which the cryptographic library at hand lacks"
        case .notEntitled(let entitlement): entitlement.description
        case .charterConflict(let conflict): conflict.description
        case .typeNotSupported(let type):
            "entries of type \(EscapedText.escape(type)) are not taken by this version"
        case .libraryFault: "the cryptographic library failed"
        }
    }
}

extension EntryRejection.Entitlement: CustomStringConvertible {
    /// What the signer lacks, in words.
    public var description: String {
        switch self {
        case .keyLacksUse(let keyID, let use):
            "key \(keyID) may not be used to \(use.rawValue)"
        case .severalMembers(let first, let second):
            "keys of two members signed one entry: \(EscapedText.escape(first)) and "
                + EscapedText.escape(second)
        case .wrongSigner(let keyID, let type):
            "key \(keyID) may not sign entries of type \(EscapedText.escape(type))"
        case .tooFewSignatures(let member, let actual, let required):
            "the charter asks \(EscapedText.escape(member)) for \(required) signatures by keys of "
                + "different algorithms; there are \(actual)"
        case .indexRootAhead(let size, let index):
            "the index root covers \(size) entries but stands at index \(index)"
        }
    }
}

extension EntryRejection.CharterConflict: CustomStringConvertible {
    /// Why the change is refused, in words.
    public var description: String {
        switch self {
        case .secondGenesis: "a genesis charter stands at index 0 only"
        case .changeNotSupported(let type):
            "entries of type \(EscapedText.escape(type)) are not accepted by this version; the "
                + "charter stays as its genesis set it"
        }
    }
}
