import AssayCrypto
import AssayTLog
import HTTPTypes
import Hummingbird
import Logging

/// Answers the requests of the log service.
struct LogResponder: HTTPResponder {
    let service: LogService

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
            guard let route = Route(path: target.path) else {
                throw Problem.notFound("no resource has this path")
            }
            template = route.template
            answer = try await self.answer(request, target, route, from: address)
        } catch let problem as Problem {
            service.metrics.refused(problem.code)
            answer = problem.response()
        } catch let error as BodyLost {
            // The connection is broken, so that nobody reads this; it stands in the metrics.
            logger.debug("a body was lost", metadata: ["error": "\(error.cause)"])
            answer = Problem.malformedRequest.response(closing: true)
        } catch {
            logger.error("a request failed", metadata: ["error": "\(error)"])
            service.metrics.refused(.internalFault)
            answer = Problem(.internalFault, "the server met a defect; its log says more")
                .response()
        }
        service.metrics.answered(template, status: answer.status.code)
        logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "route": "\(template)",
                "status": "\(answer.status.code)",
            ])
        return answer
    }

    private func answer(
        _ request: Request, _ target: RequestTarget, _ route: Route, from address: [UInt8]
    ) async throws -> Answer {
        guard route.methods.contains(request.method) else {
            var problem = Problem(
                .methodNotAllowed,
                "this resource has \(route.methods.map(\.rawValue).joined(separator: ", "))")
            problem.allowedMethods = route.methods
            throw problem
        }
        let query = try Query(target.query, names: route.queryNames(request.method))
        guard request.method == .post else {
            try service.rates.read(by: address, at: service.clock.now)
            let condition = request.headers[values: .ifNoneMatch].joined(separator: ",")
            return try await read(
                route, query, ifNoneMatch: condition.isEmpty ? nil : condition,
                acceptsGzip: AcceptEncoding.allowsGzip(request.headers[.acceptEncoding]))
        }
        if let coding = request.headers[.contentEncoding],
            coding.lowercased() != "identity"
        {
            throw Problem(
                .encodingUnsupported,
                "request bodies are not taken with a content coding; send it as it is")
        }
        return route == .batch
            ? try await service.submitBatch(request, query, from: address)
            : try await service.submit(request, query, from: address)
    }

    private func read(
        _ route: Route, _ query: Query, ifNoneMatch condition: String?, acceptsGzip: Bool
    ) async throws(Problem) -> Answer {
        switch route {
        case .start: await service.startPage()
        case .checkpoint: await service.checkpoint(ifNoneMatch: condition)
        case .tile(let coordinate):
            try await service.tile(coordinate, ifNoneMatch: condition, gzip: acceptsGzip)
        case .entries: try await service.entries(query)
        case .entry(let reference): try await service.entry(reference)
        case .bundle(let reference): try await service.bundle(reference, query)
        case .charter: try await service.charter()
        case .charterBundle: try await service.bundle(.index(.init(0)), query)
        case .alive: service.alive()
        case .ready: try await service.ready()
        case .metrics: await service.measurements()
        case .batch: throw .notFound("no resource has this path")
        }
    }
}
