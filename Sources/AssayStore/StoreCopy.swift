package import AssayLog
import CSQLite
import Glibc

/// Why a store was not copied.
package enum StoreCopyFault: Error, Hashable, Sendable {
    /// The file to copy cannot be read.
    case source(StoreOpenError)
    /// The copy cannot be made.
    case target(StoreOpenError)
    /// What was copied is not good.
    case finding(LogFinding)
}

extension SQLiteLogStore {
    /// Copies a store, which may be in use, or a copy of one: all of one moment.
    ///
    /// The new file says of itself that it is a copy, so that no program signs over it before it
    /// has been compared with what was published (``init(path:reserveBytes:acceptsCopy:)``). It
    /// gets its name once it is whole, durable and found good, so that a crash leaves either no
    /// copy or a finished one.
    ///
    /// - Parameter check: looks at the copy before it gets its name.
    package static func copy<Value: Sendable>(
        _ source: String, to path: String,
        check: (SQLiteLogReader) async throws(LogFinding) -> Value
    ) async throws(StoreCopyFault) -> Value {
        let temporary = path + ".new"
        do throws(StoreOpenError) {
            try requireUnused(path)
            try removeRemains(of: temporary)
        } catch {
            throw .target(error)
        }
        do throws(StoreCopyFault) {
            try write(source, to: temporary)
            let value = try await checked(temporary, check)
            do throws(StoreOpenError) {
                try moveIntoPlace(temporary, path)
            } catch {
                throw .target(error)
            }
            return value
        } catch {
            // What cannot be removed is removed by the next attempt.
            for suffix in ["", "-journal", "-wal", "-shm"] {
                _ = unsafe unlink(temporary + suffix)
            }
            throw error
        }
    }

    private static func write(
        _ source: String, to temporary: String
    ) throws(StoreCopyFault) {
        let connection: SQLiteConnection
        do {
            connection = try StoreFile.openForReading(source)
        } catch {
            throw .source(error)
        }
        do throws(SQLiteError) {
            // One statement sees one moment of the source, and reads every page that is in use.
            try connection.prepare("VACUUM INTO ?").run([.text(temporary)])
            let copy = try SQLiteConnection(path: temporary, mode: .readWrite)
            try copy.execute("PRAGMA application_id = \(StoreSchema.copyID)")
        } catch {
            // The source was read without fault when it was opened; a full device is the target's.
            throw error.primaryCode == SQLITE_CORRUPT
                ? .source(StoreOpenError(error)) : .target(StoreOpenError(error))
        }
        do throws(StoreOpenError) {
            try sync(temporary)
        } catch {
            throw .target(error)
        }
    }

    private static func checked<Value: Sendable>(
        _ path: String, _ check: (SQLiteLogReader) async throws(LogFinding) -> Value
    ) async throws(StoreCopyFault) -> Value {
        let reader: SQLiteLogReader
        do {
            reader = try SQLiteLogReader(path: path)
        } catch {
            throw .target(error)
        }
        do {
            return try await check(reader)
        } catch {
            throw .finding(error)
        }
    }

    /// SQLite leaves it to its caller to make a copy durable.
    private static func sync(_ path: String) throws(StoreOpenError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system(call: "open", errno: errno) }
        defer { _ = close(file) }
        while fsync(file) != 0 {
            guard errno == EINTR else { throw .system(call: "fsync", errno: errno) }
        }
    }
}
