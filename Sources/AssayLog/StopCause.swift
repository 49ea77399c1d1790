package import AssayTLog

/// Why a log stopped for good in this process: what its store holds is no longer certain, so only
/// a new start, which looks, may go on.
package enum StopCause: Error, Hashable, Sendable {
    /// The store failed after the decision to write.
    case store(StoreFault)
    /// The stored tree head is not the one that was signed last.
    case headMoved(signed: TreeHead, stored: TreeHead?)
    /// The checkpoint could not be signed.
    case signing(SigningFault)
    /// A witness has cosigned what the store does not hold, and the log's key has signed it.
    case witnessed(WitnessedFault)
    /// The process is ending.
    case shutDown

    /// The answer to submissions from then on.
    package var refusal: Refusal {
        .storageUnavailable(
            "the log has stopped (\(self)); submit again once it has been started anew")
    }
}

/// Why a checkpoint was not signed.
package struct SigningFault: Error, Hashable, Sendable {
    /// What the signing key answered.
    package let reason: String

    /// Creates a fault.
    package init(reason: String) {
        self.reason = reason
    }
}

extension StopCause: CustomStringConvertible {
    /// What happened, for people.
    package var description: String {
        switch self {
        case .store(let fault): fault.description
        case .headMoved(let signed, let stored):
            """
            the store has a tree of size \(stored?.size.value ?? 0), but size \
            \(signed.size.value) was signed last
            """
        case .signing(let fault): "the checkpoint could not be signed: \(fault.reason)"
        case .witnessed(let fault): fault.description
        case .shutDown: "it is shutting down"
        }
    }
}
