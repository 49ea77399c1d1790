import AssayCrypto
import AssayLog
import AssayTLog
import CSQLite

/// What is read from a store, as statements over one connection.
struct StoreReads {
    let connection: SQLiteConnection

    func treeHead() throws(StoreFault) -> TreeHead? {
        try rows(.treeHead, "SELECT size, root FROM tree_head WHERE id = 1", []) {
            (row) throws(SQLiteError) -> TreeHead? in
            guard let size = UInt64(exactly: try row.integer(0)),
                let root = Digest(bytes: try row.blob(1))
            else { return nil }
            return TreeHead(size: TreeSize(size), root: root)
        }.first
    }

    func latestCheckpoint() throws(StoreFault) -> StoredCheckpoint? {
        try checkpointRows("ORDER BY size DESC LIMIT 1", [], near: 0).first
    }

    func checkpoint(of size: TreeSize) throws(StoreFault) -> StoredCheckpoint? {
        try checkpointRows("WHERE size = ?", [integer(size.value)], near: size.value).first
    }

    func checkpoints(
        above size: TreeSize, limit: Int
    ) throws(StoreFault) -> [StoredCheckpoint] {
        try checkpointRows(
            "WHERE size > ? ORDER BY size LIMIT ?",
            [integer(size.value), .integer(Int64(limit))], near: size.value)
    }

    func checkpoints(
        below size: TreeSize?, limit: Int
    ) throws(StoreFault) -> [StoredCheckpoint] {
        try checkpointRows(
            "WHERE size < ? ORDER BY size DESC LIMIT ?",
            [integer(size?.value ?? .max), .integer(Int64(limit))], near: size?.value ?? 0)
    }

    private func checkpointRows(
        _ selection: String, _ values: [SQLiteValue], near size: UInt64
    ) throws(StoreFault) -> [StoredCheckpoint] {
        try rows(
            .checkpoint(size), "SELECT size, note FROM checkpoint \(selection)", values
        ) { (row) throws(SQLiteError) -> StoredCheckpoint? in
            guard let size = UInt64(exactly: try row.integer(0)) else { return nil }
            return StoredCheckpoint(size: TreeSize(size), note: try row.blob(1))
        }
    }

    func entries(_ range: Range<UInt64>) throws(StoreFault) -> [[UInt8]] {
        var next = range.lowerBound
        let found = try rows(
            .entry(range.lowerBound),
            "SELECT leaf, bytes FROM entry WHERE leaf >= ? AND leaf < ? ORDER BY leaf",
            [integer(range.lowerBound), integer(range.upperBound)]
        ) { (row) throws(SQLiteError) -> (leaf: Int64, bytes: [UInt8])? in
            (leaf: try row.integer(0), bytes: try row.blob(1))
        }
        for entry in found {
            guard entry.leaf == Int64(next) else { throw .damaged(.entry(next)) }
            next += 1
        }
        return found.map(\.bytes)
    }

    func tiles(_ positions: [TilePosition]) throws(StoreFault) -> [[Digest]?] {
        var tiles: [[Digest]?] = []
        for position in positions {
            let found = try rows(
                .tile(position), "SELECT hashes FROM tile WHERE position = ?",
                [.integer(position.rowID)]
            ) { (row) throws(SQLiteError) -> [Digest]? in
                Self.hashes(try row.blob(0))
            }
            tiles.append(found.first)
        }
        return tiles
    }

    /// A part of a run of lookups, which must be there.
    func part(_ kind: LookupKind, _ run: UInt64, _ part: Int) throws(StoreFault) -> [UInt8] {
        let statement =
            switch kind {
            case .payload: "SELECT words FROM payload_run WHERE position = ?"
            case .leafHash: "SELECT words FROM hash_run WHERE position = ?"
            }
        let item = StoredItem.entry(run * LookupRun.entryCount)
        let found = try rows(
            item, statement, [.integer(LookupRun.position(run: run, part: part))]
        ) { (row) throws(SQLiteError) -> [UInt8]? in try row.blob(0) }
        guard let words = found.first else { throw .damaged(item) }
        return words
    }

