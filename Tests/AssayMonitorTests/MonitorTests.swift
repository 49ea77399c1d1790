import AssayAttestation
import AssayCrypto
import AssayMonitor
import AssayTLog
import AssayTestSupport
import AssayVerification
import Synchronization
import Testing

/// What a monitor noted.
private final class Notes: Sendable {
    private let all = Mutex<[String]>([])
    var words: [String] { all.withLock { $0 } }
    func add(_ words: String) { all.withLock { $0.append(words) } }
}

/// A world in memory with a clock that a test sets.
private struct MonitorWorld: Monitor.Port {
    struct Broken: Error {}

    let files: MemoryFiles
    var heads: [(Text, MemoryFiles)] = []
    var now: UInt64 = 1_790_000_100
    /// What happened, in order.
    var events: [String] = []
    /// After how many alerts no more arrive.
    var alertsMax = Int.max
    var alerts: [Alert] = []

    init(_ files: MemoryFiles) { self.files = files }

    var log: TileSource { TileSource(files) }

    func witnesses(of _: LedgerState) -> [Monitor.Witness] {
        heads.map { Monitor.Witness(name: $0.0, source: TileSource($0.1)) }
    }

    func write(_ proofs: [FraudProof]) throws(Broken) -> [String] {
        proofs.map(\.evidence.kind.rawValue)
    }

    mutating func tell(_ alert: Alert) async throws(Broken) {
        guard alerts.count < alertsMax else { throw Broken() }
        alerts.append(alert)
        events.append(alert.index.map { "tell \($0.value)" } ?? alert.kind.rawValue)
    }

    mutating func keep(_ place: ReplayPlace) throws(Broken) {
        events.append("keep \(place.size.value)")
    }

    let notes = Notes()

    func note(_ words: String) { notes.add(words) }
}

@Suite struct MonitorTests {
    private func settings(_ log: PublishedFixture) -> Monitor.Settings {
        Monitor.Settings(
            basis: LogAudit.Basis(trust: TrustedLedger(log.ledger), secret: 1))
    }

    @Test func thePlaceIsKeptAfterEverythingBeforeItWasTold() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 4)
        var world = MonitorWorld(MemoryFiles(try log.files(4)))
        var monitor = Monitor(settings(log), from: nil, memory: MonitorMemory())
        world.alertsMax = 2
        await #expect(throws: MonitorWorld.Broken.self) { try await monitor.look(&world) }
        #expect(world.events == ["tell 1", "tell 2"])
        #expect(monitor.place == nil)
        world.alertsMax = .max
        #expect(try await monitor.look(&world) == .looked(isWrong: false, isBehind: false))
        #expect(world.events.dropFirst(2) == ["tell 1", "tell 2", "tell 3", "keep 4"])
        try log.grow(to: 5, by: "eastmark")
        world.files.replace(by: try log.files(5))
        _ = try await monitor.look(&world)
        _ = try await monitor.look(&world)
        #expect(world.events.dropFirst(6) == ["tell 4", "keep 5"])
        #expect(world.alerts.last?.member == "eastmark")
    }

    @Test func ageIsOfTheTimeByWhichTheQuorumHadSeenIt() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 2)
        var world = MonitorWorld(MemoryFiles(try log.files(2)))
        var settings = settings(log)
        settings.members = []
        settings.ageMax = 3600
        var monitor = Monitor(settings, from: nil, memory: MonitorMemory())
        world.now = 1_790_000_000 + 3600
        _ = try await monitor.look(&world)
        #expect(world.alerts == [])
        world.now += 1
        for _ in 0..<3 {
            #expect(try await monitor.look(&world) == .looked(isWrong: true, isBehind: false))
        }
        #expect(world.alerts.map(\.kind) == [.staleCheckpoint])
    }

    @Test func aLogMayBeBehindAWitnessForAMomentOnly() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 6)
        var world = MonitorWorld(MemoryFiles(try log.files(3)))
        let mirror = MemoryFiles(try log.files(5))
        world.heads = [("w1", mirror)]
        var settings = settings(log)
        settings.members = []
        var monitor = Monitor(settings, from: nil, memory: MonitorMemory())
        #expect(try await monitor.look(&world) == .looked(isWrong: false, isBehind: true))
        world.now += settings.behindMax - 1
        mirror.replace(by: try log.files(6))
        _ = try await monitor.look(&world)
        #expect(world.alerts == [])
        // What is remembered survives the end of the program.
        let stored = monitor.memory.json(of: log.ledger)
        let memory = try MonitorMemory(
            StrictJSON.parse(CompactJSON.serialize(stored)), ledger: log.ledger)
        #expect(memory == monitor.memory)
        monitor = Monitor(settings, from: monitor.place, memory: memory)
        world.now += 1
        _ = try await monitor.look(&world)
        #expect(world.alerts.map(\.kind) == [.logBehindWitness])
        world.files.replace(by: try log.files(6))
        #expect(try await monitor.look(&world) == .looked(isWrong: false, isBehind: false))
    }

    /// Witnesses are ahead for a moment whenever a log grows, so at every look at a busy one.
    @Test func aBusyLogIsNotBehind() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 12)
        var world = MonitorWorld(MemoryFiles([:]))
        let mirror = MemoryFiles([:])
        world.heads = [("w1", mirror)]
        var settings = settings(log)
        settings.members = []
        var monitor = Monitor(settings, from: nil, memory: MonitorMemory())
        for size in 2...11 {
            world.files.replace(by: try log.files(size))
            mirror.replace(by: try log.files(size + 1))
            if size == 10 { monitor.endPatience() }
            #expect(try await monitor.look(&world) == .looked(isWrong: false, isBehind: true))
            world.now += 30
        }
        #expect(world.alerts == [])
        _ = try await monitor.look(&world)
        #expect(world.alerts.map(\.kind) == [.logBehindWitness], "now it stays behind")
    }

    @Test func whatStrangersSaySteersNoTerminal() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 2)
        var world = MonitorWorld(MemoryFiles(try log.files(2)))
        let mirror = MemoryFiles([:])
        mirror.fault = "refused: \u{1b}[2J"
        world.heads = [("w1", mirror)]
        var monitor = Monitor(settings(log), from: nil, memory: MonitorMemory())
        _ = try await monitor.look(&world)
        #expect(world.notes.words == ["witness w1: refused: \\u{1b}[2J"])
    }

    @Test func theFirstDifferenceIsFoundAtEveryPlace() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 260)
        for (at, sizes) in [(3, (5, 9)), (255, (256, 258)), (256, (257, 260)), (0, (1, 1))] {
            var other = log
            if at > 0 {
                other.entries[at] = other.entries[1] + [0x20]
            }
            let (a, b) = (sizes.0, sizes.1)
            var left = try await SignedTree(
                log.head(a), from: TileSource(MemoryFiles(try log.files(a))))
            var right = try await SignedTree(
                other.head(b), from: TileSource(MemoryFiles(try other.files(b))))
            let found = try await ForkSearch.firstDifference(&left, &right)
            #expect(found == (at > 0 && at < a ? LeafIndex(UInt64(at)) : nil), "\(at)")
            #expect(try await ForkSearch.firstDifference(&right, &left) == found)
        }
    }
}
