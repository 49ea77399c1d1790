import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification

/// A log and those around it, of which everything that happens follows from one seed.
///
/// There are sequencers that contend for one disk, clients that submit, resubmit and give up waiting,
/// and readers; where the scene has them, witnesses whose cosignatures are collected, a monitor, and
/// an operator that forks.
final class SimulatedWorld {
    /// Who takes part.
    enum Scene {
        /// The log alone.
        case sequencers
        /// With witnesses and a monitor.
        case witnesses
        /// With an operator that forks too.
        case evil
    }

    let time: VirtualTime
    let network: SimulatedNetwork
    let executor = VirtualExecutor()
    let bug: PlantedBug?
    let limits: SequencerLimits
    /// The places at which the log is seen; one, unless it is forked.
    private(set) var sites: [SimulatedSite] = []
    private(set) var readers: [SimulatedReader] = []
    /// The log's charter and keys, where it has witnesses.
    let ledger: SimulatedLedger?
    private(set) var witnesses: [SimulatedWitness] = []
    private(set) var monitor: SimulatedMonitor?
    private(set) var evil: EvilOperator?
    private var cosignedHistory: CosignedHistory?
    /// What a witness that lies answered last.
    var lastForgery: [UInt8] = []
    /// Everybody.
    private var roles: [any SimulatedRole] = []
    /// The first promise that was broken.
    private(set) var violation: String?
    /// Whether things still go wrong; afterwards comes a quiet time in which all must end.
    private(set) var hasFaults = true
    /// Whether nobody may begin anything any more.
    private(set) var isOver = false
    private var bodies: [String] = []

    private static let busyMicroseconds: UInt64 = 1_500_000
    private static let quietMicroseconds: UInt64 = 2_000_000
    /// So long after faults have ended everything that was signed must be cosigned: the longest
    /// pause, twice, and the longest wait for an answer, twice, with room for a start before.
    private static let cosigningMicroseconds: UInt64 = 1_500_000

    init(seed: UInt64, scene: Scene = .sequencers, bug: PlantedBug? = nil) throws {
        time = VirtualTime(seed: seed)
        network = SimulatedNetwork(time)
        self.bug = bug
        var limits = SequencerLimits()
        limits.submissionsMax = 6
        limits.batchEntriesMax = 3
        self.limits = limits
        let ledgers = try SimulatedLedger.all.get()
        ledger = scene == .sequencers ? nil : ledgers[time.random(0..<ledgers.count)]
        let disk = SimulatedDisk(comparesHeads: bug != .comparesNoHead)
        let site = SimulatedSite(self, 0, disk, witnesses: [])
        sites = [site]
        // Without the comparison one process alone has nobody to lose against.
        let count = bug == .comparesNoHead || time.happens(60) ? 2 : 1
        site.nodes = (0..<count).map { SimulatedNode("node \($0)", site) }
        readers = (0..<2).map { SimulatedReader("reader \($0)", site) }
        roles = site.nodes + readers + (0..<4).map { SimulatedClient("client \($0)", site) }
        if let ledger { try addWitnesses(ledger, scene, site) }
    }

    private func addWitnesses(
        _ ledger: SimulatedLedger, _ scene: Scene, _ site: SimulatedSite
    ) throws {
        cosignedHistory = CosignedHistory(self, ledger)
        try site.disk.add("genesis|good", sign: ledger.sign)
        let liar = time.happens(40) ? time.random(0..<ledger.witnesses.count) : nil
        witnesses = ledger.witnesses.enumerated().map { place, witness in
            let character: SimulatedWitness.Character =
                scene == .evil && time.happens(20)
                ? .colluding : place == liar ? .lying : .honest
            return SimulatedWitness(
                witness.name.string, witness.signer, ledger, self, character)
        }
        site.witnesses = Set(witnesses.indices)
        let monitor = SimulatedMonitor(self, ledger)
        self.monitor = monitor
        roles += witnesses + [monitor]
        if scene == .evil {
            let evil = EvilOperator(self)
            self.evil = evil
            roles.append(evil)
        }
    }

    /// Runs a busy time with faults, then a quiet one in which everything must come to an end.
    func run() {
        for role in roles { role.start() }
        disturb()
        runEvents(until: Self.busyMicroseconds)
        hasFaults = false
        network.isFaulty = false
        runEvents(until: Self.busyMicroseconds + Self.quietMicroseconds)
        if evil == nil { settle() }
        checkProofs()
        end()
    }

    private func runEvents(until limit: UInt64) {
        executor.drain()
        while violation == nil, time.step(until: limit) {
            executor.drain()
            check()
            for role in roles { role.check() }
        }
    }

    /// Ends every process, and lets what is under way come to its end.
    private func end() {
        isOver = true
        for site in sites { site.end() }
        executor.drain()
        while time.step(until: .max) { executor.drain() }
    }

    // MARK: Faults

    /// What happens to the next step on its way to the disk.
    func storeFault() -> MemoryLogStore.Fault? {
        guard storeFails(percent: 12) else { return nil }
        return MemoryLogStore.Fault.allCases[time.random(0..<3)]
    }

    /// Whether another call of a port fails now.
    func storeFails(percent: Int) -> Bool { hasFaults && time.happens(percent) }

    /// Kills somebody or puts it to sleep, now and then.
    private func disturb() {
        time.after(UInt64(time.random(20_000..<200_000)), "disturbance") {
            guard self.hasFaults else { return }
            let role = self.roles[self.time.random(0..<self.roles.count)]
            if self.time.happens(50) {
                self.time.note("\(role.name) is killed")
                role.die()
            } else {
                self.time.note("\(role.name) sleeps")
                role.pause(UInt64(self.time.random(1_000..<300_000)))
            }
            self.disturb()
        }
    }

