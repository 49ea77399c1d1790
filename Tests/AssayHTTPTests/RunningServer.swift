import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import AssayHTTP

/// Answers `GET /long` with many bytes, `GET /wait` when the test says so, and any POST with the
/// number of bytes that arrived.
struct EchoResponder: HTTPResponder {
    let gate: Gate

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let target = try RequestTarget(request.head)
        if request.method == .post {
            var count = 0
            for try await buffer in request.body { count += buffer.readableBytes }
            return Response(
                status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "got \(count)")))
        }
        switch String(decoding: target.path, as: UTF8.self) {
        case "/long":
            return Response(
                status: .ok,
                body: ResponseBody(byteBuffer: ByteBuffer(repeating: 0x61, count: 32 << 20)))
        case "/wait":
            await gate.pass()
            return Response(
                status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "waited")))
        default:
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "ok")))
        }
    }
}

/// Stops requests until the test opens it, and tells the test when one has come.
final class Gate: Sendable {
    let arrivals = AsyncStream<Void>.makeStream()
    let openings = AsyncStream<Void>.makeStream()

    /// Waits for ``open()``.
    func pass() async {
        arrivals.continuation.yield()
        for await _ in openings.stream { return }
    }

    /// Waits until a request stands before the gate.
    func arrival() async { for await _ in arrivals.stream { return } }

    /// Lets one request pass.
    func open() { openings.continuation.yield() }
}

/// Runs `body` against a server of `responder` on loopback, and stops it gracefully.
func withServer<Responder: HTTPResponder>(
    _ responder: Responder, limits: HTTPLimits = HTTPLimits(), address: ListenAddress? = nil,
    _ body: @Sendable (ListenAddress, ServiceGroup) async throws -> Void
) async throws where Responder.Context == ServerContext {
    let (listening, continuation) = AsyncStream<ListenAddress>.makeStream()
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let server = HTTPServer(
        responder: responder, address: address ?? ListenAddress(host: "127.0.0.1", port: 0),
        limits: limits, logger: logger, connections: ConnectionTable(), onRefusal: { _ in },
        onListening: { continuation.yield($0) })
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        for await address in listening {
            try await body(address, group)
            break
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
