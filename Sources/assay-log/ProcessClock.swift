import AssayLog
import AssayTLog
import Glibc

/// The clocks of this machine.
struct ProcessClock: CosigningClock {
    private let clock = ContinuousClock()
    private let begin = ContinuousClock().now

    var elapsed: Duration { clock.now - begin }

    var timeOfDay: UnixSeconds {
        UInt64(exactly: time(nil)).flatMap { UnixSeconds($0) } ?? .unstated
    }

    func wait(until elapsed: Duration) async {
        do {
            try await clock.sleep(until: begin + elapsed)
        } catch {
            // Whoever cancels does not wait for it.
        }
    }

    var chance: any RandomNumberGenerator & Sendable { SystemRandomNumberGenerator() }
}
