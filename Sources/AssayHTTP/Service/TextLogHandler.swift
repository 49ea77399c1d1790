import AssayVerification
import Glibc
package import Logging

/// Writes each log line as text to standard error: time, level, program, message, fields.
package struct TextLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info
    private let label: String

    /// Creates a handler for the program called `label`.
    package init(label: String) {
        self.label = label
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let now = UInt64(exactly: time(nil)) ?? 0
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            .sorted { $0.key < $1.key }.map { " \($0)=\($1)" }.joined()
        StandardErrorLine.write(
            "\(UTCTime.text(of: now)) \(event.level) \(label):\(fields) \(event.message)")
    }
}

/// Standard error, for log lines.
enum StandardErrorLine {
    /// Writes a line, unless whoever reads standard error has stopped reading: a service must not
    /// wait for that, so the line is lost.
    static func write(_ line: String) {
        // A pipe that is ready takes one page at least without waiting.
        let bytes = [UInt8](line.utf8.prefix(Int(PIPE_BUF) - 1)) + [UInt8(ascii: "\n")]
        var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&ready, 1, 0) == 1, ready.revents & Int16(POLLOUT) != 0 else { return }
        // If nobody can read it there is nobody to tell.
        _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
