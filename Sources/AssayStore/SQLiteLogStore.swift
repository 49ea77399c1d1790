package import AssayCrypto
package import AssayLog
package import AssayTLog
import Glibc

/// The store of a log in one SQLite file: write-ahead log, a sync in every commit, one transaction
/// for the entries, tiles and checkpoint of a growth step.
///
/// One connection writes, another reads, so reading never waits for a commit. One process writes
/// at a time (``StoreOpenError/inUse``); others may read with ``SQLiteLogReader``.
package struct SQLiteLogStore: LogStore {
    private let writer: SQLiteLogWriter
    private let reader: SQLiteLogReader
    private var lastSigned: LastSignedFile?

    /// The free bytes below which appends are refused as `full`, so that what is under way always
    /// ends cleanly.
    package static let defaultReserveBytes: UInt64 = 4 << 20

    /// Opens the store at `path` to write to it.
    ///
    /// - Parameter acceptsCopy: whether the store may be a copy, which the caller compares with
    ///   what was published (``endCopy()``) before anything is signed over it.
    package init(
        path: String, reserveBytes: UInt64 = Self.defaultReserveBytes, acceptsCopy: Bool = false
    ) throws(StoreOpenError) {
        writer = try SQLiteLogWriter(
            path: path, reserveBytes: reserveBytes, acceptsCopy: acceptsCopy)
        reader = try SQLiteLogReader(path: path)
    }

    /// Whether the store was a copy when it was opened.
    package var isCopy: Bool { writer.isCopy }

    /// Makes a copy a store like any other, durably, once it is known to hold all that was signed.
    package func endCopy() async throws(StoreFault) {
        try await writer.endCopy()
    }

    /// This store, whose growth is also remembered in `lastSigned`.
    package func remembering(in lastSigned: LastSignedFile) -> SQLiteLogStore {
        var store = self
        store.lastSigned = lastSigned
        return store
    }

    /// The identity of the ledger that the store says it belongs to.
    package var ledger: Digest { writer.ledger }

    package func treeHead() async throws(StoreFault) -> TreeHead? {
        try await writer.treeHead()
    }

    package func append(_ batch: AppendBatch) async throws(StoreFault) {
        try await writer.append(batch)
        try lastSigned?.record(batch.next)
    }

    package func cosign(_ checkpoints: [StoredCheckpoint]) async throws(StoreFault) {
        try await writer.cosign(checkpoints)
    }

    /// Brings everything into the database file, so that a copy of this one file is the whole log.
    ///
    /// For the end of a process; after a crash the write-ahead log beside the file still counts.
    package func settle() async throws(StoreFault) {
        try await writer.settle()
    }

    package func latestCheckpoint() async throws(StoreFault) -> StoredCheckpoint? {
        try await reader.latestCheckpoint()
    }

    package func checkpoint(of size: TreeSize) async throws(StoreFault) -> StoredCheckpoint? {
        try await reader.checkpoint(of: size)
    }

    package func checkpoints(
        above size: TreeSize, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await reader.checkpoints(above: size, limit: limit)
    }

    package func checkpoints(
        below size: TreeSize?, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await reader.checkpoints(below: size, limit: limit)
    }

    package func entries(_ range: Range<UInt64>) async throws(StoreFault) -> [[UInt8]] {
        try await reader.entries(range)
    }

    package func tiles(_ positions: [TilePosition]) async throws(StoreFault) -> [[Digest]?] {
        try await reader.tiles(positions)
    }

    package func candidates(payloads: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        // Nearly every submission is new, and most of those are told without a lookup.
        guard payloads.contains(where: { writer.payloads.mayContain($0.storedPrefix) }) else {
            return payloads.map { _ in [] }
        }
        return try await reader.candidates(payloads: payloads)
    }

    package func candidates(leafHashes: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        try await reader.candidates(leafHashes: leafHashes)
    }

    package func stateEntries(below size: TreeSize) async throws(StoreFault) -> [LeafIndex] {
        try await reader.stateEntries(below: size)
    }

    package func counts() async throws(StoreFault) -> StoredCounts {
        try await reader.counts()
    }
}
