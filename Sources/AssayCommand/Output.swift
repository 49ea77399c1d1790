import AssayFiles
import Glibc

/// Standard error: words for the person, never results.
package enum StandardError {
    /// Writes `text`; if nobody can read it there is nobody to tell.
    package static func write(_ text: String) {
        let bytes = [UInt8](text.utf8)
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// Standard output: results, whole or not at all.
package enum Output {
    /// Writes `text`.
    ///
    /// - Throws: the failure of a full or closed standard output.
    package static func write(_ text: String) throws(CommandFailure) {
        try write([UInt8](text.utf8))
    }

    /// Writes `bytes`.
    ///
    /// - Throws: the failure of a full or closed standard output.
    package static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        do throws(FileError) {
            try StandardOutput.write(bytes)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// The version that every program prints.
package enum AssayVersion {
    /// The version.
    package static let text = "0.1.0"
}
