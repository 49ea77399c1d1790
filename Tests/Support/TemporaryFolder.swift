package import Glibc

/// A fresh folder for one test, removed with everything in it afterwards.
package struct TemporaryFolder: ~Copyable {
    /// The folder's absolute path.
    package let path: String

    /// Makes the folder below `TMPDIR`, or `/tmp`.
    package init() throws {
        let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
        var template = (parent + "/assay-test-XXXXXX").utf8CString
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
            guard let start = buffer.baseAddress, let path = unsafe mkdtemp(start) else {
                return nil
            }
            return unsafe String(cString: path)
        }
        guard let made else { throw TestSystemError(operation: "mkdtemp", errno: errno) }
        path = made
    }

    deinit { removeTree(path) }
}

/// Removes a file, or a folder with everything in it; what cannot be removed stays.
private func removeTree(_ path: String) {
    guard unsafe remove(path) != 0, let folder = unsafe opendir(path) else { return }
    var children: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { raw in
            unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { children.append(path + "/" + name) }
    }
    unsafe closedir(folder)
    for child in children { removeTree(child) }
    unsafe _ = remove(path)
}

/// A system call that a test needed and that failed.
package struct TestSystemError: Error, CustomStringConvertible {
    /// The call.
    package let operation: String
    /// Its error number.
    package let errno: Int32

    /// Creates an error.
    package init(operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// The call and what the system says about the number.
    package var description: String {
        "\(operation): \(unsafe String(cString: strerror(errno)))"
    }
}

/// Writes `bytes` to a file that may exist.
package func writeFile(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard file >= 0 else { throw TestSystemError(operation: "open \(path)", errno: errno) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard count > 0 else { throw TestSystemError(operation: "write \(path)", errno: errno) }
        rest = rest.dropFirst(count)
    }
}
