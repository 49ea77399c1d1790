package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Replays the entries of logs, and keeps a mirror of them: the port of a witness that cosigns only
/// what it has checked.
package protocol LogReplayer: Sendable {
    /// Returns once every entry under a checkpoint that the log signed has been replayed and is
    /// durable here, or says why not, after a short while at most.
    func replay(_ note: [UInt8], of log: WitnessedLog) async -> ReplayOutcome

    /// The proofs that the log forked, of a checkpoint that was cosigned and one that does not
    /// extend it.
    func contradiction(
        _ cosigned: [UInt8], _ note: [UInt8], of log: WitnessedLog
    ) async -> [FraudProof]
}

/// How a replay ended.
package enum ReplayOutcome: Hashable, Sendable {
    /// Every entry is good and stored.
    case replayed
    /// So many entries are; the replay goes on.
    case replaying(done: TreeSize)
    /// What the log serves cannot be read now.
    case unreadable(String)
    /// The log is wrong, for a reason with a stable code.
    case wrong(code: String, detail: String, proofs: [FraudProof])
}

/// What a mirror has of a log, to be read by anybody.
package protocol LogMirror: Sendable {
    /// The bytes of a tile or bundle of the log with this origin hash; `nil` where there is none.
    func tile(
        _ coordinate: TileCoordinate, ofHash originHash: Digest
    ) async throws(PublishedLogFault) -> [UInt8]?
}
