import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// A connection with the limits that Hummingbird's own channel does not keep: a deadline for whole
/// requests and for reading answers, a bound on connections with an answer beyond it.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let limits: HTTPLimits
    let connections: ConnectionCount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let count = connections.opened()
        channel.closeFuture.whenComplete { [connections] _ in connections.closed() }
        let limits = limits
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionGuard(
                    limits: limits, isSurplus: count > limits.connectionsMax,
                    at: channel.eventLoop.now))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// The number of open connections.
final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)

    /// The number now, for the metrics.
    var current: Int { count.load(ordering: .relaxed) }

    /// Counts a new connection and returns how many there are with it.
    func opened() -> Int { count.add(1, ordering: .relaxed).newValue }

    /// Counts a connection less.
    func closed() { count.subtract(1, ordering: .relaxed) }
}
