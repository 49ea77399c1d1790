import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport

/// A bug that is put into a world to show that the world finds it.
enum PlantedBug: CaseIterable {
    /// Steps are written over whatever the disk holds.
    case comparesNoHead
    /// A payload that is on record is put on record again.
    case looksForNoDuplicate
    /// A write that failed counts as done.
    case ignoresFaults
}

/// One disk, processes that contend for it, and clients that submit, resubmit and give up waiting;
/// everything that happens follows from one seed.
final class SimulatedWorld {
    let time: VirtualTime
    let disk: SimulatedDisk
    let bug: PlantedBug?
    let limits: SequencerLimits
    private(set) var nodes: [SimulatedNode] = []
    /// The first promise that was broken.
    private(set) var violation: String?
    /// Everything that clients were told is on record.
    private(set) var acknowledged: [Digest: UInt64] = [:]
    private var publishedRoots: [UInt64: Digest] = [:]
    private var largestAcknowledged: Int64 = -1
    private var hasFaults = true
    private var bodies: [String] = []

    private static let busyMicroseconds: UInt64 = 1_500_000

    init(seed: UInt64, bug: PlantedBug? = nil) {
        time = VirtualTime(seed: seed)
        self.bug = bug
        disk = SimulatedDisk(comparesHeads: bug != .comparesNoHead)
        var limits = SequencerLimits()
        limits.submissionsMax = 6
        limits.batchEntriesMax = 3
        self.limits = limits
        // Without the comparison one process alone has nobody to lose against.
        let count = bug == .comparesNoHead || time.happens(60) ? 2 : 1
        nodes = (0..<count).map { SimulatedNode("node \($0)", self) }
    }

    /// Runs a busy time with faults, then a quiet one in which everything must come to an end.
    func run() {
        for node in nodes { node.start() }
        for client in 0..<4 { submitNext(client) }
        disturb()
        runEvents(until: Self.busyMicroseconds)
        hasFaults = false
        runEvents(until: Self.busyMicroseconds + 2_000_000)
        settle()
    }

    private func runEvents(until limit: UInt64) {
        while violation == nil, time.step(until: limit) {
            check()
        }
    }

    // MARK: Faults

    /// What happens to the next step on its way to the disk.
    func storeFault() -> MemoryLogStore.Fault? {
        guard hasFaults, time.happens(12) else { return nil }
        return MemoryLogStore.Fault.allCases[time.random(0..<3)]
    }

    /// Kills a process or puts it to sleep, now and then.
    private func disturb() {
        guard hasFaults else { return }
        time.after(UInt64(time.random(20_000..<200_000)), "disturbance") {
            guard self.hasFaults else { return }
            let node = self.nodes[self.time.random(0..<self.nodes.count)]
            if self.time.happens(50) {
                self.time.note("\(node.name) is killed")
                node.die()
            } else {
                self.time.note("\(node.name) sleeps")
                node.pause(UInt64(self.time.random(1_000..<300_000)))
            }
            self.disturb()
        }
    }

    // MARK: Clients

    private func newBody() -> String {
        if !bodies.isEmpty, time.happens(20) {
            let other = bodies[time.random(0..<bodies.count)]
            if time.happens(50) { return other }
            // The same payload in another envelope.
            return other.prefix { $0 != "|" } + "|good"
        }
        let marks = [
            "good", "good", "good", "good", "good", "good", "old", "change", "amend", "bad",
        ]
        let body = "payload \(bodies.count)|\(marks[time.random(0..<marks.count)])"
        bodies.append(body)
        return body
    }

    /// A client submits something, waits for its answer or its patience, and goes on.
    private func submitNext(_ client: Int) {
        time.after(UInt64(time.random(0..<20_000)), "client \(client) submits") {
            guard self.hasFaults else { return }
            self.attempt(self.newBody(), client, floor: self.largestAcknowledged)
        }
    }

    private func attempt(_ body: String, _ client: Int, floor: Int64) {
        var isAnswered = false
        let done: (SimulatedNode.State.Outcome) -> Void = { outcome in
            self.note(outcome, of: body, floor: floor)
            guard !isAnswered else { return }
            isAnswered = true
            self.submitNext(client)
        }
        // The network may bring a request twice.
        for _ in 0..<(time.happens(10) ? 2 : 1) { send(body, done) }
        time.after(UInt64(time.random(30_000..<120_000)), "client \(client) loses patience") {
            guard !isAnswered else { return }
            isAnswered = true
            self.attempt(body, client, floor: floor)
        }
    }

    private func send(
        _ body: String, _ done: @escaping (SimulatedNode.State.Outcome) -> Void
    ) {
        let node = nodes[time.random(0..<nodes.count)]
        time.after(time.delay(), "\(body) arrives at \(node.name)") {
            node.submit([UInt8](body.utf8)) { outcome in
                let isLost = self.hasFaults && self.time.happens(5)
                self.time.after(self.time.delay(), "answer to \(body)\(isLost ? " is lost" : "")") {
                    if !isLost { done(outcome) }
                }
            }
        }
    }

    /// What a client is told holds for ever.
    private func note(
        _ outcome: SimulatedNode.State.Outcome, of body: String, floor: Int64
    ) {
        guard case .success(let receipt) = outcome else { return }
        let payload = SHA256.hash([UInt8](body.utf8.prefix { $0 != UInt8(ascii: "|") }))
        let index = receipt.index.value
        if let known = acknowledged.updateValue(index, forKey: payload), known != index {
            report("\(body) was said to be entry \(known), and then \(index)")
        }
        if index >= UInt64(disk.entries.count)
            || disk.entries[Int(index)].payload != payload
            || disk.entries[Int(index)].leafHash != receipt.leafHash
        {
            report("\(body) was said to be entry \(index), and is not there")
        }
        if receipt.treeSize.value <= index {
            report("entry \(index) was acknowledged under a tree of \(receipt.treeSize.value)")
        }
        if receipt.isNew, Int64(index) <= floor {
            report("entry \(index) began after entry \(floor) was answered")
        }
        largestAcknowledged = max(largestAcknowledged, Int64(index))
    }

    // MARK: Promises

    /// A signed head leaves a process.
    func published(_ head: TreeHead) {
        let known = publishedRoots.updateValue(head.root, forKey: head.size.value)
        if let known, known != head.root {
            report("two heads of size \(head.size.value) were shown")
        }
        if head.size.value >= UInt64(disk.roots.count)
            || disk.roots[Int(head.size.value)] != head.root
        {
            report("a head of size \(head.size.value) was shown that the disk never had")
        }
    }

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
        for node in nodes.dropFirst() { node.die() }
        nodes[0].die()
        nodes[0].start()
        // The other one stays away, as it does where there is one lock.
        nodes = [nodes[0]]
        var answers = 0
        let asked = bodies
        for body in asked {
            nodes[0].submit([UInt8](body.utf8)) { outcome in
                answers += 1
                self.note(outcome, of: body, floor: -1)
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
        for (payload, index) in acknowledged
        where disk.index(of: payload).map(UInt64.init) != index {
            report("entry \(index) was acknowledged and is lost")
        }
    }
}
