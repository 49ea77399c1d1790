/// One place at which the log is seen: a disk, the processes over it, and what they told.
///
/// There is one, unless the operator is evil.
final class SimulatedSite {
    unowned let world: SimulatedWorld
    /// Its number, in the order of appearance.
    let number: Int
    let disk: SimulatedDisk
    private(set) lazy var history = SimulatedHistory(disk) { [unowned world] in world.report($0) }
    /// The processes that serve.
    var nodes: [SimulatedNode] = []
    /// The witnesses that can be reached from here.
    var witnesses: Set<Int>
    /// Whether everything here has ended for good.
    private(set) var isGone = false

    init(_ world: SimulatedWorld, _ number: Int, _ disk: SimulatedDisk, witnesses: Set<Int>) {
        self.world = world
        self.number = number
        self.disk = disk
        self.witnesses = witnesses
    }

    /// One of the processes that serve.
    func anyNode() -> SimulatedNode { nodes[world.time.random(0..<nodes.count)] }

    /// Ends everything here.
    func end() {
        isGone = true
        for node in nodes { node.retire() }
    }
}
