import AssayFiles
import CSQLite
import Glibc

/// Opens the file of a store with the settings that durability depends on.
enum StoreFile {
    /// Opens an existing store to write to it.
    ///
    /// - Parameter acceptsCopy: whether it may be a copy.
    ///
    /// - Returns: the connection, and whether the store is a copy.
    static func openForWriting(
        _ path: String, acceptsCopy: Bool
    ) throws(StoreOpenError) -> (connection: SQLiteConnection, isCopy: Bool) {
        try requireFile(path)
        let connection = try open(path, .readWrite)
        let isCopy = try StoreSchema.check(connection)
        guard acceptsCopy || !isCopy else { throw .copy }
        try makeDurable(connection)
        // The write-ahead log is there now. SQLite syncs the folder too, but does not look whether
        // that failed; without the name all that is in the log would be gone after a power cut.
        do {
            try DurableFile.syncFolder(SQLiteLogStore.folder(of: path))
        } catch {
            throw .file(error)
        }
        return (connection, isCopy)
    }

    /// Opens an existing store to read it.
    static func openForReading(_ path: String) throws(StoreOpenError) -> SQLiteConnection {
        try requireFile(path)
        let connection = try open(path, .readOnly)
        _ = try StoreSchema.check(connection)
        return connection
    }

    /// Makes an empty database with the tables of a store.
    static func create(_ path: String) throws(StoreOpenError) -> SQLiteConnection {
        let connection = try open(path, .create)
        try makeDurable(connection)
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try StoreSchema.create(in: connection)
            try connection.execute("COMMIT")
        } catch {
            throw StoreOpenError(error)
        }
        return connection
    }

    /// SQLite would make a file where a program mistyped its path, or answer as if it could not
    /// read one.
    static func requireFile(_ path: String) throws(StoreOpenError) {
        guard unsafe access(path, F_OK) == 0 else {
            throw errno == ENOENT ? .absent : .system(call: "access", errno: errno)
        }
    }

    static func open(
        _ path: String, _ mode: SQLiteConnection.Mode
    ) throws(StoreOpenError) -> SQLiteConnection {
        do throws(SQLiteError) {
            let connection = try SQLiteConnection(path: path, mode: mode)
            // Refuses pages whose cells do not fit together instead of reading past them.
            try connection.execute("PRAGMA cell_size_check = ON")
            return connection
        } catch {
            throw StoreOpenError(error)
        }
    }

    /// Sets write-ahead logging with a sync in every commit, and reads both back: with
    /// `synchronous = NORMAL`, a common default, a power cut loses acknowledged commits.
    static func makeDurable(_ connection: SQLiteConnection) throws(StoreOpenError) {
        let mode: String
        let synchronous: Int64
        do {
            mode = try connection.text("PRAGMA journal_mode = WAL")
            try connection.execute("PRAGMA synchronous = FULL")
            synchronous = try connection.number("PRAGMA synchronous")
        } catch {
            throw StoreOpenError(error)
        }
        connection.countFrames()
        guard mode == "wal" else {
            throw .settingRefused(name: "journal_mode = WAL", value: mode)
        }
        guard synchronous == 2 else {
            throw .settingRefused(name: "synchronous = FULL", value: "\(synchronous)")
        }
    }
}
