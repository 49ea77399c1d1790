package import AssayTLog

/// What a log has published on a web server.
package struct PublishedURL: PublishedLog {
    private let client: LogClient

    /// Reads through `client`, which knows the address.
    package init(_ client: LogClient) {
        self.client = client
    }

    package func checkpoint() async throws(PublishedLogFault) -> [UInt8] {
        do {
            return try await client.checkpoint()
        } catch {
            throw fault(error)
        }
    }

    package func tile(
        _ coordinate: TileCoordinate
    ) async throws(PublishedLogFault) -> [UInt8]? {
        do {
            return try await client.tile(coordinate)
        } catch {
            if error.isAbsence { return nil }
            throw fault(error)
        }
    }

    private func fault(_ error: ClientError) -> PublishedLogFault {
        PublishedLogFault("\(client.url): \(error)")
    }
}

extension ClientError {
    /// Whether the server says that there is no such resource.
    fileprivate var isAbsence: Bool {
        switch self {
        case .refused(let refusal): refusal.status == 404 || refusal.status == 410
        case .notUnderstood(.status(let status)): status == 404 || status == 410
        case .transport, .notUnderstood: false
        }
    }
}
