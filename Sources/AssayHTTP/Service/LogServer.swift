import HTTPTypes
import Logging
package import ServiceLifecycle
import UnixSignals

/// The log service on an address: what `assay-log serve` runs.
package struct LogServer: Service {
    private let service: LogService
    private let address: ListenAddress
    private let tls: TLSFiles?
    private let connections = ConnectionTable()
    private let onListening: @Sendable (ListenAddress) async -> Void

    /// Creates a server.
    ///
    /// - Parameter onListening: told where the server listens, once it does.
    package init(
        _ service: LogService, address: ListenAddress, tls: TLSFiles? = nil,
        onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }
    ) {
        self.service = service
        self.address = address
        self.tls = tls
        self.onListening = onListening
    }

    /// Serves until the graceful stop of the service group it runs in: then takes no connection
    /// more and finishes the requests that were begun, within the limits' `stopTimeout`.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func run() async throws {
        let (metrics, logger, onListening) = (service.metrics, service.logger, onListening)
        let ledger = service.ledger
        let scheme = tls == nil ? "http" : "https"
        let server = HTTPServer(
            responder: LogResponder(service: service), address: address, tls: tls,
            limits: service.limits, logger: logger, connections: connections,
            onRefusal: { problem in
                metrics.refused(problem.code)
                metrics.answered("none", status: problem.code.status.code)
            },
            onListening: { address in
                logger.info("listening on \(scheme)://\(address)")
                await onListening(address)
            })
        // Requests that wait for witnesses must not make the stop wait for them.
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            ledger.hurry()
        }
    }

    /// Serves until SIGTERM or SIGINT, and then stops gracefully.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func runUntilSignalled(beside others: [any Service] = []) async throws {
        var quiet = service.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        // The group stops its services from the last to the first: the server before what it
        // needs. One that fails lets the others finish.
        let services: [any Service] =
            others + [CatalogService(catalog: service.catalog, logger: service.logger), self]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0, failureTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        try await group.run()
    }
}

/// Reads the log into the catalog after a start, so that no request has to wait for all of it.
struct CatalogService: Service {
    let catalog: Catalog
    let logger: Logger

    func run() async throws {
        do {
            while !Task.isShuttingDownGracefully, await !catalog.isComplete {
                try await catalog.advance()
            }
        } catch {
            // Lists then say so themselves; the log goes on without them.
            logger.error("the catalog cannot be read on", metadata: ["problem": "\(error)"])
        }
        try await gracefulShutdown()
    }
}
