import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification

/// What witnesses cosigned, what was published and what submissions were told of it, held against
/// the disks of all sites.
final class CosignedHistory {
    private unowned let world: SimulatedWorld
    private let ledger: SimulatedLedger
    private var cosignedHeads: [String: [TreeHead]] = [:]
    private var publishedHeads: [(head: TreeHead, site: Int)] = []
    private var acknowledgedReceipts: [(receipt: Receipt, site: Int)] = []
    /// What a monitor was shown with its tree.
    private var shownHeads: Set<TreeHead> = []
    /// Whether two heads of different histories were published.
    private(set) var isForkPublished = false

    init(_ world: SimulatedWorld, _ ledger: SimulatedLedger) {
        self.world = world
        self.ledger = ledger
    }

    /// How many entries submissions were told are cosigned.
    var acknowledgedCount: Int { acknowledgedReceipts.count }

    /// How many checkpoints were published.
    var publishedCount: Int { publishedHeads.count }

    /// How many cosignatures left the honest witnesses.
    var cosignatureCount: Int { cosignedHeads.values.map(\.count).reduce(0, +) }

    /// Whether some disk has or had both.
    private func isConsistent(_ a: TreeHead, _ b: TreeHead) -> Bool {
        world.sites.contains { $0.disk.has(a) && $0.disk.has(b) }
    }

    /// A cosignature leaves an honest witness: it was recorded, and its heads fit together.
    ///
    /// Answers to two requests may leave in another order than they were recorded in.
    func cosigned(_ head: TreeHead, by witness: String, recorded: [TreeHead]) {
        let earlier = cosignedHeads[witness, default: []]
        if !recorded.contains(head) {
            world.report("\(witness) cosigned size \(head.size.value) and has no record of it")
        }
        if earlier.contains(where: { !isConsistent($0, head) }) {
            world.report("\(witness) cosigned two histories, the second of \(head.size.value)")
        }
        if !earlier.contains(head) { cosignedHeads[witness] = earlier + [head] }
    }

    /// A witness begins anew: its record knows everything that it cosigned.
    func restarted(_ witness: String, _ recorded: TreeHead?) {
        guard let last = cosignedHeads[witness]?.max(by: { $0.size < $1.size }),
            last.size > recorded?.size ?? .zero
        else { return }
        world.report("\(witness) has forgotten that it cosigned size \(last.size.value)")
    }

    /// A process publishes what is durable: any auditor accepts it, and it extends what was
    /// published before.
    func published(_ head: TreeHead, at site: SimulatedSite) {
        guard let note = site.disk.checkpoints[head.size]?.note else {
            return world.report("size \(head.size.value) was published and is not stored")
        }
        do {
            let judged = try ledger.state.judge(checkpoint: note)
            if judged.head != head { world.report("size \(head.size.value) is stored otherwise") }
        } catch {
            world.report(
                "an auditor refuses the published checkpoint of \(head.size.value): \(error)")
        }
        for (earlier, _) in publishedHeads where !isConsistent(earlier, head) {
            fork(earlier, head)
        }
        if !publishedHeads.contains(where: { $0 == (head, site.number) }) {
            publishedHeads.append((head, site.number))
        }
        for (receipt, other) in acknowledgedReceipts where other == site.number {
            requireCovered(receipt, by: head, site)
        }
    }

    private func fork(_ a: TreeHead, _ b: TreeHead) {
        isForkPublished = true
        let colluding = Set(world.witnesses.filter { $0.character == .colluding }.map(\.name))
        if !world.isEvil || !Self.allowsFork(ledger.quorum, colluding) {
            world.report("sizes \(a.size.value) and \(b.size.value) of two histories are published")
        }
    }

    /// Whether dishonest witnesses can satisfy a quorum twice, however the honest ones are deceived:
    /// every way to part them is tried.
    static func allowsFork(_ quorum: Quorum, _ colluding: Set<String>) -> Bool {
        let names = quorum.leaves
        let honest = names.filter { !colluding.contains($0.string) }
        let dishonest = names.filter { colluding.contains($0.string) }
        return (0..<1 << honest.count).contains { parting in
            let parts = [true, false].map { side in
                Set(
                    dishonest
                        + honest.enumerated().filter { (parting >> $0.offset & 1 == 1) == side }
                        .map(\.element))
            }
            return parts.allSatisfy { quorum.isSatisfied(by: $0) }
        }
    }

    /// A submission is told that its entry is cosigned.
    func acknowledged(_ receipt: Receipt, under size: TreeSize, at site: SimulatedSite) {
        if size.value <= receipt.index.value {
            world.report("entry \(receipt.index.value) is said to be cosigned, and is not")
        }
        if !publishedHeads.contains(where: {
            site.disk.has($0.head) && $0.head.size.value > receipt.index.value
        }) {
            world.report("entry \(receipt.index.value) is said to be cosigned before it was")
        }
        acknowledgedReceipts.append((receipt, site.number))
        for (head, other) in publishedHeads where other == site.number {
            requireCovered(receipt, by: head, site)
        }
    }

    /// A published head that is large enough holds every acknowledged entry.
    private func requireCovered(
        _ receipt: Receipt, by head: TreeHead, _ site: SimulatedSite
    ) {
        let index = Int(receipt.index.value)
        guard head.size.value > receipt.index.value else { return }
        if !site.disk.has(head) || site.disk.entries[index].leafHash != receipt.leafHash {
            world.report("entry \(index) is cosigned, and not in the tree of \(head.size.value)")
        }
    }

    /// A monitor is shown a head with its tree.
    func shown(_ head: TreeHead) { shownHeads.insert(head) }

    /// Whether a monitor was shown two histories, so that it must be able to prove it.
    var wasForkShown: Bool {
        let heads = Array(shownHeads)
        return heads.enumerated().contains { position, head in
            heads[..<position].contains { !isConsistent($0, head) }
        }
    }
}
