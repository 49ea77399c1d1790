package import AssayCrypto
package import AssayTLog

/// One address at which witnesses are asked (C2SP tlog-witness).
///
/// What comes back was written by strangers: nothing of it is believed, and it is bounded in size
/// and time by whoever implements this.
package protocol WitnessPort: Sendable {
    /// Sends the body of an add-checkpoint request.
    ///
    /// Returns within a time limit of its own, whatever the witness does.
    func addCheckpoint(_ body: [UInt8]) async -> WitnessAnswer

    /// The newest checkpoint that the witness shows of the log with this origin hash; `nil` if it
    /// shows none, or does not answer in time.
    func checkpoint(ofHash originHash: Digest) async -> [UInt8]?
}

/// How witnesses are reached.
package protocol WitnessNetwork: Sendable {
    /// Where a witness is asked; `nil` if that is not known.
    func address(of witness: TrustPolicy.Witness) -> Text?

    /// The port to an address that `address(of:)` has given.
    func port(to address: Text) -> any WitnessPort
}

/// What a witness answered to an add-checkpoint request.
package enum WitnessAnswer: Hashable, Sendable {
    /// Status 200 and its body, unread.
    case cosigned([UInt8])
    /// Status 409: the size of the newest checkpoint that it says it has cosigned.
    case conflict(TreeSize)
    /// Status 422: it says that the proof does not lead from what it has cosigned to the checkpoint.
    case inconsistent
    /// Another answer or none.
    case failed(WitnessProblem)
}

/// Why asking a witness brought no cosignature.
package enum WitnessProblem: Error, Hashable, Sendable {
    /// No connection, or it broke.
    case unreachable(String)
    /// No answer in time.
    case timedOut
    /// A status that is not one of a cosignature.
    case refused(status: Int)
    /// Something that no witness answers.
    case notUnderstood(String)
    /// It answers 409 again and again, each time with another size.
    case conflicts
    /// It says that it has cosigned a larger tree than the log ever signed.
    case ahead(TreeSize)
    /// It says that it has cosigned a tree of this size, which is not one of the log's.
    case otherHistory(TreeSize)
    /// It signed nothing that counts, for this reason.
    case noCosignature(CosignatureFault)
    /// The proof that it needs could not be made.
    case noProof(StoreFault)
}

extension WitnessProblem {
    /// The kind of problem, from a closed list, for metrics.
    package var kind: String {
        switch self {
        case .unreachable: "unreachable"
        case .timedOut: "timed-out"
        case .refused: "refused"
        case .notUnderstood: "not-understood"
        case .conflicts, .ahead, .otherHistory: "conflict"
        case .noCosignature: "no-cosignature"
        case .noProof: "no-proof"
        }
    }
}

extension WitnessProblem: CustomStringConvertible {
    /// What happened, for people.
    package var description: String {
        switch self {
        case .unreachable(let reason): "no connection: \(reason)"
        case .timedOut: "no answer in time"
        case .refused(404): "status 404: it does not watch this log; its operator must add it"
        case .refused(403): "status 403: it does not know the log's checkpoint key"
        case .refused(let status): "status \(status)"
        case .notUnderstood(let what): "not an answer of a witness: \(what)"
        case .conflicts: "it names another size each time that it is asked"
        case .ahead(let size):
            "it says that it has cosigned size \(size.value), which was never signed"
        case .otherHistory(let size):
            "it says that it has cosigned another tree of size \(size.value)"
        case .noCosignature(let fault): "no cosignature that counts: \(fault)"
        case .noProof(let fault): "the consistency proof could not be made: \(fault)"
        }
    }
}
