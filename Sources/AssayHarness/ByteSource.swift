import AssayCrypto
import Glibc

/// Bytes that can be read at any position: a file, or what came through a pipe.
package protocol ByteSource: Sendable {
    /// The number of bytes.
    var count: UInt64 { get }

    /// Exactly `count` bytes from `position` on.
    ///
    /// - Throws: `EvaluationLogError.changedWhileRead` where there are fewer.
    func read(at position: UInt64, count: Int) throws(EvaluationLogError) -> [UInt8]

    /// Checks that the bytes are still those that were opened.
    ///
    /// - Throws: `EvaluationLogError.changedWhileRead`.
    func checkUnchanged() throws(EvaluationLogError)
}

/// Bytes in memory.
package struct MemoryBytes: ByteSource {
    private let bytes: [UInt8]

    /// Creates a source of `bytes`.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The number of bytes.
    package var count: UInt64 { UInt64(bytes.count) }

    /// Exactly `count` bytes from `position` on.
    package func read(at position: UInt64, count: Int) throws(EvaluationLogError) -> [UInt8] {
        guard count >= 0, position <= UInt64(bytes.count),
            UInt64(count) <= UInt64(bytes.count) - position
        else { throw .changedWhileRead }
        let start = Int(position)
        return [UInt8](bytes[start..<(start + count)])
    }

    /// Nothing can change bytes in memory.
    package func checkUnchanged() throws(EvaluationLogError) {}
}

/// A regular file, open until the value goes away.
package final class FileBytes: ByteSource {
    private let descriptor: Int32
    private let opened: FileState

    /// The number of bytes when the file was opened.
    package var count: UInt64 { opened.count }

    /// Opens the file at `path`.
    ///
    /// - Throws: `cannotOpen`, or `notRegularFile` for a folder, device, pipe or socket.
    package init(path: String) throws(EvaluationLogError) {
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: Text(path), errno: errno)
        }
        self.descriptor = descriptor
        guard let state = FileState(descriptor) else {
            close(descriptor)
            throw .notRegularFile(path: Text(path))
        }
        opened = state
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes from `position` on.
    package func read(at position: UInt64, count: Int) throws(EvaluationLogError) -> [UInt8] {
        guard count >= 0, let start = Int(exactly: position), start <= Int.max - count else {
            throw .changedWhileRead
        }
        var done = 0
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            while done < count {
                let part = unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), count - done, start + done)
                if part < 0, errno == EINTR { continue }
                if part < 0 { failure = errno }
                if part <= 0 { break }
                done += part
            }
            used = done
        }
        guard failure == 0 else { throw .cannotRead(errno: failure) }
        guard done == count else { throw .changedWhileRead }
        return bytes
    }

    /// Checks that size and time of change are those of the opening.
    package func checkUnchanged() throws(EvaluationLogError) {
        guard FileState(descriptor) == opened else { throw .changedWhileRead }
    }
}

/// What tells whether a file was changed.
private struct FileState: Equatable, Sendable {
    let count: UInt64
    let seconds: Int
    let nanoseconds: Int

    /// The state of an open regular file; `nil` for anything else.
    init?(_ descriptor: Int32) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let count = UInt64(exactly: status.st_size)
        else { return nil }
        self.count = count
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// The system's words for an error number.
func systemWords(_ number: Int32) -> String {
    guard let words = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: words)
}

/// Bytes that come one piece after another.
protocol ByteStream: AnyObject {
    /// The next piece, never empty; `nil` at the end.
    func next() throws(EvaluationLogError) -> [UInt8]?
}

/// A stretch of a source, in pieces.
final class StretchStream: ByteStream {
    private static let pieceBytes = 1 << 18
    private let source: any ByteSource
    private var position: UInt64
    private let end: UInt64

    /// Creates a stream over the positions `range` of `source`.
    init(_ source: any ByteSource, _ range: Range<UInt64>) {
        self.source = source
        position = range.lowerBound
        end = range.upperBound
    }

    func next() throws(EvaluationLogError) -> [UInt8]? {
        let count = Int(min(end - position, UInt64(Self.pieceBytes)))
        guard count > 0 else { return nil }
        let piece = try source.read(at: position, count: count)
        position += UInt64(count)
        return piece
    }
}
