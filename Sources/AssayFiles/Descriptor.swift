import AssayCrypto
import Glibc

/// An open file descriptor, and its only owner.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Opens `path`.
    init(
        _ path: String, flags: Int32, mode: mode_t = 0, operation: FileError.Operation
    ) throws(FileError) {
        while true {
            let number = unsafe open(path, flags | O_CLOEXEC, mode)
            if number >= 0 {
                self.number = number
                return
            }
            guard errno == EINTR else { throw .system(path, operation) }
        }
    }

    deinit { _ = Glibc.close(number) }

    /// Closes the file and says whether that failed: the last chance to hear of lost writes.
    ///
    /// Linux closes the descriptor in any case, so there is no second attempt.
    consuming func close(path: String) throws(FileError) {
        let number = self.number
        discard self
        guard Glibc.close(number) == 0 || errno == EINTR else { throw .system(path, .write) }
    }

    /// The file's status.
    borrowing func status(path: String) throws(FileError) -> stat {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .system(path, .open) }
        return status
    }

    /// Everything up to the end.
    borrowing func readAll(path: String, limitBytes: Int) throws(FileError) -> [UInt8] {
        try Self.readAll(number, path: path, limitBytes: limitBytes)
    }

    /// Everything up to the end of descriptor `number`.
    static func readAll(
        _ number: Int32, path: String, limitBytes: Int
    ) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(max(limitBytes, 1), 1 << 16))
        defer { chunk.wipe() }
        while true {
            let count = unsafe read(number, &chunk, chunk.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .system(path, .read)
            }
            guard count <= limitBytes - bytes.count else {
                throw FileError(
                    path: path, operation: .read, reason: .tooLarge(limitBytes: limitBytes))
            }
            bytes += chunk[..<count]
        }
    }

    /// Writes all of `bytes`, however little the system takes at a time.
    static func writeAll(_ bytes: [UInt8], to number: Int32, path: String) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe write(number, raw.baseAddress?.advanced(by: written), raw.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path, .write) }
            written += count
        }
    }

    /// Makes what was written survive a power cut.
    borrowing func sync(path: String) throws(FileError) {
        while fsync(number) != 0 {
            guard errno == EINTR else { throw .system(path, .sync) }
        }
    }
}
