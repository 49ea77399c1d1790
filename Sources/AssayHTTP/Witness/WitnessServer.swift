import AssayWitness
import HTTPTypes
import Hummingbird
import Logging
import ServiceLifecycle
import UnixSignals

/// Answers the requests of a witness.
struct WitnessResponder: HTTPResponder {
    let service: WitnessService

    /// Answers a request, always: what goes wrong becomes a problem.
    func respond(to request: Request, context: ServerContext) async throws -> Response {
        await answer(request, from: context.rateKey, logger: context.logger)
            .response(to: request.method)
    }

    /// The answer to a request from an address.
    func answer(_ request: Request, from address: [UInt8], logger: Logger) async -> Answer {
        var template = "none"
        var answer: Answer
        do {
            let target = try RequestTarget(request.head)
            guard let route = WitnessRoute(path: target.path) else {
                throw Problem.notFound("no resource has this path")
            }
            template = route.template
            answer = try await self.answer(request, target, route, from: address)
        } catch let problem as Problem {
            answer = problem.response()
        } catch let error as BodyLost {
            // The connection is broken, so that nobody reads this.
            logger.debug("a body was lost", metadata: ["error": "\(error.cause)"])
            answer = Problem.malformedRequest.response(closing: true)
        } catch {
            logger.error("a request failed", metadata: ["error": "\(error)"])
            answer = Problem(.internalFault, "the server met a defect; its log says more")
                .response()
        }
        logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "route": "\(template)",
                "status": "\(answer.status.code)",
            ])
        return answer
    }

    private func answer(
        _ request: Request, _ target: RequestTarget, _ route: WitnessRoute, from address: [UInt8]
    ) async throws -> Answer {
        guard route.methods.contains(request.method) else {
            var problem = Problem(
                .methodNotAllowed,
                "this resource has \(route.methods.map(\.rawValue).joined(separator: ", "))")
            problem.allowedMethods = route.methods
            throw problem
        }
        _ = try Query(target.query, names: [])
        switch route {
        case .addCheckpoint:
            if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
                throw Problem(
                    .encodingUnsupported,
                    "request bodies are not taken with a content coding; send it as it is")
            }
            return try await service.addCheckpoint(request, from: address)
        case .checkpoint(let originHash):
            try service.rates.read(by: address, at: service.clock.now)
            let condition = request.headers[values: .ifNoneMatch].joined(separator: ",")
            return try await service.checkpoint(
                of: originHash, ifNoneMatch: condition.isEmpty ? nil : condition)
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
