import Glibc
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Where a server listens.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or address of this machine.
    package let host: String
    /// The port; 0 takes a free one.
    package let port: Int

    /// Creates an address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, with an IPv6 address in brackets; `nil` for other text.
    package init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// `HOST:PORT`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Why a server did not start or did not stop well.
package enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process listens there.
    case addressInUse(ListenAddress)
    /// The address is not one of this machine, or may not be used.
    case addressUnavailable(ListenAddress, errno: Int32)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .addressInUse(let address):
            "\(address) is in use: another process listens there; stop it, or listen elsewhere"
        case .addressUnavailable(let address, let code):
            "cannot listen on \(address): \(IOError(errnoCode: code, reason: "bind"))"
        }
    }
}

/// The HTTP/1.1 server around a responder: listening, limits on connections and requests, and a
/// stop that finishes what was begun.
struct HTTPServer<Responder: HTTPResponder>: Service where Responder.Context == ServerContext {
    let responder: Responder
    let address: ListenAddress
    let limits: HTTPLimits
    let logger: Logger
    let connections: ConnectionCount
    /// Told about each problem that is answered before a request reaches the responder.
    let onRefusal: @Sendable (Problem) -> Void
    /// Told where the server listens, once it does.
    let onListening: @Sendable (ListenAddress) async -> Void

    /// Serves until the graceful stop of the service group it runs in.
    ///
    /// - Throws: ``ServerError`` if it cannot listen.
    func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw error.errnoCode == EADDRINUSE
                ? ServerError.addressInUse(address)
                : ServerError.addressUnavailable(address, errno: error.errnoCode)
        }
    }

    private var application: Application<Responder> {
        let (limits, connections, onRefusal) = (limits, connections, onRefusal)
        let server = HTTPServerBuilder { responder in
            GuardedChannel(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: .init(
                        additionalChannelHandlers: [RequestGuard(onRefusal: onRefusal)],
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: limits.headerBytesMax,
                            maxHeaderListSize: limits.headerBytesMax,
                            maxHeaderFieldCount: limits.headerFieldsMax))),
                limits: limits, connections: connections)
        }
        // Hummingbird reports its start and stop at level info in its own words; the service's own
        // line says where it listens.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let (address, onListening) = (address, onListening)
        return Application(
            responder: responder, server: server,
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
}
