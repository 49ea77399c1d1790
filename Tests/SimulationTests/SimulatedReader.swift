import AssayCrypto
import AssayTLog

/// A reader that follows the log: each head must be of one history with the largest it has seen,
/// and what was once proven to be there is proven again.
final class SimulatedReader: SimulatedRole {
    let name: String
    private unowned let world: SimulatedWorld
    private unowned let site: SimulatedSite
    private var largest: TreeHead?
    /// How many answers were checked.
    private(set) var answers = 0

    init(_ name: String, _ site: SimulatedSite) {
        self.name = name
        self.site = site
        world = site.world
    }

    func start() {
        world.time.after(UInt64(world.time.random(5_000..<40_000)), "\(name) reads") {
            guard self.world.hasFaults else { return }
            self.ask()
            self.start()
        }
    }

    private func ask() {
        let (network, node, known) = (world.network, site.anyNode(), largest)
        network.carry("\(name) asks \(node.name)") {
            node.read(since: known?.size, at: self.world.time.random(0..<1 << 20)) { answer in
                network.carry("answer to \(self.name)") { self.judge(answer, known) }
            }
        }
    }

    private func judge(_ answer: SimulatedNode.Reading, _ known: TreeHead?) {
        answers += 1
        do {
            if let known {
                let (old, new) =
                    known.size <= answer.head.size ? (known, answer.head) : (answer.head, known)
                // From the empty tree nothing is to be proven.
                if old.size > .zero { try answer.consistency.verify(from: old, to: new) }
            }
            if let entry = answer.entry {
                try entry.proof.verify(leaf: entry.leaf, at: entry.index, in: answer.head)
            }
        } catch {
            world.report("\(name) finds a head that does not fit: \(error)")
        }
        if answer.head.size > largest?.size ?? .zero { largest = answer.head }
    }
}
