import AssayWitness
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals

/// Answers the requests of a witness.
struct WitnessResponder: RoutedResponder {
    let service: WitnessService

    // A witness keeps no metrics.
    func refused(_: ProblemCode) {}

    func answered(_: String, status _: Int) {}

    func answer(
        _ request: Request, _ target: RequestTarget, _ route: WitnessRoute, from address: [UInt8]
    ) async throws -> Answer {
        _ = try Query(target.query, names: [])
        switch route {
        case .addCheckpoint:
            try request.requirePlainBody()
            return try await service.addCheckpoint(request, from: address)
        case .checkpoint(let originHash):
            try service.rates.read(by: address, at: service.clock.now)
            return try await service.checkpoint(of: originHash, ifNoneMatch: request.ifNoneMatch)
        }
    }
}

/// The service of a witness on an address: what `assay-witness serve` runs.
package struct WitnessServer: Service {
    private let service: WitnessService
    private let address: ListenAddress
    private let tls: TLSFiles?
    private let connections = ConnectionCount()
    private let onListening: @Sendable (ListenAddress) async -> Void

    /// Creates a server.
    ///
    /// - Parameter onListening: told where the server listens, once it does.
    package init(
        _ service: WitnessService, address: ListenAddress, tls: TLSFiles? = nil,
        onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }
    ) {
        self.service = service
        self.address = address
        self.tls = tls
        self.onListening = onListening
    }

    /// Serves until the graceful stop of the service group it runs in, as the log's server does.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func run() async throws {
        let (logger, onListening) = (service.logger, onListening)
        let scheme = tls == nil ? "http" : "https"
        let server = HTTPServer(
            responder: WitnessResponder(service: service), address: address, tls: tls,
            limits: service.limits, logger: logger, connections: connections,
            onRefusal: { _ in },
            onListening: { address in
                logger.info("listening on \(scheme)://\(address)")
                await onListening(address)
            })
        try await server.run()
    }

    /// Serves until SIGTERM or SIGINT, and then stops gracefully.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    package func runUntilSignalled() async throws {
        var quiet = service.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: self, failureTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        try await group.run()
    }
}
