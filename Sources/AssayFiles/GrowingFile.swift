import AssayCrypto
import Glibc

/// A file that one process at a time appends to.
///
/// What is appended is durable after `sync` only, so what names a part of the file is written
/// after that; a longer tail that a crash left is cut off by the next opening.
package struct GrowingFile: ~Copyable {
    private let path: String
    private let file: Descriptor
    /// The number of bytes.
    package private(set) var byteCount: Int

    /// Opens the file or makes it, and keeps its first `byteCount` bytes.
    ///
    /// - Throws: `inUse` if another process has it open, `tooShort` if there are not so many bytes.
    package init(path: String, keeping byteCount: Int) throws(FileError) {
        file = try Self.open(path, keeping: byteCount)
        self.path = path
        self.byteCount = byteCount
    }

    private static func open(
        _ path: String, keeping byteCount: Int
    ) throws(FileError) -> Descriptor {
        let file = try Descriptor(path, flags: O_RDWR | O_CREAT, mode: 0o644, operation: .open)
        let status = try file.status(path: path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(path: path, operation: .open, reason: .notARegularFile)
        }
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw .system(path, .open) }
            throw FileError(path: path, operation: .open, reason: .inUse)
        }
        guard Int(status.st_size) >= byteCount else {
            throw FileError(path: path, operation: .open, reason: .tooShort(byteCount: byteCount))
        }
        guard ftruncate(file.number, off_t(byteCount)) == 0 else { throw .system(path, .open) }
        return file
    }

    /// All bytes.
    package borrowing func read() throws(FileError) -> [UInt8] {
        guard lseek(file.number, 0, SEEK_SET) == 0 else { throw .system(path, .read) }
        return try file.readAll(path: path, limitBytes: byteCount)
    }

    /// Writes `bytes` after the first `kept` bytes, over what came of an attempt that was given up,
    /// and makes them durable.
    package mutating func append(_ bytes: [UInt8], after kept: Int) throws(FileError) {
        precondition(kept <= byteCount, "there are so many bytes to keep")
        guard lseek(file.number, off_t(kept), SEEK_SET) == off_t(kept) else {
            throw .system(path, .write)
        }
        try Descriptor.writeAll(bytes, to: file.number, path: path)
        try file.sync(path: path)
        byteCount = kept + bytes.count
    }
}
