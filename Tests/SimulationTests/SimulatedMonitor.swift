import AssayCrypto
import AssayLog
import AssayMonitor
import AssayTLog
import AssayTestSupport
import AssayVerification
import AssayWitness

/// A monitor that mirrors: it remembers the largest tree of every history that it was shown, at any
/// site, and holds everything signed against those.
final class SimulatedMonitor: SimulatedRole {
    let name = "monitor"
    private unowned let world: SimulatedWorld
    private let state: LedgerState
    private let originHash: Digest

    private struct Tree: Sendable {
        let checkpoint: JudgedCheckpoint
        let source: TileSource
    }

    /// The largest tree of each history.
    private var trees: [Tree] = []
    /// Heads that witnesses show, and that no tree has yet.
    private var open: [JudgedCheckpoint] = []
    private var isComparing = false
    /// What it can prove.
    private(set) var proofs: [FraudProof] = []
    /// How many heads it compared.
    private(set) var comparisons = 0

    init(_ world: SimulatedWorld, _ ledger: SimulatedLedger) {
        self.world = world
        state = ledger.state
        originHash = ledger.watched.originHash
    }

    func start() {
        world.time.after(UInt64(world.time.random(10_000..<90_000)), "monitor looks") {
            guard !self.world.isOver else { return }
            self.look()
            self.start()
        }
    }

    private func look() {
        guard !isComparing else { return }
        if world.bug == .forgetsHeads { trees = [] }
        let network = world.network
        if world.time.happens(50) {
            let site = world.sites[world.time.random(0..<world.sites.count)]
            guard !site.isGone else { return }
            let node = site.anyNode()
            network.carry("monitor asks \(node.name)") {
                node.show { shown in
                    network.carry("\(node.name) answers the monitor") {
                        self.compare(shown.note, shown)
                    }
                }
            }
        } else {
            let witness = world.witnesses[world.time.random(0..<world.witnesses.count)]
            let site = world.time.random(0..<world.sites.count)
            network.carry("monitor asks \(witness.name)") {
                witness.checkpoint(ofHash: self.originHash, for: site) { note in
                    network.carry("\(witness.name) answers the monitor") {
                        if let note { self.compare(note, nil) }
                    }
                }
            }
        }
    }

    private func compare(_ note: [UInt8], _ tiles: SimulatedTiles?) {
        guard !isComparing else { return }
        isComparing = true
        let own = Confined(self)
        _ = world.executor.begin {
            let monitor = own.value
            await monitor.take(note, tiles)
            monitor.isComparing = false
        }
    }

    private func take(_ note: [UInt8], _ tiles: SimulatedTiles?) async {
        do {
            let judged = try state.judge(checkpoint: note, requiresQuorum: false)
            comparisons += 1
            if let tiles {
                world.cosigned.shown(judged.head)
                try await hold(Tree(checkpoint: judged, source: TileSource(tiles)))
            } else {
                open.append(judged)
            }
            try await holdOpen()
        } catch {
            world.report("the monitor finds something wrong: \(error)")
        }
    }

    /// Holds a tree against all that are known, and takes it in.
    private func hold(_ tree: Tree) async throws {
        var isNew = true
        for (place, known) in trees.enumerated() {
            let found = try await ForkSearch.proofs(
                known.checkpoint, from: known.source, tree.checkpoint, from: tree.source)
            if !found.isEmpty {
                add(found)
            } else if tree.checkpoint.head.size >= known.checkpoint.head.size {
                trees[place] = tree
                isNew = false
            } else {
                isNew = false
            }
        }
        if isNew { trees.append(tree) }
    }

    /// Holds what witnesses show against the trees that are large enough.
    private func holdOpen() async throws {
        var left: [JudgedCheckpoint] = []
        for head in open {
            var fits: [Bool] = []
            for tree in trees where tree.checkpoint.head.size >= head.head.size {
                var held = try await SignedTree(tree.checkpoint.head, from: tree.source)
                let isPart = try await held.root(at: head.head.size) == head.head.root
                fits.append(isPart)
                if !isPart, tree.checkpoint.head.size == head.head.size {
                    add(Accusation.twoRoots(tree.checkpoint, head))
                }
            }
            // Where it is part of one history, that history is held against the others.
            if fits.contains(true) { continue }
            if !fits.isEmpty, !world.isEvil, trees.count == 1 {
                world.report("the monitor finds size \(head.head.size.value) in no tree")
            }
            left.append(head)
        }
        open = left
    }

    private func add(_ found: [FraudProof]) {
        for proof in found where !proofs.contains(proof) { proofs.append(proof) }
    }
}
