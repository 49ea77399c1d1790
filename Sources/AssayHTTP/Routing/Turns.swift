import Synchronization

/// Lets a number of callers do something at once, and the others wait in their order.
final class Turns: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Of ``waiting``, how many at its beginning have had their turn.
        var served = 0
    }

    private let state: Mutex<State>

    /// Creates turns for `count` callers at once.
    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Does `body` when it is the caller's turn.
    func take<Value: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await begin()
        defer { end() }
        return try await body()
    }

    private func begin() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func end() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.served < state.waiting.count else {
                state.free += 1
                return nil
            }
            defer {
                state.served += 1
                if state.served == state.waiting.count {
                    state.waiting = []
                    state.served = 0
                }
            }
            return state.waiting[state.served]
        }
        next?.resume()
    }
}
