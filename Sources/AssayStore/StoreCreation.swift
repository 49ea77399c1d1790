package import AssayCrypto
import AssayFiles
package import AssayLog
import CSQLite
import Glibc

extension SQLiteLogStore {
    /// Makes the store of a new ledger at `path`, with its first growth step in it.
    ///
    /// The file is built beside `path` and linked there when it is whole and durable, so that a
    /// crash leaves either no store or a finished one; what an earlier attempt left is replaced.
    ///
    /// - Throws: `alreadyPresent` if there is anything at `path`, which is then unchanged.
    package static func create(
        at path: String, ledger: Digest, first batch: AppendBatch
    ) throws(StoreOpenError) {
        precondition(batch.previous == nil)
        try requireUnused(path)
        let temporary = path + ".new"
        try removeRemains(of: temporary)
        try fill(temporary, ledger: ledger, batch)
        try moveIntoPlace(temporary, path)
    }

    private static func fill(
        _ path: String, ledger: Digest, _ batch: AppendBatch
    ) throws(StoreOpenError) {
        let connection = try StoreFile.create(path)
        do throws(SQLiteError) {
            try connection.prepare("INSERT INTO ledger (id, identity) VALUES (1, ?)")
                .run([.blob(ledger.bytes)])
        } catch {
            throw StoreOpenError(error)
        }
        do {
            try BatchWriter(connection: connection)
                .write(batch, completing: OpenRun().completed(by: batch))
        } catch {
            switch error {
            case .treeHeadMoved: throw .unreadable(.conflict(expected: nil, stored: nil))
            case .database(let error): throw StoreOpenError(error)
            }
        }
        do throws(SQLiteError) {
            try connection.emptyWriteAheadLog()
        } catch {
            throw StoreOpenError(error)
        }
    }

    /// Neither the file nor one that SQLite would take for its log may be there.
    static func requireUnused(_ path: String) throws(StoreOpenError) {
        guard unsafe access(path, F_OK) != 0 else { throw .alreadyPresent }
        for suffix in ["-wal", "-journal"] where unsafe access(path + suffix, F_OK) == 0 {
            throw .leftover(path: path + suffix)
        }
    }

    /// Removes what an attempt that did not end has left.
    static func removeRemains(of temporary: String) throws(StoreOpenError) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            guard unsafe unlink(temporary + suffix) == 0 || errno == ENOENT else {
                throw .system(call: "unlink", errno: errno)
            }
        }
    }

    /// Gives a whole and durable file its name, unless something has it.
    static func moveIntoPlace(
        _ temporary: String, _ path: String
    ) throws(StoreOpenError) {
        // A link, unlike a rename, never replaces a store that appeared meanwhile.
        guard unsafe link(temporary, path) == 0 else {
            throw errno == EEXIST ? .alreadyPresent : .system(call: "link", errno: errno)
        }
        guard unsafe unlink(temporary) == 0 else {
            throw .system(call: "unlink", errno: errno)
        }
        do {
            try DurableFile.syncFolder(folder(of: path))
        } catch {
            throw .file(error)
        }
    }

    /// The folder that a path names something in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
