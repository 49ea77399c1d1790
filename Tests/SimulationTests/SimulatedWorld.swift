import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport

/// A bug that is put into a world to show that the world finds it.
enum PlantedBug: CaseIterable {
    /// Steps are written over whatever the disk holds.
    case comparesNoHead
    /// A payload that is on record is put on record again.
    case admitsDuplicates
    /// A write that failed counts as done.
    case ignoresFaults
    /// A signed head is shown while its step is still on its way to the disk.
    case showsHeadsBeforeCommit
    /// Clients are answered while the step is still on its way to the disk.
    case answersBeforeCommit
    /// Now and then the disk leaves out the last entry of a step.
    case dropsEntries
}

/// One disk, sequencers that contend for it, clients that submit, resubmit and give up waiting,
/// readers; everything that happens follows from one seed.
final class SimulatedWorld {
    let time: VirtualTime
    let network: SimulatedNetwork
    let disk: SimulatedDisk
    private(set) lazy var history = SimulatedHistory(disk) { [unowned self] in report($0) }
    let bug: PlantedBug?
    let limits: SequencerLimits
    /// The processes that serve.
    private(set) var nodes: [SimulatedNode] = []
    private(set) var readers: [SimulatedReader] = []
    /// Everybody.
    private var roles: [any SimulatedRole] = []
    /// The first promise that was broken.
    private(set) var violation: String?
    /// Whether things still go wrong; afterwards comes a quiet time in which all must end.
    private(set) var hasFaults = true
    private var bodies: [String] = []

    private static let busyMicroseconds: UInt64 = 1_500_000

    init(seed: UInt64, bug: PlantedBug? = nil) {
        time = VirtualTime(seed: seed)
        network = SimulatedNetwork(time)
        self.bug = bug
        disk = SimulatedDisk(comparesHeads: bug != .comparesNoHead)
        var limits = SequencerLimits()
        limits.submissionsMax = 6
        limits.batchEntriesMax = 3
        self.limits = limits
        // Without the comparison one process alone has nobody to lose against.
        let count = bug == .comparesNoHead || time.happens(60) ? 2 : 1
        nodes = (0..<count).map { SimulatedNode("node \($0)", self) }
        readers = (0..<2).map { SimulatedReader("reader \($0)", self) }
        roles = nodes + readers + (0..<4).map { SimulatedClient("client \($0)", self) }
    }

    /// Runs a busy time with faults, then a quiet one in which everything must come to an end.
    func run() {
        for role in roles { role.start() }
        disturb()
        runEvents(until: Self.busyMicroseconds)
        hasFaults = false
        network.isFaulty = false
        runEvents(until: Self.busyMicroseconds + 2_000_000)
        settle()
    }

    private func runEvents(until limit: UInt64) {
        while violation == nil, time.step(until: limit) {
            check()
            for role in roles { role.check() }
        }
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

    /// One of the processes that serve.
    func anyNode() -> SimulatedNode { nodes[time.random(0..<nodes.count)] }

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

    private func check() {
        if let found = disk.violation { report(found) }
        if disk.head.size.value + 1 != UInt64(disk.roots.count)
            || disk.roots[Int(disk.head.size.value)] != disk.head.root
        {
            report("the stored head is not that of the stored entries")
        }
    }

    /// With nothing failing any more, one process that starts anew answers every client, with what
    /// it was told before.
    private func settle() {
        // The other one stays away, as it does where there is one lock.
        for node in nodes { node.die() }
        nodes = [nodes[0]]
        nodes[0].start()
        var answers = 0
        let asked = bodies
        for body in asked {
            nodes[0].submit([UInt8](body.utf8)) { outcome in
                answers += 1
                self.history.told(outcome, of: body, floor: -1)
                if case .failure(let refusal) = outcome,
                    ![.signatureInvalid, .keyNotInForce, .queueFull].contains(refusal.code)
                {
                    self.report("\(body) is refused at rest: \(refusal)")
                }
            }
        }
        runEvents(until: .max)
        if answers != asked.count {
            report("\(asked.count - answers) of \(asked.count) wait forever")
        }
        history.checkAll()
    }
}
