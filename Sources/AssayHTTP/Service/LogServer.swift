import HTTPTypes
import Logging
package import ServiceLifecycle
import UnixSignals

/// The log service on an address: what `assay-log serve` runs.
package struct LogServer: Service {
    private let service: LogService
    private let address: ListenAddress
    private let connections = ConnectionCount()
    private let onListening: @Sendable (ListenAddress) async -> Void

    /// Creates a server.
    ///
    /// - Parameter onListening: told where the server listens, once it does.
    package init(
        _ service: LogService, address: ListenAddress,
        onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }
    ) {
        self.service = service
        self.address = address
        self.onListening = onListening
    }

    /// Serves until the graceful stop of the service group it runs in: then takes no connection
    /// more and finishes the requests that were begun, within the limits' `stopTimeout`.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func run() async throws {
        let (metrics, logger, onListening) = (service.metrics, service.logger, onListening)
        let server = HTTPServer(
            responder: LogResponder(service: service), address: address, limits: service.limits,
            logger: logger, connections: connections,
            onRefusal: { problem in
                metrics.refused(problem.code)
                metrics.answered("none", status: problem.code.status.code)
            },
            onListening: { address in
                logger.info("listening on http://\(address)")
                await onListening(address)
            })
        try await server.run()
    }

    /// Serves until SIGTERM or SIGINT, and then stops gracefully.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func runUntilSignalled(beside others: [any Service] = []) async throws {
        // The group stops its services from the last to the first: the server before what it
        // needs.
        let services: [any Service] = others + [CatalogService(catalog: service.catalog), self]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: service.logger))
        try await group.run()
    }
}

/// Reads the log into the catalog after a start, so that no request has to wait for all of it.
struct CatalogService: Service {
    let catalog: Catalog

    func run() async throws {
        while !Task.isShuttingDownGracefully, await !catalog.isComplete {
            try await catalog.advance()
        }
        try await gracefulShutdown()
    }
}
