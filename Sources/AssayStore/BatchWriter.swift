import AssayCrypto
import AssayLog
import AssayTLog

/// Why a growth step was not written.
enum BatchFailure: Error {
    /// The stored tree head is not the one that the step starts from.
    case treeHeadMoved
    /// SQLite failed.
    case database(SQLiteError)
}

/// Writes one growth step of a log in one transaction.
struct BatchWriter {
    let connection: SQLiteConnection

    /// Writes `batch` with the runs of lookups that it completes, and commits.
    func write(
        _ batch: AppendBatch, completing runs: [OpenRun.Completed]
    ) throws(BatchFailure) {
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try moveTreeHead(batch)
        } catch {
            throw .database(error)
        }
        guard connection.changedRows == 1 else { throw .treeHeadMoved }
        do throws(SQLiteError) {
            try insertEntries(batch)
            for run in runs {
                try insertRun(run)
            }
            try insertTiles(batch)
            try insertCheckpoint(batch)
            try connection.execute("COMMIT")
        } catch {
            throw .database(error)
        }
    }

    /// Leaves one changed row only if the stored tree head was `batch.previous`.
    private func moveTreeHead(_ batch: AppendBatch) throws(SQLiteError) {
        let next: [SQLiteValue] = [
            .integer(Int64(batch.next.size.value)), .blob(batch.next.root.bytes),
        ]
        guard let previous = batch.previous else {
            try connection.prepare(
                """
                INSERT INTO tree_head (id, size, root) SELECT 1, ?, ?
                WHERE NOT EXISTS (SELECT * FROM tree_head)
                """
            ).run(next)
            return
        }
        try connection.prepare(
            "UPDATE tree_head SET size = ?, root = ? WHERE id = 1 AND size = ? AND root = ?"
        ).run(next + [.integer(Int64(previous.size.value)), .blob(previous.root.bytes)])
    }

    private func insertEntries(_ batch: AppendBatch) throws(SQLiteError) {
        let insert = try connection.prepare(
            "INSERT INTO entry (leaf, payload, hash, bytes) VALUES (?, ?, ?, ?)")
        let insertState = try connection.prepare("INSERT INTO state_entry (leaf) VALUES (?)")
        var leaf = Int64(batch.previous?.size.value ?? 0)
        for entry in batch.entries {
            try insert.run([
                .integer(leaf), .integer(Int64(bitPattern: entry.payload.storedPrefix)),
                .integer(Int64(bitPattern: entry.leafHash.storedPrefix)), .blob(entry.bytes),
            ])
            if entry.changesState {
                try insertState.run([.integer(leaf)])
            }
            leaf += 1
        }
    }

    private func insertRun(_ run: OpenRun.Completed) throws(SQLiteError) {
        for (table, prefixes) in [("payload_run", run.payloads), ("hash_run", run.leafHashes)] {
            let insert = try connection.prepare(
                "INSERT INTO \(table) (position, words) VALUES (?, ?)")
            for (part, words) in LookupRun.parts(of: prefixes).enumerated() {
                let position = LookupRun.position(run: run.number, part: part)
                try insert.run([.integer(position), .blob(words)])
            }
        }
    }

    private func insertTiles(_ batch: AppendBatch) throws(SQLiteError) {
        let upsert = try connection.prepare(
            """
            INSERT INTO tile (position, hashes) VALUES (?, ?)
            ON CONFLICT (position) DO UPDATE SET hashes = excluded.hashes
            """)
        for tile in batch.tiles {
            try upsert.run([
                .integer(tile.position.rowID), .blob(tile.hashes.flatMap(\.bytes)),
            ])
        }
    }

    private func insertCheckpoint(_ batch: AppendBatch) throws(SQLiteError) {
        try connection.prepare("INSERT INTO checkpoint (size, note) VALUES (?, ?)")
            .run([.integer(Int64(batch.next.size.value)), .blob(batch.checkpoint)])
    }

    /// About what `batch` and the runs that it completes add to the write-ahead log, which holds whole pages.
    static func estimatedBytes(of batch: AppendBatch, runs: Int) -> UInt64 {
        let entries = batch.entries.reduce(0) { $0 + $1.bytes.count + 64 }
        let tiles = batch.tiles.count * 3 * 4096
        let lookups = runs * 2 * LookupRun.partCount * 4 * 4096
        return UInt64(entries * 5 / 4 + tiles + lookups + batch.checkpoint.count + 8 * 4096)
    }
}
