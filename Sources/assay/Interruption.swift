import AssayCommand
import UnixSignals

/// SIGINT and SIGTERM as the wish that long work may stop where nothing is lost.
enum Interruption {
    /// Runs `body`, which is cancelled when one of the signals comes and ends in its own time.
    static func watched<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(CommandFailure) -> Value
    ) async throws(CommandFailure) -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let result = await withTaskGroup(
            of: Result<Value, CommandFailure>?.self, returning: Result<Value, CommandFailure>?.self
        ) { group in
            group.addTask {
                do throws(CommandFailure) {
                    return .success(try await body())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in signals { break }
                return nil
            }
            // The first to end is the work, or the wait for a signal: then the work is next.
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            return await group.next() ?? nil
        }
        guard let result else { preconditionFailure("the work always ends with a result") }
        return try result.get()
    }
}