    /// The first bytes of the digests of the entries at `range`, as far as they are there.
    func prefixes(
        _ range: Range<UInt64>
    ) throws(StoreFault) -> [(leaf: UInt64, prefixes: EntryPrefixes)] {
        guard !range.isEmpty else { return [] }
        return try rows(
            .entry(range.lowerBound),
            "SELECT leaf, payload, hash FROM entry WHERE leaf >= ? AND leaf < ? ORDER BY leaf",
            [integer(range.lowerBound), integer(range.upperBound)]
        ) { (row) throws(SQLiteError) -> (leaf: UInt64, prefixes: EntryPrefixes)? in
            (
                leaf: UInt64(bitPattern: try row.integer(0)),
                prefixes: EntryPrefixes(
                    payload: UInt64(bitPattern: try row.integer(1)),
                    leafHash: UInt64(bitPattern: try row.integer(2)))
            )
        }
    }

    func counts() throws(StoreFault) -> StoredCounts {
        StoredCounts(
            entries: try count(.entry(0), "SELECT count(*) FROM entry"),
            tiles: try count(
                .tile(TilePosition(level: 0, index: 0)), "SELECT count(*) FROM tile"),
            checkpoints: try count(.checkpoint(0), "SELECT count(*) FROM checkpoint"),
            stateEntries: try count(.stateEntry(0), "SELECT count(*) FROM state_entry"))
    }

    private func count(_ item: StoredItem, _ statement: String) throws(StoreFault) -> UInt64 {
        try rows(item, statement, []) { (row) throws(SQLiteError) -> UInt64? in
            UInt64(exactly: try row.integer(0))
        }.first ?? 0
    }

    func stateEntries(below size: TreeSize) throws(StoreFault) -> [LeafIndex] {
        try rows(
            .stateEntry(0), "SELECT leaf FROM state_entry WHERE leaf < ? ORDER BY leaf",
            [integer(size.value)]
        ) { (row) throws(SQLiteError) -> LeafIndex? in
            UInt64(exactly: try row.integer(0)).map(LeafIndex.init)
        }
    }

    /// The identity of the ledger that the store belongs to.
    func requireLedger() throws(StoreOpenError) -> Digest {
        let identity: Digest?
        do {
            identity = try rows(.ledger, "SELECT identity FROM ledger WHERE id = 1", []) {
                (row) throws(SQLiteError) -> Digest? in
                Digest(bytes: try row.blob(0))
            }.first
        } catch {
            throw .unreadable(error)
        }
        guard let identity else { throw .unreadable(.damaged(.ledger)) }
        return identity
    }

    /// The rows of a statement; `nil` from `read` means that a row cannot have been written by the
    /// log, which is thrown as damage to `item`.
    private func rows<Value>(
        _ item: StoredItem, _ text: String, _ values: [SQLiteValue],
        _ read: (SQLiteRow) throws(SQLiteError) -> Value?
    ) throws(StoreFault) -> [Value] {
        var found: [Value] = []
        var isDamaged = false
        do throws(SQLiteError) {
            try connection.prepare(text).forEachRow(values) { row throws(SQLiteError) in
                if let value = try read(row) {
                    found.append(value)
                } else {
                    isDamaged = true
                }
            }
        } catch {
            throw error.code == SQLITE_MISMATCH ? .damaged(item) : StoreFault(error)
        }
        guard !isDamaged else { throw .damaged(item) }
        return found
    }

    /// A number as SQLite keeps it; one that SQLite cannot keep is larger than any that is stored.
    private func integer(_ value: UInt64) -> SQLiteValue {
        .integer(Int64(clamping: value))
    }

    private static func hashes(_ bytes: [UInt8]) -> [Digest]? {
        guard !bytes.isEmpty, bytes.count <= Digest.byteCount * TilePosition.fullWidth else {
            return nil
        }
        return Digest.list(in: bytes)
    }
}

extension TilePosition {
    /// The key of a tile in the store: the level in the upper 8 bits.
    var rowID: Int64 { Int64(level) << 56 | Int64(index) }
}

extension Digest {
    /// The first 8 bytes, by which the entry is found.
    var storedPrefix: UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension StoreFault {
    /// A failure of SQLite outside a commit.
    init(_ error: SQLiteError) {
        self = .failed(code: error.code, operation: error.operation)
    }
}
