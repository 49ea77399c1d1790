/// What lies between the parties of a simulated world: a message takes its time, is lost, arrives
/// twice, or is overtaken.
final class SimulatedNetwork {
    private let time: VirtualTime
    /// Whether messages get lost and doubled; they are always late.
    var isFaulty = true

    init(_ time: VirtualTime) {
        self.time = time
    }

    /// Carries a message that does `arrive` at its other end.
    func carry(_ what: String, _ arrive: @escaping () -> Void) {
        if isFaulty, time.happens(4) {
            time.note("lost: \(what)")
            return
        }
        for _ in 0..<(isFaulty && time.happens(8) ? 2 : 1) {
            time.after(time.delay(), what, arrive)
        }
    }
}
