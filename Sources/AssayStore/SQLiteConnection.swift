import CSQLite

/// One connection to a database file; used by one thread at a time.
@safe
final class SQLiteConnection {
    /// How a database file is opened.
    enum Mode {
        /// Reads and writes a file that exists.
        case readWrite
        /// Reads and writes a file, made if it is absent.
        case create
        /// Reads only; never makes or changes the database.
        case readOnly
    }

    private let handle: OpaquePointer
    private let frames: UnsafeMutablePointer<Int32>
    private var prepared: [String: SQLiteStatement] = [:]

    /// Opens the database at `path`.
    ///
    /// - Throws: the result code of SQLite, for instance `SQLITE_CANTOPEN` where there is no file.
    init(path: String, mode: Mode) throws(SQLiteError) {
        // One thread uses a connection at a time, so its mutexes would only cost.
        var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        switch mode {
        case .readWrite: flags |= SQLITE_OPEN_READWRITE
        case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readOnly: flags |= SQLITE_OPEN_READONLY
        }
        var opened: OpaquePointer?
        let status = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard status == SQLITE_OK, let handle = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code: status, operation: "open")
        }
        unsafe self.handle = handle
        unsafe frames = .allocate(capacity: 1)
        unsafe frames.initialize(to: 0)
        let hardened = unsafe assay_sqlite3_harden(handle)
        guard hardened == SQLITE_OK else {
            throw SQLiteError(code: hardened, operation: "db_config")
        }
    }

    deinit {
        // Closes once the last statement is gone; no commit follows, so nothing writes to `frames`.
        unsafe sqlite3_close_v2(handle)
        unsafe frames.deallocate()
    }

    /// The statement with this text, prepared once and kept.
    func prepare(_ text: String) throws(SQLiteError) -> SQLiteStatement {
        if let statement = prepared[text] { return statement }
        var made: OpaquePointer?
        let status = unsafe sqlite3_prepare_v3(
            handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard status == SQLITE_OK, let handle = unsafe made else {
            throw SQLiteError(code: status, operation: text)
        }
        let statement = unsafe SQLiteStatement(handle, text: text)
        prepared[text] = statement
        return statement
    }

    /// Carries out statements that take and return nothing.
    func execute(_ text: String) throws(SQLiteError) {
        let status = unsafe sqlite3_exec(handle, text, nil, nil, nil)
        guard status == SQLITE_OK else { throw SQLiteError(code: status, operation: text) }
    }

    /// The first column of the only row of a statement, as a number.
    func number(_ text: String) throws(SQLiteError) -> Int64 {
        var number: Int64?
        try prepare(text).forEachRow([]) { row throws(SQLiteError) in
            number = try row.integer(0)
        }
        guard let number else { throw SQLiteError(code: SQLITE_MISMATCH, operation: text) }
        return number
    }

    /// The first column of the only row of a statement, as text.
    func text(_ statement: String) throws(SQLiteError) -> String {
        var text: String?
        try prepare(statement).forEachRow([]) { row throws(SQLiteError) in
            text = try row.text(0)
        }
        guard let text else { throw SQLiteError(code: SQLITE_MISMATCH, operation: statement) }
        return text
    }

    /// Copies all of the write-ahead log into the database and empties the log.
    ///
    /// - Throws: `SQLITE_BUSY` if another connection is in the way.
    func emptyWriteAheadLog() throws(SQLiteError) {
        let status = unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard status == SQLITE_OK else {
            throw SQLiteError(code: status, operation: "wal_checkpoint")
        }
    }

    /// The number of rows that the last statement changed.
    var changedRows: Int64 { unsafe sqlite3_changes64(handle) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Keeps count of the frames of the write-ahead log.
    ///
    /// This replaces SQLite's automatic copying back, which would hide its failures.
    func countFrames() {
        unsafe assay_sqlite3_count_frames(handle, frames)
    }

    /// The number of frames of the write-ahead log after the last commit, once they are counted.
    var writeAheadFrames: Int { unsafe Int(frames.pointee) }

    /// Copies what the write-ahead log holds into the database, as far as no reader needs it.
    func copyWriteAheadLog() throws(SQLiteError) {
        let status = unsafe sqlite3_wal_checkpoint_v2(
            handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        guard status == SQLITE_OK || status & 0xff == SQLITE_BUSY else {
            throw SQLiteError(code: status, operation: "wal_checkpoint")
        }
    }
}
