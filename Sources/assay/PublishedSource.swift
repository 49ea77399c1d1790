import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayTLog

/// Where a log is read: an address, or a folder with its published files.
enum PublishedSource {
    case url(LogURL)
    case folder(String)

    /// Reads an argument: what is no address is a folder.
    init(_ text: String) {
        self = LogURL(Text(text)).map { .url($0) } ?? .folder(text)
    }

    /// Between a checkpoint and the tiles that it needs, caches may be this far apart.
    private static let pauses: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2)]

    /// A reader that asks again for what is not there yet.
    static func source(_ log: PublishedURL) -> TileSource {
        TileSource(log, pauses: pauses) { await Waiting.pause($0) }
    }

    /// Runs `body` with a reader, and closes its connections afterwards.
    func read<Value: Sendable>(
        _ body: @Sendable (TileSource) async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        switch self {
        case .folder(let path): return try await body(TileSource(PublishedFiles(path: path)))
        case .url(let url):
            do {
                return try await LogClient.with(url) { client in
                    try await body(Self.source(PublishedURL(client)))
                }
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure(.cannot, code: "network", "\(url): \(error)")
            }
        }
    }
}
