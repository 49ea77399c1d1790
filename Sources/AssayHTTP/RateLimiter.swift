import Synchronization

/// Tokens that refill with time: the usual bucket.
struct TokenBucket: Sendable {
    private var tokens: Double
    private var refilled: ContinuousClock.Instant

    init(full limit: RateLimit, at now: ContinuousClock.Instant) {
        tokens = limit.burst
        refilled = now
    }

    /// Adds what has accrued up to `now`.
    mutating func refill(_ limit: RateLimit, at now: ContinuousClock.Instant) {
        guard now > refilled else { return }
        tokens = min(limit.burst, tokens + (now - refilled) / .seconds(1) * limit.perSecond)
        refilled = now
    }

    /// The time until `cost` tokens are there, zero when they are; a cost above the burst waits for
    /// a full bucket.
    func wait(for cost: Double, _ limit: RateLimit) -> Duration {
        let missing = min(cost, limit.burst) - tokens
        return missing <= 0 ? .zero : .seconds(missing / limit.perSecond)
    }

    /// Takes `cost` tokens; the bucket may go below zero, and then the next caller waits longer.
    mutating func take(_ cost: Double) { tokens -= cost }

    /// Whether nothing was taken lately, so that a new bucket would be the same.
    func isFull(_ limit: RateLimit) -> Bool { tokens >= limit.burst }
}

/// One token bucket for each address or member, for a bounded number of them.
///
/// When there is no room for a newcomer, buckets that are full again are forgotten, which changes
/// nothing; if none is, the newcomer shares one bucket with all others for whom there is no room.
final class RateLimiter: Sendable {
    private struct State {
        var buckets: [[UInt8]: TokenBucket] = [:]
        var shared: TokenBucket
        var swept: ContinuousClock.Instant
    }

    private let limit: RateLimit
    private let keysMax: Int
    private let state: Mutex<State>

    init(_ limit: RateLimit, keysMax: Int, at now: ContinuousClock.Instant) {
        self.limit = limit
        self.keysMax = keysMax
        state = Mutex(State(shared: TokenBucket(full: limit, at: now), swept: now))
    }

    /// Takes `cost` for `key` and returns zero, or takes nothing and returns how long to wait.
    func take(_ cost: Int = 1, for key: [UInt8], at now: ContinuousClock.Instant) -> Duration {
        withBucket(of: key, at: now) { bucket in
            let wait = bucket.wait(for: Double(cost), limit)
            if wait == .zero { bucket.take(Double(cost)) }
            return wait
        }
    }

    /// How long `key` has to wait before its next use; takes nothing.
    func wait(for key: [UInt8], at now: ContinuousClock.Instant) -> Duration {
        withBucket(of: key, at: now) { $0.wait(for: 1, limit) }
    }

    /// Takes `cost` for `key` even when it is not there, for work that has been done already.
    func charge(_ cost: Int = 1, to key: [UInt8], at now: ContinuousClock.Instant) {
        withBucket(of: key, at: now) { $0.take(Double(cost)) }
    }

    private func withBucket<Result>(
        of key: [UInt8], at now: ContinuousClock.Instant,
        _ body: (inout TokenBucket) -> Result
    ) -> Result {
        state.withLock { state in
            if state.buckets[key] == nil, state.buckets.count >= keysMax { sweep(&state, at: now) }
            guard state.buckets[key] != nil || state.buckets.count < keysMax else {
                state.shared.refill(limit, at: now)
                return body(&state.shared)
            }
            var bucket = state.buckets[key] ?? TokenBucket(full: limit, at: now)
            bucket.refill(limit, at: now)
            defer { state.buckets[key] = bucket }
            return body(&bucket)
        }
    }

    /// Forgets full buckets, at most once a second: a sweep looks at all of them.
    private func sweep(_ state: inout State, at now: ContinuousClock.Instant) {
        guard now - state.swept >= .seconds(1) else { return }
        state.swept = now
        state.buckets = state.buckets.filter { _, bucket in
            var bucket = bucket
            bucket.refill(limit, at: now)
            return !bucket.isFull(limit)
        }
    }
}
