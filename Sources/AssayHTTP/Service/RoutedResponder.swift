import HTTPTypes
import Hummingbird
import Logging

/// A resource that a service has under a path.
protocol ServedRoute: Sendable {
    /// The route of a path; `nil` where there is no resource.
    init?(path: [UInt8])
    /// The path with placeholders, for logs and metrics.
    var template: String { get }
    /// The methods that the resource has.
    var methods: [HTTPRequest.Method] { get }
}

/// Answers requests by routes, always: what goes wrong becomes a problem.
protocol RoutedResponder: HTTPResponder where Context == ServerContext {
    /// The routes of the service.
    associatedtype Resource: ServedRoute

    /// The answer to a request whose route has its method.
    func answer(
        _ request: Request, _ target: RequestTarget, _ route: Resource, from address: [UInt8]
    ) async throws -> Answer
    /// Told of a problem.
    func refused(_ code: ProblemCode)
    /// Told of every answer.
    func answered(_ template: String, status: Int)
}

extension RoutedResponder {
    /// Answers a request.
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
            guard let route = Resource(path: target.path) else {
                throw Problem.notFound("no resource has this path")
            }
            template = route.template
            try Self.requireMethod(of: request, route)
            answer = try await self.answer(request, target, route, from: address)
        } catch let problem as Problem {
            refused(problem.code)
            answer = problem.response()
        } catch let error as BodyLost {
            // The connection is broken, so that nobody reads this; it stands in the metrics.
            logger.debug("a body was lost", metadata: ["error": "\(error.cause)"])
            answer = Problem.malformedRequest.response(closing: true)
        } catch {
            logger.error("a request failed", metadata: ["error": "\(error)"])
            refused(.internalFault)
            answer = Problem(.internalFault, "the server met a defect; its log says more")
                .response()
        }
        answered(template, status: answer.status.code)
        logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "route": "\(template)",
                "status": "\(answer.status.code)",
            ])
        return answer
    }

    private static func requireMethod(
        of request: Request, _ route: Resource
    ) throws(Problem) {
        guard !route.methods.contains(request.method) else { return }
        var problem = Problem(
            .methodNotAllowed,
            "this resource has \(route.methods.map(\.rawValue).joined(separator: ", "))")
        problem.allowedMethods = route.methods
        throw problem
    }
}

extension Request {
    /// Refuses a body with a content coding.
    func requirePlainBody() throws(Problem) {
        guard let coding = headers[.contentEncoding], coding.lowercased() != "identity" else {
            return
        }
        throw Problem(
            .encodingUnsupported,
            "request bodies are not taken with a content coding; send it as it is")
    }

    /// The value of `If-None-Match`, if there is one.
    var ifNoneMatch: String? {
        let condition = headers[values: .ifNoneMatch].joined(separator: ",")
        return condition.isEmpty ? nil : condition
    }
}
