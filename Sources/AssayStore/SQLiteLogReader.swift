package import AssayCrypto
package import AssayLog
package import AssayTLog

/// Reads the store of a log, on a thread of its own.
///
/// Opened by path it takes no lock and may stand beside a process that writes; it never changes
/// the database.
package actor SQLiteLogReader: LogReader {
    private let thread: SerialThread
    private let reads: StoreReads
    private let lookups: LookupReads

    /// The actor runs where SQLite may block.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// The identity of the ledger that the store says it belongs to.
    package nonisolated let ledger: Digest

    /// What a reader sees while others write.
    package enum View: Sendable {
        /// Each call sees the newest committed state.
        case newest
        /// Every call sees the state at opening: for checks of the whole. Meanwhile the write-ahead
        /// log of a store that grows cannot be copied back, and grows too.
        case snapshot
    }

    /// Opens the store at `path`.
    package init(path: String, view: View = .newest) throws(StoreOpenError) {
        thread = SerialThread(label: "assay.store.reader")
        let connection = try StoreFile.openForReading(path)
        reads = StoreReads(connection: connection)
        lookups = LookupReads(reads)
        do throws(SQLiteError) {
            if view == .snapshot {
                try connection.execute("BEGIN")
            }
        } catch {
            throw StoreOpenError(error)
        }
        ledger = try reads.requireLedger()
    }

    /// Lets SQLite check its own structures: pages, cells, indexes, types.
    ///
    /// It finds few of the changes that matter; `LogCheck` finds those.
    package func checkDatabase() throws(LogFinding) {
        let words: String
        do {
            words = try reads.connection.text("PRAGMA integrity_check(1)")
        } catch {
            throw .unreadable(StoreFault(error))
        }
        guard words == "ok" else { throw .database(words) }
    }

    package func treeHead() throws(StoreFault) -> TreeHead? {
        try reads.treeHead()
    }

    package func latestCheckpoint() throws(StoreFault) -> StoredCheckpoint? {
        try reads.latestCheckpoint()
    }

    package func checkpoint(of size: TreeSize) throws(StoreFault) -> StoredCheckpoint? {
        try reads.checkpoint(of: size)
    }

    package func checkpoints(
        above size: TreeSize, limit: Int
    ) throws(StoreFault) -> [StoredCheckpoint] {
        try reads.checkpoints(above: size, limit: limit)
    }

    package func checkpoints(
        below size: TreeSize?, limit: Int
    ) throws(StoreFault) -> [StoredCheckpoint] {
        try reads.checkpoints(below: size, limit: limit)
    }

    package func entries(_ range: Range<UInt64>) throws(StoreFault) -> [[UInt8]] {
        try reads.entries(range)
    }

    package func tiles(_ positions: [TilePosition]) throws(StoreFault) -> [[Digest]?] {
        try reads.tiles(positions)
    }

    package func candidates(payloads: [Digest]) throws(StoreFault) -> [[LeafIndex]] {
        try lookups.candidates(.payload, payloads)
    }

    package func candidates(leafHashes: [Digest]) throws(StoreFault) -> [[LeafIndex]] {
        try lookups.candidates(.leafHash, leafHashes)
    }

    package func stateEntries(below size: TreeSize) throws(StoreFault) -> [LeafIndex] {
        try reads.stateEntries(below: size)
    }

    package func counts() throws(StoreFault) -> StoredCounts {
        try reads.counts()
    }
}
