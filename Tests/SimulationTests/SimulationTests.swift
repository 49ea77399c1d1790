import AssayCrypto
import Glibc
import Testing

/// The sequencer's decisions under every mixture of faults that a seed makes: steps that are lost on
/// the way or back, a full device, reads and signatures that fail, messages that are lost, late,
/// doubled and overtaken, processes that die and sleep, two of them on one disk, clients that ask
/// twice.
///
/// `ASSAY_SIMULATION_SEEDS` runs more seeds than usual, `ASSAY_SIMULATION_SEED` one again.
@Suite struct SimulationTests {
    private static func number(_ variable: String) -> UInt64? {
        unsafe getenv(variable).flatMap { unsafe UInt64(String(cString: $0)) }
    }

    private static var seeds: Range<UInt64> {
        if let one = number("ASSAY_SIMULATION_SEED") { return one..<one + 1 }
        return 0..<(number("ASSAY_SIMULATION_SEEDS") ?? 500)
    }

    @Test func keepsItsPromises() {
        var acknowledged = 0
        var readings = 0
        var failures: [String] = []
        for seed in Self.seeds {
            let world = SimulatedWorld(seed: seed)
            world.run()
            acknowledged += world.history.acknowledged.count
            readings += world.readers.map(\.answers).reduce(0, +)
            if let violation = world.violation {
                let last = world.time.trace.suffix(30).joined(separator: "\n")
                failures.append("ASSAY_SIMULATION_SEED=\(seed): \(violation)\n\(last)")
            }
        }
        #expect(failures.first == nil, "\(failures.count) seeds fail")
        #expect(acknowledged > 10 * Self.seeds.count && readings > 10 * Self.seeds.count)
    }

    @Test func replaysExactly() {
        for seed in UInt64(0)..<20 {
            let worlds = [SimulatedWorld(seed: seed), SimulatedWorld(seed: seed)]
            for world in worlds { world.run() }
            #expect(worlds[0].time.trace == worlds[1].time.trace)
            #expect(worlds[0].disk.head == worlds[1].disk.head)
        }
    }

    /// A world that does not find its bug shows nothing; one that does finds it again.
    @Test(arguments: PlantedBug.allCases)
    func findsAPlantedBug(bug: PlantedBug) throws {
        func violation(_ seed: UInt64) -> String? {
            let world = SimulatedWorld(seed: seed, bug: bug)
            world.run()
            return world.violation
        }
        let seed = try #require((UInt64(0)..<100).first { violation($0) != nil })
        #expect(violation(seed) == violation(seed))
    }
}
