import AssayLog
import AssayTLog
import AssayTestSupport

/// The world's time for the collecting of cosignatures.
struct VirtualClock: CosigningClock {
    private let world: Confined<SimulatedWorld>
    private let seed: UInt64

    init(_ world: SimulatedWorld) {
        self.world = Confined(world)
        seed = UInt64(world.time.random(0..<1 << 30))
    }

    var elapsed: Duration { .microseconds(Int64(world.value.time.now)) }

    var timeOfDay: UnixSeconds { SimulatedLedger.timeOfDay(world.value.time.now) }

    func wait(until elapsed: Duration) async {
        let left = elapsed - self.elapsed
        let (seconds, atto) = left.components
        // Rounded up, or the time would not have come when the alarm rings.
        let microseconds = seconds * 1_000_000 + (atto + 999_999_999_999) / 1_000_000_000_000
        await world.value.pass("an alarm", after: UInt64(max(0, microseconds)))
    }

    var chance: any RandomNumberGenerator & Sendable { SeededGenerator(seed: seed) }
}
