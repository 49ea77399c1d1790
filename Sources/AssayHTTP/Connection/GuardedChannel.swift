import HummingbirdCore
import Logging
import NIOCore

/// A connection with the limits that Hummingbird's own channel does not keep: a deadline for whole
/// requests and for reading answers, a bound on connections with an answer beyond it.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let limits: HTTPLimits
    let connections: ConnectionTable

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let now = channel.eventLoop.now
        let (entry, isSurplus) = connections.enter(
            channel, from: channel.remoteAddress?.rateKey ?? [], limits: limits, at: now)
        channel.closeFuture.whenComplete { [connections] _ in connections.leave(entry) }
        let limits = limits
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionGuard(
                    limits: limits, table: connections, entry: entry, isSurplus: isSurplus,
                    at: now))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
