package import AssayFiles
package import AssayLog
import CSQLite

/// Why a store was not opened.
package enum StoreOpenError: Error, Hashable, Sendable {
    /// There is no file at the path.
    case absent
    /// There is a file already where a new store was to be made.
    case alreadyPresent
    /// The file is not a store of the kind that was asked for.
    case notAStore
    /// The store was made by a program with another schema.
    case unknownVersion(found: Int64, known: Int64)
    /// A table, index or trigger of this name is not as this version makes it.
    case alteredSchema(name: String)
    /// The store is a copy that has not been compared with what its log has published.
    case copy
    /// A file of a store that was there before lies beside the path, and would be taken for a part
    /// of the new one.
    case leftover(path: String)
    /// Another process has the store open for writing.
    case inUse
    /// The database did not take the durability that the log depends on.
    case settingRefused(name: String, value: String)
    /// A call of the system failed.
    case system(call: String, errno: Int32)
    /// A file or folder could not be made durable.
    case file(FileError)
    /// SQLite failed.
    case database(SQLiteError)
    /// A row that every store has cannot be read.
    case unreadable(StoreFault)

    init(_ error: SQLiteError) {
        switch error.primaryCode {
        case SQLITE_NOTADB: self = .notAStore
        case SQLITE_BUSY: self = .inUse
        default: self = .database(error)
        }
    }
}

extension StoreOpenError: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .absent: "there is no store"
        case .alreadyPresent: "there is a file already"
        case .notAStore: "the file is not such a store"
        case .unknownVersion(let found, let known):
            "the store has schema version \(found), and this program knows version \(known)"
        case .alteredSchema(let name): "the definition of \(name) in the store was changed"
        case .copy:
            """
            the store is a restored copy: entries may be missing that were signed after it was \
            made, and signing over it would make a second history
            """
        case .leftover(let path):
            "\(path) is left from another store and would be taken for a part of this one"
        case .inUse: "another process is writing to the store"
        case .settingRefused(let name, let value): "the database answered \(value) to \(name)"
        case .system(let call, let errno): "\(call) failed with error \(errno)"
        case .file(let error): error.description
        case .database(let error): error.description
        case .unreadable(let fault): fault.description
        }
    }
}
