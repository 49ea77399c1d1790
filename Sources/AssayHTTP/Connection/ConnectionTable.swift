import NIOCore
import Synchronization

/// The open connections, and which of them makes room when there are too many, or too much that
/// was answered is not read.
///
/// Without that, whoever holds the most connections open, asking nothing or at a byte a second,
/// decides that nobody else is served, and whoever asks for much and reads nothing fills the
/// memory.
final class ConnectionTable: Sendable {
    /// What a connection tells of itself, from its own event loop.
    final class Entry: Sendable {
        let channel: any Channel
        fileprivate let address: Address
        /// Since when the client keeps the server waiting, in nanoseconds of the monotonic clock;
        /// the largest number while the server is at work for it.
        private let waiting = Atomic<UInt64>(.max)
        /// Since when the client has taken nothing of what is written to it, likewise.
        private let stalled = Atomic<UInt64>(.max)
        /// The bytes written to the client that it has not taken.
        fileprivate let unread = Atomic<Int>(0)

        fileprivate init(_ channel: any Channel, _ address: Address) {
            self.channel = channel
            self.address = address
        }

        /// Notes what the connection's clock says now.
        func note(_ clock: ConnectionClock) {
            waiting.store(clock.waitingSince?.uptimeNanoseconds ?? .max, ordering: .relaxed)
            stalled.store(clock.stalledSince?.uptimeNanoseconds ?? .max, ordering: .relaxed)
        }

        fileprivate var waitingSince: NIODeadline? { Self.time(waiting) }
        fileprivate var stalledSince: NIODeadline? { Self.time(stalled) }

        private static func time(_ value: borrowing Atomic<UInt64>) -> NIODeadline? {
            let time = value.load(ordering: .relaxed)
            return time == .max ? nil : .uptimeNanoseconds(time)
        }
    }

    /// The connections of one address; the count changes under the table's lock only.
    fileprivate final class Address: Sendable {
        let key: [UInt8]
        let count = Atomic<Int>(0)
        let unread = Atomic<Int>(0)

        init(_ key: [UInt8]) { self.key = key }
    }

    private struct Connections {
        var open: [ObjectIdentifier: Entry] = [:]
        var addresses: [[UInt8]: Address] = [:]
    }

    private let connections = Mutex(Connections())
    private let unread = Atomic<Int>(0)

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
        displaced?.displace()
        return (entry, isSurplus)
    }

    /// Notes that `count` bytes were written to a connection; where that makes more than the limit,
    /// another that does not read is told to go.
    func wrote(_ count: Int, to entry: Entry, limits: HTTPLimits) {
        entry.unread.add(count, ordering: .relaxed)
        entry.address.unread.add(count, ordering: .relaxed)
        guard unread.add(count, ordering: .relaxed).newValue > limits.unreadBytesMax else { return }
        let displaced = connections.withLock { connections in
            let slowest = Self.slowestReader(in: connections, but: entry)
            if let slowest { Self.remove(slowest, from: &connections) }
            return slowest
        }
        displaced?.displace()
    }

    /// Notes that `count` bytes were taken by the client, or will never be.
    func took(_ count: Int, from entry: Entry) {
        entry.unread.subtract(count, ordering: .relaxed)
        entry.address.unread.subtract(count, ordering: .relaxed)
        unread.subtract(count, ordering: .relaxed)
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

    /// Of the connections that do not read, one of the address that leaves most unread, and the one
    /// that has taken nothing for longest.
    private static func slowestReader(
        in connections: Connections, but writing: Entry
    ) -> Entry? {
        var chosen: (entry: Entry, unread: Int, since: NIODeadline)?
        for entry in connections.open.values where entry !== writing {
            guard let since = entry.stalledSince, entry.unread.load(ordering: .relaxed) > 0 else {
                continue
            }
            let unread = entry.address.unread.load(ordering: .relaxed)
            if let chosen, (chosen.unread, since) > (unread, chosen.since) { continue }
            chosen = (entry, unread, since)
        }
        return chosen?.entry
    }
}

extension ConnectionTable.Entry {
    fileprivate func displace() {
        channel.pipeline.fireUserInboundEventTriggered(ConnectionDisplaced())
    }
}

/// The connection has to make room for another.
struct ConnectionDisplaced: Sendable {}
