import AssayCrypto
import AssayTLog
import HTTPTypes
import Hummingbird
import Logging

/// Answers the requests of the log service.
struct LogResponder: RoutedResponder {
    let service: LogService

    func refused(_ code: ProblemCode) { service.metrics.refused(code) }

    func answered(_ template: String, status: Int) {
        service.metrics.answered(template, status: status)
    }

    func answer(
        _ request: Request, _ target: RequestTarget, _ route: Route, from address: [UInt8]
    ) async throws -> Answer {
        let query = try Query(target.query, names: route.queryNames(request.method))
        guard request.method == .post else {
            // Ten entries of a list are as much work as one other answer.
            let count = route == .entries ? 1 + (try service.pageCount(query)) / 10 : 1
            try service.rates.read(count, by: address, at: service.clock.now)
            return try await read(
                route, query, ifNoneMatch: request.ifNoneMatch,
                acceptsGzip: AcceptEncoding.allowsGzip(request.headers[.acceptEncoding]))
        }
        try request.requirePlainBody()
        return route == .batch
            ? try await service.submitBatch(request, query, from: address)
            : try await service.submit(request, query, from: address)
    }

    private func read(
        _ route: Route, _ query: Query, ifNoneMatch condition: String?, acceptsGzip: Bool
    ) async throws(Problem) -> Answer {
        switch route {
        case .start: await service.startPage()
        case .checkpoint: try await service.checkpoint(ifNoneMatch: condition)
        case .tile(let coordinate):
            try await service.tile(coordinate, ifNoneMatch: condition, gzip: acceptsGzip)
        case .entries:
            try await service.listReads.take { () async throws(Problem) in
                try await service.entries(query)
            }
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
