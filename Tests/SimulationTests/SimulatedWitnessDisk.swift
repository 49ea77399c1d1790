import AssayCrypto
import AssayTLog
import AssayWitness

/// What a witness has written, and what of it has reached the device: the rest is lost, or not,
/// when the witness dies.
final class SimulatedWitnessDisk {
    private unowned let world: SimulatedWorld
    private let log: WitnessedLog
    /// The newest cosigned checkpoint, as the witness reads it.
    private(set) var latest: CosignedCheckpoint?
    private var durable: CosignedCheckpoint?
    /// What is on its way to the device, in order.
    private var underWay: [Write] = []
    private var busyUntil: UInt64 = 0
    private var nextNumber = 0
    /// Every head that was ever the newest.
    private(set) var recorded: [TreeHead] = []
    /// What was kept of checkpoints that do not fit.
    private(set) var evidence: [WitnessEvidence] = []
    /// The fraud proofs that were kept.
    private(set) var proofs: [[UInt8]] = []

    private struct Write {
        let number: Int
        let previous: TreeHead?
        let next: CosignedCheckpoint
    }

    init(_ world: SimulatedWorld, _ log: WitnessedLog) {
        self.world = world
        self.log = log
    }

    var record: LogRecord { LogRecord(log: log, latest: latest) }

    /// The witness dies: of what was under way, the first few writes may have arrived.
    func crash() {
        latest = durable
        for write in underWay {
            guard world.time.happens(50), latest?.head == write.previous else { break }
            latest = write.next
        }
        durable = latest
        underWay = []
        busyUntil = 0
    }

    /// Begins a write; `done` is told once it is durable.
    func write(
        _ next: CosignedCheckpoint, after previous: TreeHead?, _ name: String,
        _ done: @escaping (Result<Void, TreeHeadFault>) -> Void
    ) {
        let write = Write(number: nextNumber, previous: previous, next: next)
        nextNumber += 1
        underWay.append(write)
        let fails = world.storeFails(percent: 3)
        busyUntil = max(busyUntil, world.time.now) + world.time.delay()
        let isEarly = world.bug == .cosignsBeforeDurable
        if isEarly { done(take(write)) }
        world.time.after(busyUntil - world.time.now, "\(name) has written") {
            guard self.underWay.contains(where: { $0.number == write.number }) else {
                if !isEarly { done(.failure(.failed(code: 10, operation: "write"))) }
                return
            }
            self.underWay.removeAll { $0.number == write.number }
            let result: Result<Void, TreeHeadFault> =
                fails && self.world.time.happens(50)
                ? .failure(.failed(code: 10, operation: "write")) : self.take(write)
            self.durable = self.latest
            guard !isEarly else { return }
            if fails, case .success = result {
                done(.failure(.failed(code: 10, operation: "sync")))
            } else {
                done(result)
            }
        }
    }

    private func take(_ write: Write) -> Result<Void, TreeHeadFault> {
        guard latest?.head == write.previous else { return .failure(.moved) }
        if let last = latest?.head, last.size > write.next.head.size {
            world.report("a witness went back to size \(write.next.head.size.value)")
        }
        latest = write.next
        recorded.append(write.next.head)
        return .success(())
    }

    func keep(_ evidence: WitnessEvidence) {
        if !self.evidence.contains(evidence) { self.evidence.append(evidence) }
    }

    func keep(proof: [UInt8]) {
        if !proofs.contains(proof) { proofs.append(proof) }
    }
}

/// A witness's disk as the witness uses it.
struct SimulatedTreeHeadStore: TreeHeadStore {
    private let disk: Confined<SimulatedWitnessDisk>
    private let world: Confined<SimulatedWorld>
    private let name: String

    init(_ disk: SimulatedWitnessDisk, _ world: SimulatedWorld, _ name: String) {
        self.disk = Confined(disk)
        self.world = Confined(world)
        self.name = name
    }

    func put(_: WitnessedLog) async throws(TreeHeadFault) -> Bool { false }

    func record(of origin: Origin) async throws(TreeHeadFault) -> LogRecord? {
        await world.value.pass("\(name) reads its record")
        let record = disk.value.record
        return record.log.origin == origin ? record : nil
    }

    func record(ofHash originHash: Digest) async throws(TreeHeadFault) -> LogRecord? {
        let record = disk.value.record
        return record.log.originHash == originHash ? record : nil
    }

    func advance(
        _: Origin, from previous: TreeHead?, to next: CosignedCheckpoint
    ) async throws(TreeHeadFault) {
        let result: Result<Void, TreeHeadFault> = await withCheckedContinuation { continuation in
            disk.value.write(next, after: previous, name) {
                continuation.resume(returning: $0)
            }
        }
        try result.get()
    }

    func keep(
        _ evidence: WitnessEvidence, of _: Origin, at _: UnixSeconds
    ) async throws(TreeHeadFault) {
        disk.value.keep(evidence)
    }

    func evidence(of _: Origin) async throws(TreeHeadFault) -> [WitnessEvidence] {
        disk.value.evidence
    }

    func keep(proof: [UInt8], of _: Origin, at _: UnixSeconds) async throws(TreeHeadFault) {
        disk.value.keep(proof: proof)
    }

    func proofs(of _: Origin) async throws(TreeHeadFault) -> [[UInt8]] { disk.value.proofs }
}
