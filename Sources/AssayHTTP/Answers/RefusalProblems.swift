import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog

extension Problem {
    /// The one table from the log's refusals to answers.
    init(_ refusal: Refusal) {
        let code: ProblemCode =
            switch refusal {
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
        self.init(code, refusal.detail, retryAfterSeconds: refusal.retryAfterSeconds)
        if case .noQuorum(let receipt) = refusal {
            // The entry is on record, and the submitter must learn where.
            members = receipt.members
        }
    }

    /// The answer when the store does not give what it holds.
    init(_ fault: StoreFault) {
        self.init(
            .storageUnavailable, "the log's store failed: \(fault)", retryAfterSeconds: 30)
    }
}

extension Receipt {
    /// Where the entry stands, as members of an answer.
    var members: [JSONObject.Member] {
        [
            .init("index", .count(index.value)),
            .init("leafHash", .string(leafHash.hex)),
            .init("treeSize", .count(treeSize.value)),
        ]
    }
}