    // MARK: What the parties need

    /// The first site's disk.
    var disk: SimulatedDisk { sites[0].disk }

    /// What the first site told.
    var history: SimulatedHistory { sites[0].history }

    /// Whether somebody may fork.
    var isEvil: Bool { evil != nil }

    /// What was cosigned, in a world with witnesses.
    var cosigned: CosignedHistory {
        guard let cosignedHistory else { preconditionFailure("this world has no witnesses") }
        return cosignedHistory
    }

    /// Lets as much time pass as a call takes, or `microseconds`.
    func pass(_ what: String, after microseconds: UInt64? = nil) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            time.after(microseconds ?? time.delay(), what) { continuation.resume() }
        }
    }

    /// A planted bug: the checkpoint with whatever the lying witness answered last.
    func addingUnverified(_ checkpoint: StoredCheckpoint) -> StoredCheckpoint {
        StoredCheckpoint(size: checkpoint.size, note: checkpoint.note + lastForgery)
    }

    /// Puts an entry on a disk that no client submitted, and signs over it.
    func forge(on disk: SimulatedDisk) {
        guard let ledger else { return }
        do {
            try disk.add("forged|good", sign: ledger.sign)
        } catch {
            report("the operator cannot sign: \(error)")
        }
    }

    /// Opens another site over a disk that an evil operator made.
    func add(_ disk: SimulatedDisk, witnesses: Set<Int>) {
        let site = SimulatedSite(self, sites.count, disk, witnesses: witnesses)
        sites.append(site)
        site.nodes = [SimulatedNode("node of site \(site.number)", site)]
        let new: [any SimulatedRole] =
            site.nodes + [
                SimulatedReader("reader of site \(site.number)", site),
                SimulatedClient("client of site \(site.number)", site),
            ]
        roles += new
        for role in new { role.start() }
    }

    /// Something to submit: new, or what was submitted before, or the same payload in another
    /// envelope.
    func newBody() -> String {
        if !bodies.isEmpty, time.happens(20) {
            let other = bodies[time.random(0..<bodies.count)]
            return time.happens(50) ? other : other.prefix { $0 != "|" } + "|good"
        }
        let marks = [
            "good", "good", "good", "good", "good", "good", "old", "change", "amend", "bad",
        ]
        let body = "payload \(bodies.count)|\(marks[time.random(0..<marks.count)])"
        bodies.append(body)
        return body
    }

    // MARK: Promises

    /// Notes the first promise that was broken.
    func report(_ words: String) {
        guard violation == nil else { return }
        time.note(words)
        violation = words
    }

    /// An honest log finds that it has forked, which is never so.
    func accused(_ node: SimulatedNode, _ cause: StopCause) {
        if !isEvil { report("\(node.name) accuses itself: \(cause)") }
    }

    private func check() {
        for disk in sites.map(\.disk) {
            if let found = disk.violation { report(found) }
            if disk.head.size.value + 1 != UInt64(disk.roots.count) || !disk.has(disk.head) {
                report("the stored head is not that of the stored entries")
            }
        }
    }

    /// With nothing failing any more, one process that starts anew answers every client, with what
    /// it was told before, and has everything cosigned.
    private func settle() {
        let site = sites[0]
        // The other one stays away, as it does where there is one lock.
        for node in site.nodes.dropFirst() { node.retire() }
        site.nodes = [site.nodes[0]]
        site.nodes[0].die()
        site.nodes[0].start()
        if ledger != nil { runEvents(until: time.now + Self.cosigningMicroseconds) }
        var answers = 0
        let asked = bodies
        for body in asked {
            site.nodes[0].submit([UInt8](body.utf8)) { outcome in
                answers += 1
                self.history.told(outcome, of: body, floor: -1)
                if case .failure(let refusal) = outcome,
                    ![.signatureInvalid, .keyNotInForce, .queueFull].contains(refusal.code)
                {
                    self.report("\(body) is refused at rest: \(refusal)")
                }
            }
        }
        runEvents(until: time.now + Self.quietMicroseconds)
        if answers != asked.count {
            report("\(asked.count - answers) of \(asked.count) wait forever")
        }
        history.checkAll()
        guard ledger != nil else { return }
        let published = site.nodes[0].collecting?.publishedSize ?? .zero
        if published != disk.head.size {
            report("\(published.value) of \(disk.head.size.value) entries are cosigned at rest")
        }
    }

    /// Nobody is accused wrongly, and whoever forked before a monitor's eyes is.
    private func checkProofs() {
        guard let ledger, let monitor else { return }
        let kept = witnesses.filter { $0.character == .honest }.flatMap {
            $0.disks.flatMap(\.proofs)
        }
        let guilty = Set(
            witnesses.filter { $0.character == .colluding }.map(\.key.text)
                + [ledger.logKey.text])
        var accused: Set<Text> = []
        for bytes in monitor.proofs.map(\.bytes) + kept {
            do {
                let shown = try FraudProof(parsing: bytes).judged()
                accused.insert(shown.guilty)
                if !isEvil || !guilty.contains(shown.guilty) {
                    report("\(shown.guilty) is accused wrongly: \(shown)")
                }
            } catch {
                report("a fraud proof is not accepted: \(error)")
            }
        }
        if cosigned.wasForkShown, !accused.contains(ledger.logKey.text) {
            report("a monitor was shown two histories, and the log is not accused")
        }
    }
}
