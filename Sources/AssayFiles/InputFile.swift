import Glibc

/// Reading whole files of bounded size.
package enum InputFile {
    /// The bytes of the regular file at `path`, or of standard input for `-`.
    ///
    /// - Throws: `FileError`; `notARegularFile` for folders, devices, pipes and sockets;
    ///   `tooLarge` for more than `limitBytes` bytes.
    package static func read(_ path: String, limitBytes: Int) throws(FileError) -> [UInt8] {
        guard path != "-" else {
            return try Descriptor.readAll(STDIN_FILENO, path: path, limitBytes: limitBytes)
        }
        let file = try openRegular(path)
        return try file.readAll(path: path, limitBytes: limitBytes)
    }

    /// Opens a regular file.
    ///
    /// Without `O_NONBLOCK` a named pipe would hold the program up until someone writes to it.
    static func openRegular(_ path: String) throws(FileError) -> Descriptor {
        let file = try Descriptor(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY, operation: .open)
        guard try file.status(path: path).st_mode & S_IFMT == S_IFREG else {
            throw FileError(path: path, operation: .open, reason: .notARegularFile)
        }
        return file
    }
}

/// Writing to standard output so that a full disk or a closed pipe is noticed.
package enum StandardOutput {
    /// Writes all of `bytes`.
    package static func write(_ bytes: [UInt8]) throws(FileError) {
        try Descriptor.writeAll(bytes, to: STDOUT_FILENO, path: "-")
    }
}
