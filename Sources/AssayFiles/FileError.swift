import Glibc

/// What could not be done with which file, and why.
package struct FileError: Error, Hashable, Sendable {
    /// What was being done.
    package enum Operation: String, Hashable, Sendable {
        /// Opening a file that should exist.
        case open
        /// Making a file.
        case create
        /// Reading.
        case read
        /// Writing.
        case write
        /// Making what was written durable.
        case sync
        /// Giving the finished file its name.
        case rename
        /// Asking a person at the terminal.
        case prompt
    }

    /// Why it could not be done.
    package enum Reason: Hashable, Sendable {
        /// The system call failed with this `errno`.
        case system(Int32)
        /// The path leads to a folder, a device, a pipe or a socket.
        case notARegularFile
        /// There is more than this many bytes.
        case tooLarge(limitBytes: Int)
        /// A file has that name, and it is not to be replaced.
        case alreadyExists
        /// Another process has the file.
        case inUse
        /// There are fewer than this many bytes.
        case tooShort(byteCount: Int)
        /// The person gave up.
        case cancelled
    }

    /// The path as it was given; `-` is standard input or output.
    package let path: String
    /// What was being done.
    package let operation: Operation
    /// Why it could not be done.
    package let reason: Reason

    /// Creates an error.
    package init(path: String, operation: Operation, reason: Reason) {
        self.path = path
        self.operation = operation
        self.reason = reason
    }

    /// The failure of the system call that just returned on this thread.
    static func system(_ path: String, _ operation: Operation) -> FileError {
        FileError(path: path, operation: operation, reason: .system(errno))
    }
}

extension FileError: CustomStringConvertible {
    /// Path, operation and reason in one line.
    package var description: String {
        let why =
            switch reason {
            case .system(let number): unsafe String(cString: strerror(number))
            case .notARegularFile: "not a regular file"
            case .tooLarge(let limitBytes): "larger than \(limitBytes) bytes"
            case .alreadyExists: "the file exists and is not overwritten"
            case .inUse: "another process is using it"
            case .tooShort(let byteCount): "shorter than \(byteCount) bytes"
            case .cancelled: "given up"
            }
        return "\(path): cannot \(operation.rawValue): \(why)"
    }
}
