import AssayCrypto
import AssayLog
import AssayTLog

/// The collecting of cosignatures in one life of a process, by the real publisher of checkpoints.
final class SimulatedCollecting {
    private unowned let node: SimulatedNode
    private let life: Int
    private var publisher: CheckpointPublisher?
    private var loop: Task<Void, Never>?
    /// The size of the newest checkpoint that this life has published.
    private(set) var publishedSize = TreeSize.zero

    /// Reads where cosigning stands, compares it with the witnesses, and then serves and collects.
    init(_ ledger: SimulatedLedger, _ node: SimulatedNode, serve: @escaping () -> Void) {
        self.node = node
        life = node.life
        let (collecting, serve) = (Confined(self), Confined(serve))
        loop = node.world.executor.begin {
            await collecting.value.collect(ledger, serve.value)
        }
    }

    private var isAlive: Bool { node.life == life }

    private func collect(_ ledger: SimulatedLedger, _ serve: () -> Void) async {
        let (world, node, life) = (node.world, node, life)
        let collecting = Confined(self)
        do {
            let store = SimulatedLogStore(node)
            let state =
                world.bug == .publishesBelowQuorum ? ledger.weakState : ledger.state
            guard let stored = try await store.latestCheckpoint() else {
                throw StoreFault.damaged(.treeHead)
            }
            let published = try await store.newestCosigned(state)
            publishedSize = published?.head.size ?? .zero
            let publisher = CheckpointPublisher(
                state, newest: try CollectedCheckpoint(stored, judgedBy: state),
                published: published, store: store,
                cosigning: Cosigning(
                    network: SimulatedWitnesses(node), limits: Self.limits,
                    clock: VirtualClock(world)
                ) { event in collecting.value.take(event) })
            // Who forks does not ask whether it does.
            if node.site.number == 0 { try await publisher.compareWithWitnesses() }
            guard isAlive else { return }
            self.publisher = publisher
            // What had its quorum when the last life ended is published now.
            if let published { world.cosigned.published(published.head, at: node.site) }
            serve()
            let confined = Confined(node)
            await publisher.run { cause in
                if case .witnessed = cause { confined.value.world.accused(confined.value, cause) }
                confined.value.halt(life, cause)
            }
        } catch {
            guard isAlive else { return }
            if let fault = error as? WitnessedFault {
                if case .store = fault {} else { world.accused(node, .witnessed(fault)) }
            }
            world.time.note("\(node.name) does not start: \(error)")
            node.die()
        }
    }

    private static var limits: CosigningLimits {
        var limits = CosigningLimits()
        limits.submissionWait = .milliseconds(800)
        limits.firstPause = .milliseconds(20)
        limits.pauseMax = .milliseconds(300)
        limits.lateWait = .milliseconds(8)
        limits.saveAgainWait = .milliseconds(30)
        return limits
    }

    private func take(_ event: CosigningEvent) {
        guard isAlive, case .published(let head, _) = event else { return }
        if head.size < publishedSize {
            node.world.report("\(node.name) published a smaller checkpoint than before")
        }
        publishedSize = head.size
        node.world.cosigned.published(head, at: node.site)
    }

    /// A checkpoint was signed and is durable.
    func signed(_ checkpoint: StoredCheckpoint) { publisher?.signed(checkpoint) }

    /// Waits until an entry is cosigned, as a submission does.
    func whenCosigned(_ receipt: Receipt, _ site: SimulatedSite) {
        guard let publisher else { return }
        let collecting = Confined((self, site))
        _ = node.world.executor.begin {
            guard await publisher.isPublished(receipt.index) else { return }
            let (collecting, site) = collecting.value
            guard collecting.isAlive else { return }
            collecting.node.world.cosigned.acknowledged(
                receipt, under: collecting.publishedSize, at: site)
        }
    }

    /// Ends with its process.
    func end() { loop?.cancel() }
}
