import NIOCore

/// What a connection is waiting for, and how long it may wait.
///
/// This type reads no clock: the caller says what happened and when, and asks what expires next.
struct ConnectionClock {
    /// Why a connection's time is up.
    enum Expiry: Hashable, Sendable {
        /// Nothing was asked for a while.
        case idle
        /// A request was begun and did not arrive whole in its time.
        case slowRequest
        /// An answer is ready and the client does not read it.
        case unreadAnswer
        /// The answer that ends the connection has had its time to be read.
        case lingered
        /// The server is stopping and the request in progress took too long.
        case stopped
    }

    private let requestTimeout: TimeAmount
    private let idleTimeout: TimeAmount
    private var quietSince: NIODeadline
    private var receivingSince: NIODeadline?
    private var requestsUnanswered = 0
    private var writesPending = 0
    private var writeProgressed: NIODeadline
    private var lingersUntil: NIODeadline?
    private var stopsAt: NIODeadline?

    init(requestTimeout: TimeAmount, idleTimeout: TimeAmount, at now: NIODeadline) {
        self.requestTimeout = requestTimeout
        self.idleTimeout = idleTimeout
        quietSince = now
        writeProgressed = now
    }

    /// Whether bytes were handed over that the kernel has not taken.
    var hasPendingWrites: Bool { writesPending > 0 }

    /// Whether nothing was begun that is not ended, on either side.
    var isQuiet: Bool { requestsUnanswered == 0 && writesPending == 0 && receivingSince == nil }

    /// Since when the kernel has taken nothing of what was handed to it; `nil` where nothing waits.
    var stalledSince: NIODeadline? { hasPendingWrites ? writeProgressed : nil }

    /// Since when the client keeps the server waiting: with a request that is begun, with the next
    /// one, or with reading its answer; `nil` while the server is at work.
    var waitingSince: NIODeadline? {
        receivingSince ?? (requestsUnanswered > 0 ? nil : quietSince)
    }

    /// Bytes arrived: a request begins, unless one is arriving already.
    mutating func received(at now: NIODeadline) {
        if receivingSince == nil { receivingSince = now }
    }

    /// The head of a request was parsed.
    mutating func requestBegan(at now: NIODeadline) {
        received(at: now)
        requestsUnanswered += 1
    }

    /// The last byte of a request was parsed.
    mutating func requestArrived() { receivingSince = nil }

    /// An answer was handed over whole.
    mutating func answered(at now: NIODeadline) {
        requestsUnanswered -= 1
        quietSince = now
    }

    /// Bytes were handed to the kernel's queue.
    mutating func writeBegan(at now: NIODeadline) {
        if writesPending == 0 { writeProgressed = now }
        writesPending += 1
    }

    /// The kernel took bytes, or refused them for good.
    mutating func writeEnded(at now: NIODeadline) {
        writesPending -= 1
        writeProgressed = now
        quietSince = max(quietSince, now)
    }

    /// The connection ends at `deadline` at the latest, and nothing more is read from it.
    mutating func linger(until deadline: NIODeadline) { lingersUntil = deadline }

    /// The server stops: whatever is in progress ends at `deadline` at the latest.
    mutating func stop(at deadline: NIODeadline) { stopsAt = deadline }

    /// The next thing to expire, or `nil` while the server itself is at work.
    var nextExpiry: (deadline: NIODeadline, expiry: Expiry)? {
        var all: [(deadline: NIODeadline, expiry: Expiry)] = []
        if let stopsAt { all.append((stopsAt, .stopped)) }
        if writesPending > 0 { all.append((writeProgressed + idleTimeout, .unreadAnswer)) }
        if let lingersUntil {
            all.append((lingersUntil, .lingered))
        } else if let receivingSince {
            all.append((receivingSince + requestTimeout, .slowRequest))
        } else if requestsUnanswered == 0, writesPending == 0 {
            all.append((quietSince + idleTimeout, .idle))
        }
        return all.min { $0.deadline < $1.deadline }
    }
}
