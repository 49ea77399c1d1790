import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The HTTP/1.1 server around a responder: listening, limits on connections and requests, and a
/// stop that finishes what was begun.
struct HTTPServer<Responder: HTTPResponder>: Service where Responder.Context == ServerContext {
    let responder: Responder
    let address: ListenAddress
    var tls: TLSFiles?
    let limits: HTTPLimits
    let logger: Logger
    let connections: ConnectionTable
    /// Told about each problem that is answered before a request reaches the responder.
    let onRefusal: @Sendable (Problem) -> Void
    /// Told where the server listens, once it does.
    let onListening: @Sendable (ListenAddress) async -> Void

    /// Serves until the graceful stop of the service group it runs in.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    func run() async throws {
        do {
            try await application().run()
        } catch let error as IOError {
            throw error.errnoCode == EADDRINUSE
                ? ServerError.addressInUse(address)
                : ServerError.addressUnavailable(address, errno: error.errnoCode)
        }
    }

    private func application() throws(ServerError) -> Application<Responder> {
        // Hummingbird reports its start and stop at level info in its own words; the service's own
        // line says where it listens.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let (address, onListening) = (address, onListening)
        return Application(
            responder: responder, server: try channels(),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    limits.connectionsMax + limits.surplusConnectionsMax, logger: quiet)),
            onServerRunning: { channel in
                await onListening(
                    ListenAddress(
                        host: address.host, port: channel.localAddress?.port ?? address.port))
            },
            logger: quiet)
    }

    /// How a connection's bytes become requests.
    private func channels() throws(ServerError) -> HTTPServerBuilder {
        let (limits, connections, onRefusal) = (limits, connections, onRefusal)
        @Sendable func plain(
            _ responder: @escaping HTTPChannelHandler.Responder
        ) -> HTTP1Channel {
            HTTP1Channel(
                responder: responder,
                configuration: .init(
                    additionalChannelHandlers: [RequestGuard(onRefusal: onRefusal)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytesMax,
                        maxHeaderListSize: limits.headerBytesMax,
                        maxHeaderFieldCount: limits.headerFieldsMax)))
        }
        guard let tls = try tls?.configuration() else {
            return HTTPServerBuilder { responder in
                GuardedChannel(base: plain(responder), limits: limits, connections: connections)
            }
        }
        return HTTPServerBuilder { responder in
            GuardedChannel(
                base: try TLSChannel(plain(responder), tlsConfiguration: tls), limits: limits,
                connections: connections)
        }
    }
}
