import AssayTestSupport
import CSQLite
import Glibc
import Testing

/// Carries SQL out on the database at `path`, which is made if it is absent.
func sql(_ path: String, _ text: String) throws {
    let message = try sqlRefusal(path, text)
    try #require(message == nil)
}

/// What the database says against carrying SQL out; `nil` if it did.
func sqlRefusal(_ path: String, _ text: String) throws -> String? {
    var connection: OpaquePointer?
    defer { unsafe sqlite3_close_v2(connection) }
    try #require(unsafe sqlite3_open(path, &connection) == SQLITE_OK)
    let status = unsafe sqlite3_exec(connection, text, nil, nil, nil)
    return status == SQLITE_OK ? nil : unsafe String(cString: sqlite3_errmsg(connection))
}

/// The size of a file in bytes.
func fileSize(_ path: String) throws -> Int {
    var status = stat()
    try #require(unsafe stat(path, &status) == 0)
    return Int(status.st_size)
}

extension TemporaryFolder {
    /// The path of `name` in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// The names in the folder, sorted.
    func names() throws -> [String] {
        let folder = unsafe try #require(unsafe opendir(path))
        defer { unsafe _ = closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != "." && name != ".." {
                names.append(name)
            }
        }
        return names.sorted()
    }

    /// Makes a symbolic link beside `name`.
    func link(_ name: String, as other: String) throws {
        try #require(unsafe symlink(file(name), file(other)) == 0)
    }
}
