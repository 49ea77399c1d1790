import AssayCommand
import CSQLite
import Glibc

/// Rows written by SQLite alone, as durably as a log does: the most that a store over it can reach.
enum RawSQLite {
    /// Rows a second: `count` rows of a number, 32 bytes and `bytes` bytes, `batch` in each
    /// transaction, with a write-ahead log and a sync in every commit, without any index.
    static func rate(
        path: String, count: Int, batch: Int, bytes: Int
    ) throws(CommandFailure) -> Double {
        defer { for suffix in ["", "-wal", "-shm"] { _ = unsafe unlink(path + suffix) } }
        var opened: OpaquePointer?
        guard unsafe sqlite3_open(path, &opened) == SQLITE_OK, let database = unsafe opened else {
            throw CommandFailure(.cannot, code: "sqlite", "\(path): cannot be opened")
        }
        defer { unsafe _ = sqlite3_close_v2(database) }
        try unsafe execute(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try unsafe execute(
            database, "CREATE TABLE row (id INTEGER PRIMARY KEY, hash BLOB, bytes BLOB) STRICT")
        var prepared: OpaquePointer?
        guard
            unsafe sqlite3_prepare_v2(
                database, "INSERT INTO row VALUES (?, ?, ?)", -1, &prepared, nil) == SQLITE_OK,
            let insert = unsafe prepared
        else { throw CommandFailure(.cannot, code: "sqlite", "prepare failed") }
        defer { unsafe _ = sqlite3_finalize(insert) }
        var row = [UInt8](repeating: 7, count: bytes)
        let clock = ContinuousClock()
        let start = clock.now
        for first in stride(from: 0, to: count, by: batch) {
            try unsafe execute(database, "BEGIN IMMEDIATE")
            for number in first..<min(first + batch, count) {
                row[0] = UInt8(truncatingIfNeeded: number)
                unsafe row.withUnsafeBytes { raw in
                    unsafe _ = sqlite3_bind_int64(insert, 1, Int64(number))
                    unsafe _ = assay_sqlite3_bind_blob_copy(insert, 2, raw.baseAddress, 32)
                    unsafe _ = assay_sqlite3_bind_blob_copy(
                        insert, 3, raw.baseAddress, UInt64(raw.count))
                }
                let status = unsafe sqlite3_step(insert)
                guard status == SQLITE_DONE, unsafe sqlite3_reset(insert) == SQLITE_OK else {
                    throw CommandFailure(.cannot, code: "sqlite", "insert: result \(status)")
                }
            }
            try unsafe execute(database, "COMMIT")
        }
        return Double(count) / Measure.seconds(clock.now - start)
    }

    @unsafe private static func execute(
        _ database: OpaquePointer, _ text: String
    ) throws(CommandFailure) {
        let status = unsafe sqlite3_exec(database, text, nil, nil, nil)
        guard status == SQLITE_OK else {
            throw CommandFailure(.cannot, code: "sqlite", "\(text): result \(status)")
        }
    }
}
