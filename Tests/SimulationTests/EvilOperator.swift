/// Whoever holds the log's key and shows two histories.
///
/// It works with what an operator has: copies and old backups of its disk, processes over them, and
/// a network that decides who reaches which.
final class EvilOperator: SimulatedRole {
    let name = "operator"
    private unowned let world: SimulatedWorld
    /// What it does.
    let misdeed: Misdeed

    /// How it forks.
    enum Misdeed: CaseIterable {
        /// It goes on with a copy of the disk at a second site.
        case clone
        /// At the second site it leaves out the last entries.
        case omission
        /// It signs another head of the size that it signed last.
        case twoHeads
        /// It puts an old backup back and goes on from there.
        case rollback
    }

    init(_ world: SimulatedWorld) {
        self.world = world
        misdeed = Misdeed.allCases[world.time.random(0..<Misdeed.allCases.count)]
    }

    func start() {
        let pause = UInt64(world.time.random(200_000..<800_000))
        world.time.after(pause, "operator: \(misdeed)") { self.act() }
    }

    private func act() {
        let (time, old) = (world.time, world.sites[0])
        let size = old.disk.entries.count
        guard size > 4 else {
            world.time.after(50_000, "operator waits for entries") { self.act() }
            return
        }
        let everyone = Set(world.witnesses.indices)
        switch misdeed {
        case .clone:
            part(old, old.disk.copy(size))
        case .omission:
            part(old, old.disk.copy(size - time.random(1..<4)))
        case .twoHeads:
            let disk = old.disk.copy(size - 1)
            world.forge(on: disk)
            part(old, disk)
        case .rollback:
            old.end()
            world.add(old.disk.copy(size - time.random(1..<size - 1)), witnesses: everyone)
        }
    }

    /// Opens a second site, and gives each the witnesses that it is to deceive.
    private func part(_ old: SimulatedSite, _ disk: SimulatedDisk) {
        var sides: [Set<Int>] = [[], []]
        for witness in world.witnesses.indices {
            let side = world.time.random(0..<3)
            if side != 1 || world.witnesses[witness].character == .colluding {
                sides[0].insert(witness)
            }
            if side != 0 || world.witnesses[witness].character == .colluding {
                sides[1].insert(witness)
            }
        }
        old.witnesses = sides[0]
        world.add(disk, witnesses: sides[1])
    }
}
