import AssayWitness
import HTTPTypes
import Hummingbird
import Logging
package import ServiceLifecycle
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
        default: try service.rates.read(by: address, at: service.clock.now)
        }
        let condition = request.ifNoneMatch
        switch route {
        case .checkpoint(let originHash):
            return try await service.checkpoint(of: originHash, ifNoneMatch: condition)
        case .tile(let originHash, let tile):
            return try await service.tile(
                tile, of: originHash, ifNoneMatch: condition,
                gzip: AcceptEncoding.allowsGzip(request.headers[.acceptEncoding]))
        case .evidence(let originHash): return try await service.evidence(of: originHash)
        case .proof(let originHash, let hash):
            return try await service.proof(hash, of: originHash, ifNoneMatch: condition)
        case .addCheckpoint: preconditionFailure("answered above")
        }
    }
}

/// The service of a witness on an address: what `assay-witness serve` runs.
package struct WitnessServer: Service {
    private let service: WitnessService
    private let address: ListenAddress
    private let tls: TLSFiles?
    private let connections = ConnectionTable()
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
    ///
    /// - Parameter companion: runs beside the server.
    package func runUntilSignalled(beside companion: [any Service] = []) async throws {
        var quiet = service.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: companion.map { .init(service: $0) } + [
                    .init(service: self, failureTerminationBehavior: .gracefullyShutdownGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        try await group.run()
    }
}
