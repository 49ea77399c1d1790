import AssayAttestation
import AssayCrypto
import AssayVerification
import Glibc
package import Logging

/// Writes each log line as one JSON object to standard error.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel = Logger.Level.info

    /// Creates a handler.
    package init() {}

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let now = UInt64(exactly: time(nil)) ?? 0
        var object = JSONObject([
            .init("time", .string(UTCTime.text(of: now))),
            .init("level", .string(event.level.rawValue)),
            .init("message", .string("\(event.message)")),
        ])
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key })
        where object[Text(key)] == nil {
            object.append(Text(key), .string("\(value)"))
        }
        StandardErrorLine.write(
            String(decoding: CompactJSON.serialize(.object(object)), as: UTF8.self))
    }
}
