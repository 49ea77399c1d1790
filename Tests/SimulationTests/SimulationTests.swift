import AssayCrypto
import AssayVerification
import Glibc
import Testing

/// The sequencer's decisions under every mixture of faults that a seed makes: steps that are lost on
/// the way or back, a full device, reads and signatures that fail, messages that are lost, late,
/// doubled and overtaken, processes that die and sleep, two of them on one disk, clients that ask
/// twice; with witnesses, their cosignatures, a monitor, and an operator that forks.
///
/// `ASSAY_SIMULATION_SEEDS` runs more seeds than usual, `ASSAY_SIMULATION_SEED` one again.
@Suite struct SimulationTests {
    private static func number(_ variable: String) -> UInt64? {
        unsafe getenv(variable).flatMap { unsafe UInt64(String(cString: $0)) }
    }

    private static func seeds(_ usual: UInt64) -> Range<UInt64> {
        if let one = number("ASSAY_SIMULATION_SEED") { return one..<one + 1 }
        return 0..<(number("ASSAY_SIMULATION_SEEDS") ?? usual)
    }

    /// Runs seeds; names those in which a promise is broken, each with the end of its trace.
    private static func run(
        _ seeds: Range<UInt64>, _ scene: SimulatedWorld.Scene,
        _ look: (SimulatedWorld) -> Void
    ) throws -> [String] {
        var failures: [String] = []
        for seed in seeds {
            let world = try SimulatedWorld(seed: seed, scene: scene)
            world.run()
            look(world)
            if let violation = world.violation {
                let last = world.time.trace.suffix(30).joined(separator: "\n")
                failures.append("ASSAY_SIMULATION_SEED=\(seed), \(scene): \(violation)\n\(last)")
            }
        }
        return failures
    }

    @Test func keepsItsPromises() throws {
        var acknowledged = 0
        var readings = 0
        let seeds = Self.seeds(500)
        let failures = try Self.run(seeds, .sequencers) { world in
            acknowledged += world.history.acknowledged.count
            readings += world.readers.map(\.answers).reduce(0, +)
        }
        #expect(failures.first == nil, "\(failures.count) seeds fail")
        #expect(acknowledged > 10 * seeds.count && readings > 10 * seeds.count)
    }

    /// Witnesses, collecting and a monitor over an honest log: nobody is accused.
    @Test func keepsItsPromisesWithWitnesses() throws {
        var (cosignatures, published, acknowledged, comparisons) = (0, 0, 0, 0)
        let seeds = Self.seeds(40)
        let failures = try Self.run(seeds, .witnesses) { world in
            cosignatures += world.cosigned.cosignatureCount
            published += world.cosigned.publishedCount
            acknowledged += world.cosigned.acknowledgedCount
            comparisons += world.monitor?.comparisons ?? 0
        }
        #expect(failures.first == nil, "\(failures.count) seeds fail")
        #expect(published > 5 * seeds.count && cosignatures > 30 * seeds.count)
        #expect(acknowledged > 10 * seeds.count && comparisons > 10 * seeds.count)
    }

    /// An operator that forks is found out, and publishes both sides only where witnesses collude.
    @Test func findsForks() throws {
        var (shown, proven, forked) = (0, 0, 0)
        var kinds: [FraudProof.Kind: Int] = [:]
        let seeds = Self.seeds(40)
        let failures = try Self.run(seeds, .evil) { world in
            if world.cosigned.wasForkShown { shown += 1 }
            if world.cosigned.isForkPublished { forked += 1 }
            let proofs = world.monitor?.proofs ?? []
            if !proofs.isEmpty { proven += 1 }
            for kind in Set(proofs.map(\.evidence.kind)) { kinds[kind, default: 0] += 1 }
        }
        #expect(failures.first == nil, "\(failures.count) seeds fail")
        #expect(3 * shown > seeds.count && proven >= shown)
    }

    @Test(arguments: [SimulatedWorld.Scene.sequencers, .witnesses, .evil])
    func replaysExactly(scene: SimulatedWorld.Scene) throws {
        for seed in UInt64(0)..<(scene == .sequencers ? 20 : 5) {
            let worlds = try (0..<2).map { _ in try SimulatedWorld(seed: seed, scene: scene) }
            for world in worlds { world.run() }
            #expect(worlds[0].time.trace == worlds[1].time.trace)
            #expect(worlds[0].disk.head == worlds[1].disk.head)
        }
    }

    /// A world that does not find its bug shows nothing; one that does finds it again.
    @Test(arguments: PlantedBug.allCases)
    func findsAPlantedBug(bug: PlantedBug) throws {
        func violation(_ seed: UInt64) throws -> String? {
            let world = try SimulatedWorld(seed: seed, scene: bug.scene, bug: bug)
            world.run()
            return world.violation
        }
        let seed = try #require(try (UInt64(0)..<100).first { try violation($0) != nil })
        #expect(try violation(seed) == violation(seed))
    }
}
