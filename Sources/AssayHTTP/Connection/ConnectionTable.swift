import NIOCore
import Synchronization

/// The open connections, and which of them makes room when there are too many.
///
/// Without that, whoever holds the most connections open, asking nothing or at a byte a second,
/// decides that nobody else is served.
final class ConnectionTable: Sendable {
    /// What a connection tells of itself, from its own event loop.
    final class Entry: Sendable {
        let channel: any Channel
        fileprivate let address: Address
        /// Since when the client keeps the server waiting, in nanoseconds of the monotonic clock;
        /// the largest number while the server is at work for it.
        private let waiting = Atomic<UInt64>(.max)

        fileprivate init(_ channel: any Channel, _ address: Address) {
            self.channel = channel
            self.address = address
        }

        /// Notes since when the client keeps the server waiting, `nil` when it does not.
        func waits(since time: NIODeadline?) {
            waiting.store(time?.uptimeNanoseconds ?? .max, ordering: .relaxed)
        }

        fileprivate var waitingSince: NIODeadline? {
            let time = waiting.load(ordering: .relaxed)
            return time == .max ? nil : .uptimeNanoseconds(time)
        }
    }

    /// The connections of one address; the count changes under the table's lock only.
    fileprivate final class Address: Sendable {
        let key: [UInt8]
        let count = Atomic<Int>(0)

        init(_ key: [UInt8]) { self.key = key }
    }

    private struct Connections {
        var open: [ObjectIdentifier: Entry] = [:]
        var addresses: [[UInt8]: Address] = [:]
    }

    private let connections = Mutex(Connections())

    /// The number of connections now, for the metrics.
    var current: Int { connections.withLock { $0.open.count } }

    /// Enters a new connection from the address `key`; where that makes more than the limit, the
    /// connection whose turn it is to go is told so and counts no more.
    ///
    /// - Returns: the entry, and whether there are too many all the same.
    func enter(
        _ channel: any Channel, from key: [UInt8], limits: HTTPLimits, at now: NIODeadline
    ) -> (entry: Entry, isSurplus: Bool) {
        let (entry, displaced, isSurplus) = connections.withLock { connections in
            let address = connections.addresses[key] ?? Address(key)
            connections.addresses[key] = address
            address.count.add(1, ordering: .relaxed)
            let entry = Entry(channel, address)
            var displaced: Entry?
            if connections.open.count >= limits.connectionsMax {
                displaced = Self.next(to: address, in: connections, limits, at: now)
                if let displaced { Self.remove(displaced, from: &connections) }
            }
            connections.open[ObjectIdentifier(entry)] = entry
            return (entry, displaced, connections.open.count > limits.connectionsMax)
        }
        displaced?.channel.pipeline.fireUserInboundEventTriggered(ConnectionDisplaced())
        return (entry, isSurplus)
    }

    /// Forgets a connection that is closed.
    func leave(_ entry: Entry) {
        connections.withLock { Self.remove(entry, from: &$0) }
    }

    private static func remove(_ entry: Entry, from connections: inout Connections) {
        guard connections.open.removeValue(forKey: ObjectIdentifier(entry)) != nil else { return }
        if entry.address.count.subtract(1, ordering: .relaxed).newValue == 0 {
            connections.addresses[entry.address.key] = nil
        }
    }

    /// The connection that makes room for one from `newcomer`: of those that keep the server
    /// waiting, one of the address with the most, and the one that has waited longest.
    ///
    /// An address with no more than the newcomer's loses only what has waited for a while.
    private static func next(
        to newcomer: Address, in connections: Connections, _ limits: HTTPLimits,
        at now: NIODeadline
    ) -> Entry? {
        let own = newcomer.count.load(ordering: .relaxed)
        let patience = TimeAmount(limits.displacedAfter)
        var chosen: (entry: Entry, count: Int, since: NIODeadline)?
        for entry in connections.open.values {
            guard let since = entry.waitingSince else { continue }
            let count = entry.address.count.load(ordering: .relaxed)
            guard count > own || since + patience <= now else { continue }
            if let chosen, (chosen.count, since) > (count, chosen.since) { continue }
            chosen = (entry, count, since)
        }
        return chosen?.entry
    }
}

/// The connection has to make room for another.
struct ConnectionDisplaced: Sendable {}
