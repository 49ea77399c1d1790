import Glibc

/// A line on standard error that shows how far long work is, where a person watches.
package struct ProgressLine: Sendable {
    private let what: String
    private let all: UInt64
    private let before: UInt64
    private let isShown: Bool
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant
    private var last: ContinuousClock.Instant

    /// Starts where `before` of `all` are done already.
    package init(_ what: String, of all: UInt64, from before: UInt64 = 0) {
        self.before = before
        self.what = what
        self.all = all
        isShown = isatty(STDERR_FILENO) == 1
        begin = clock.now
        last = begin
    }

    /// Shows that `done` is done, a few times a second.
    package mutating func show(_ done: UInt64) {
        let now = clock.now
        guard isShown, now - last > .milliseconds(200) else { return }
        last = now
        let elapsed = (now - begin) / .seconds(1)
        let rate = Double(done - min(before, done)) / elapsed
        let left = rate > 0 ? UInt64(Double(all - min(done, all)) / rate) : 0
        StandardError.write(
            "\r\(done) of \(all) \(what), \(UInt64(rate)) a second, \(left) s left\u{1b}[K")
    }

    /// Clears the line.
    package func end() {
        if isShown { StandardError.write("\r\u{1b}[K") }
    }
}
