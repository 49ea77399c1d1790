import AssayLog

/// A client that submits, waits for its answer or loses patience, and then does so again.
final class SimulatedClient: SimulatedRole {
    let name: String
    private unowned let world: SimulatedWorld
    private unowned let site: SimulatedSite

    init(_ name: String, _ site: SimulatedSite) {
        self.name = name
        self.site = site
        world = site.world
    }

    func start() {
        world.time.after(UInt64(world.time.random(0..<20_000)), "\(name) submits") {
            guard self.world.hasFaults else { return }
            self.attempt(self.world.newBody(), floor: self.site.history.largest)
        }
    }

    private func attempt(_ body: String, floor: Int64) {
        var isAnswered = false
        send(body) { outcome in
            self.site.history.told(outcome, of: body, floor: floor)
            guard !isAnswered else { return }
            isAnswered = true
            self.start()
        }
        let patience = UInt64(world.time.random(30_000..<120_000))
        world.time.after(patience, "\(name) loses patience") {
            guard !isAnswered, self.world.hasFaults else { return }
            isAnswered = true
            self.attempt(body, floor: floor)
        }
    }

    private func send(_ body: String, _ done: @escaping (SimulatedNode.State.Outcome) -> Void) {
        let (network, node) = (world.network, site.anyNode())
        network.carry("\(body) to \(node.name)") {
            node.submit([UInt8](body.utf8)) { outcome in
                network.carry("answer to \(body)") { done(outcome) }
                guard case .success(let receipt) = outcome else { return }
                node.collecting?.whenCosigned(receipt, self.site)
            }
        }
    }
}
