package import AssayCrypto
package import AssayTLog

/// What a witness remembers, durably: the logs it watches, and for each the newest checkpoint that
/// it cosigned.
///
/// A log is never removed, and its tree head never goes back: a witness that forgets what it has
/// cosigned helps a fork as much as one whose key was stolen. For the same reason a store is never
/// restored from a backup.
package protocol TreeHeadStore: Sendable {
    /// Puts a log on the list, or replaces the keys of one that is on it, and how it is replayed.
    ///
    /// A log that is replayed stays so: it is put with the same ledger, or nothing is written.
    ///
    /// - Returns: whether the log is new.
    /// - Throws: `replayChanged`.
    func put(_ log: WitnessedLog) async throws(TreeHeadFault) -> Bool

    /// What is known of the log with `origin`; `nil` if it is not on the list.
    func record(of origin: Origin) async throws(TreeHeadFault) -> LogRecord?

    /// What is known of the log whose origin has the hash `originHash`.
    func record(ofHash originHash: Digest) async throws(TreeHeadFault) -> LogRecord?

    /// Makes `next` the newest cosigned checkpoint, if the one before is still that of `previous`.
    ///
    /// Comparing and writing are one step. When this returns, `next` survives a power cut.
    ///
    /// - Throws: `moved` if another checkpoint has been cosigned meanwhile, and nothing was
    ///   written; after any other fault it is unknown what is stored.
    func advance(
        _ origin: Origin, from previous: TreeHead?, to next: CosignedCheckpoint
    ) async throws(TreeHeadFault)

    /// Keeps a checkpoint that does not fit, each once, up to `WitnessEvidence.keptPerKindMax`.
    func keep(
        _ evidence: WitnessEvidence, of origin: Origin, at time: UnixSeconds
    ) async throws(TreeHeadFault)

    /// What was kept of a log, the oldest first.
    func evidence(of origin: Origin) async throws(TreeHeadFault) -> [WitnessEvidence]

    /// Keeps the file of a fraud proof, each once, up to `WitnessEvidence.proofsMax`.
    func keep(
        proof: [UInt8], of origin: Origin, at time: UnixSeconds
    ) async throws(TreeHeadFault)

    /// The fraud proofs that were kept of a log, the oldest first.
    func proofs(of origin: Origin) async throws(TreeHeadFault) -> [[UInt8]]
}

/// Why a store did not do what a witness asked.
package enum TreeHeadFault: Error, Hashable, Sendable {
    /// The newest cosigned checkpoint is not the one that the step starts from.
    case moved
    /// The log is not on the list.
    case unknownLog
    /// The log is replayed as another ledger, or was and should not be any more.
    case replayChanged
    /// What is stored cannot have been written by a witness.
    case damaged
    /// The storage failed with this code of its own; what it did is unknown.
    case failed(code: Int32, operation: String)
}

extension TreeHeadFault: CustomStringConvertible {
    /// What happened, for people.
    package var description: String {
        switch self {
        case .moved: "another checkpoint has been cosigned meanwhile"
        case .unknownLog: "the log is not on the list"
        case .replayChanged:
            "the log is replayed as another ledger; give --full with the same --trust"
        case .damaged: "what is stored cannot have been written by a witness"
        case .failed(let code, let operation): "the storage failed with code \(code): \(operation)"
        }
    }
}
