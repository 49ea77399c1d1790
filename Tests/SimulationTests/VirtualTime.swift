import AssayTestSupport

/// The only clock and the only source of chance of a simulated world: what happens next, and when.
final class VirtualTime {
    /// Microseconds since the world began.
    private(set) var now: UInt64 = 0
    private var chance: SeededGenerator
    private var nextNumber = 0
    /// What is to happen, the next last; of what is due at one time, in the order of its planning.
    private var planned: [Event] = []
    /// What happened, for the report of a failure.
    private(set) var trace: [String] = []

    private struct Event {
        let time: UInt64
        let number: Int
        let name: String
        let action: () -> Void
    }

    init(seed: UInt64) {
        chance = SeededGenerator(seed: seed)
    }

    /// A number in `range`.
    func random(_ range: Range<Int>) -> Int { Int.random(in: range, using: &chance) }

    /// True in about `percent` of 100 cases.
    func happens(_ percent: Int) -> Bool { random(0..<100) < percent }

    /// How long a message or a call takes: mostly short, sometimes very long, so that what was sent
    /// later arrives earlier.
    func delay() -> UInt64 {
        UInt64(happens(5) ? random(5_000..<200_000) : random(10..<3_000))
    }

    /// Plans `action` in `delay` microseconds.
    func after(_ delay: UInt64, _ name: String, _ action: @escaping () -> Void) {
        let event = Event(time: now + delay, number: nextNumber, name: name, action: action)
        nextNumber += 1
        let position =
            planned.lastIndex { ($0.time, $0.number) > (event.time, event.number) }
            .map { $0 + 1 } ?? 0
        planned.insert(event, at: position)
    }

    /// Lets the next thing happen; false when nothing is left or `limit` has passed.
    func step(until limit: UInt64) -> Bool {
        guard let event = planned.last, event.time <= limit else { return false }
        planned.removeLast()
        now = event.time
        trace.append("\(now) \(event.name)")
        event.action()
        return true
    }

    /// Notes something for the report of a failure.
    func note(_ words: String) {
        trace.append("\(now)   \(words)")
    }
}
