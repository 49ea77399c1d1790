import Glibc
import Hummingbird
import Logging
import NIOCore

/// What is known about a request beside the request: who sent it.
struct ServerContext: InitializableFromSource {
    /// The address that the connection came from.
    let address: SocketAddress?
    /// The logger of this request.
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        address = source.channel.remoteAddress
        logger = source.logger
    }

    /// The key under which the sender's rate is counted.
    var rateKey: [UInt8] { address?.rateKey ?? [] }
}

extension SocketAddress {
    /// The key under which this address is counted: an IPv4 address, or the network of an IPv6
    /// address, since a single host commonly has all of its 2^64 addresses.
    var rateKey: [UInt8] {
        guard let text = ipAddress else { return [] }
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET6, text, &bytes) == 1 { return Array(bytes.prefix(8)) }
        return unsafe inet_pton(AF_INET, text, &bytes) == 1 ? Array(bytes.prefix(4)) : []
    }
}
