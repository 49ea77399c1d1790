import AssayClient
import AssayLog
import AssayTLog

/// What a log has published on a web server.
struct PublishedURL: PublishedLog {
    let url: LogURL

    func checkpoint() async throws(PublishedLogFault) -> [UInt8] {
        try await read { (client) async throws(ClientError) in try await client.checkpoint() }
    }

    func bundle(_ coordinate: TileCoordinate) async throws(PublishedLogFault) -> [UInt8]? {
        try await read { (client) async throws(ClientError) in try await client.tile(coordinate) }
    }

    private func read(
        _ body: (LogClient) async throws(ClientError) -> [UInt8]
    ) async throws(PublishedLogFault) -> [UInt8] {
        do {
            return try await LogClient.with(url) { client in try await body(client) }
        } catch {
            throw PublishedLogFault("\(url): \(error)")
        }
    }
}
