package import AssayAttestation
package import AssayCrypto
package import AssayLog
package import AssayTLog
package import AssayVerification

/// What the HTTP service needs of a ledger.
package protocol LedgerPort: Sendable {
    /// The identity of the ledger.
    var id: LedgerID { get }
    /// The origin of its log.
    var origin: Origin { get }
    /// What the charter in force allows.
    var state: LedgerState { get async }
    /// The newest checkpoint that may be shown; `nil` while witnesses have cosigned none.
    var checkpoint: StoredCheckpoint? { get async }
    /// The size of that checkpoint; 0 while there is none.
    var size: TreeSize { get async }
    /// How the newest signed checkpoint stands to the charter's quorum.
    var quorum: QuorumStanding { get async }
    /// Why the ledger takes nothing any more, if it does not.
    var stopCause: StopCause? { get async }

    /// Puts an envelope on record, or finds its payload there.
    func submit(
        _ submission: Submission<Envelope>, wait: Ledger.Wait
    ) async throws(Refusal) -> Receipt
    /// Returns once enough witnesses have cosigned a checkpoint over an entry that is on record.
    func requireCosigned(_ receipt: Receipt) async throws(Refusal)
    /// Ends the waiting for cosignatures soon, since the process is ending.
    func hurry()
    /// The entry at `index`; `nil` beyond the newest checkpoint.
    func entry(at index: LeafIndex) async throws(StoreFault) -> [UInt8]?
    /// The index of the entry with `leafHash`; `nil` if there is none.
    func index(of leafHash: Digest) async throws(StoreFault) -> LeafIndex?
    /// The bytes of a tile or entry bundle; `nil` for one that no checkpoint has required.
    func tile(_ coordinate: TileCoordinate) async throws(StoreFault) -> [UInt8]?
    /// The bundle of the entry at `index` and the newest checkpoint; `nil` beyond that.
    func bundle(at index: LeafIndex) async throws(StoreFault) -> [UInt8]?
    /// The bundle of what was just submitted and the newest checkpoint, or where that does not
    /// cover the entry, under the newest signed one.
    func bundle(
        of receipt: Receipt, submitted submission: Submission<Envelope>
    ) async throws(StoreFault) -> [UInt8]
}

extension Ledger: LedgerPort {}
