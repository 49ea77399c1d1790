import AssayAttestation
import AssayCrypto
import AssayHarness
import AssayTestSupport
import Testing

/// One evaluation log of the shared folder with what its index says about it.
struct SharedLog: CustomStringConvertible, Sendable {
    let path: String
    let expected: JSONValue

    var description: String { path }

    /// All Inspect logs of the index.
    static func all() throws -> [SharedLog] {
        let index = try SharedFolder.json("data/INDEX.json")
        return try #require(index["files"]?.array).compactMap { file in
            guard file["kind"]?.text == "inspect-log", let path = file["path"]?.text else {
                return nil
            }
            return SharedLog(path: path.string, expected: file)
        }
    }

    /// Where the file is.
    func file() throws -> String {
        try #require(SharedFolder.path) + "/data/" + path
    }

    /// The log, read once for all tests.
    func read() throws -> InspectLog {
        try #require(Self.read[path], "\(path) is not in the index").get()
    }

    private static let read: [String: Result<InspectLog, any Error>] = {
        let logs = (try? all()) ?? []
        return Dictionary(
            uniqueKeysWithValues: logs.map { log in
                (log.path, Result { try EvaluationLog.read(path: try log.file()) })
            })
    }()
}
