import AssayTLog

/// Every no of the log to a submission (service.md, problem codes).
package enum Refusal: Error, Hashable, Sendable {
    /// The envelope, statement or predicate is not what the formats allow.
    case malformed(String)
    /// A signature does not verify.
    case signatureInvalid(String)
    /// No member and no key of the ledger has this keyid.
    case signerUnknown(String)
    /// The key was known, but does not speak for its member now.
    case keyNotInForce(String)
    /// The signer may not make this kind of statement.
    case notEntitled(String)
    /// The statement refers to an entry that is not there.
    case referenceUnknown(String)
    /// A charter or member-keys statement that does not follow from the one in force.
    case charterConflict(String)
    /// The entry or its payload exceeds a limit of formats.md section 2.
    case tooLarge(String)
    /// The libcrypto at hand lacks the algorithm of a signature.
    case algorithmUnavailable(String)
    /// The member or address has used up its share of requests.
    case rateLimited(String, retryAfterSeconds: Int)
    /// The bounded queue before the sequencer is full.
    case queueFull
    /// The device has no room for the entry; nothing was written.
    case storageFull
    /// The log cannot append until it has been started again; whether this entry is on record is
    /// told by submitting it once more then.
    case storageUnavailable(String)
    /// The entry is durable and signed, but too few witnesses have cosigned.
    case noQuorum(Receipt)
}

extension Refusal {
    /// The codes of service.md.
    package enum Code: String, CaseIterable, Sendable {
        case malformed
        case signatureInvalid = "signature-invalid"
        case signerUnknown = "signer-unknown"
        case keyNotInForce = "key-not-in-force"
        case notEntitled = "not-entitled"
        case referenceUnknown = "reference-unknown"
        case charterConflict = "charter-conflict"
        case tooLarge = "too-large"
        case algorithmUnavailable = "algorithm-unavailable"
        case rateLimited = "rate-limited"
        case queueFull = "queue-full"
        case storageFull = "storage-full"
        case storageUnavailable = "storage-unavailable"
        case noQuorum = "no-quorum"
    }

    /// The code of service.md.
    package var code: Code {
        switch self {
        case .malformed: .malformed
        case .signatureInvalid: .signatureInvalid
        case .signerUnknown: .signerUnknown
        case .keyNotInForce: .keyNotInForce
        case .notEntitled: .notEntitled
        case .referenceUnknown: .referenceUnknown
        case .charterConflict: .charterConflict
        case .tooLarge: .tooLarge
        case .algorithmUnavailable: .algorithmUnavailable
        case .rateLimited: .rateLimited
        case .queueFull: .queueFull
        case .storageFull: .storageFull
        case .storageUnavailable: .storageUnavailable
        case .noQuorum: .noQuorum
        }
    }

    /// What is wrong and what to do, for people.
    package var detail: String {
        switch self {
        case .malformed(let detail), .signatureInvalid(let detail), .signerUnknown(let detail),
            .keyNotInForce(let detail), .notEntitled(let detail), .referenceUnknown(let detail),
            .charterConflict(let detail), .tooLarge(let detail),
            .algorithmUnavailable(let detail), .rateLimited(let detail, _),
            .storageUnavailable(let detail):
            detail
        case .queueFull:
            "more submissions are waiting than the log takes at once; submit it again later"
        case .storageFull:
            "the log has no room to store the entry, and nothing was written; submit it again later"
        case .noQuorum(let receipt):
            """
            the entry is on record at index \(receipt.index.value) and signed by the log, but \
            too few witnesses have cosigned it; ask again later
            """
        }
    }

    /// After how many seconds to try again, where trying again can help.
    package var retryAfterSeconds: Int? {
        switch self {
        case .rateLimited(_, let seconds): seconds
        case .queueFull: 1
        case .storageFull, .storageUnavailable, .noQuorum: 30
        case .malformed, .signatureInvalid, .signerUnknown, .keyNotInForce, .notEntitled,
            .referenceUnknown, .charterConflict, .tooLarge, .algorithmUnavailable:
            nil
        }
    }
}
