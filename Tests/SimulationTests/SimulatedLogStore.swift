import AssayCrypto
import AssayLog
import AssayTLog

/// A site's disk as the collecting of cosignatures uses it, in one life of a process.
struct SimulatedLogStore: LogStore {
    private let node: Confined<SimulatedNode>
    private let life: Int

    init(_ node: SimulatedNode) {
        self.node = Confined(node)
        life = node.life
    }

    private var disk: SimulatedDisk { node.value.site.disk }

    /// Waits as long as a call takes.
    private func use(
        _ operation: String, faults percent: Int = 0
    ) async throws(StoreFault) {
        let world = node.value.world
        await world.pass("\(node.value.name) \(operation)")
        guard node.value.life == life, !world.storeFails(percent: percent) else {
            throw .failed(code: 10, operation: operation)
        }
    }

    func append(_: AppendBatch) async throws(StoreFault) {
        preconditionFailure("the sequencer of a simulated process writes its steps itself")
    }

    func cosign(_ checkpoints: [StoredCheckpoint]) async throws(StoreFault) {
        let world = node.value.world
        do {
            try await use("stores cosignatures", faults: 1)
        } catch {
            // What a process wrote before it died may be there.
            if world.time.happens(50) { try disk.cosign(checkpoints) }
            throw error
        }
        if world.storeFails(percent: 3) { throw .full }
        let unread = world.bug == .storesUnverifiedLines
        try disk.cosign(unread ? checkpoints.map(world.addingUnverified) : checkpoints)
    }

    func treeHead() async throws(StoreFault) -> TreeHead? {
        try await use("reads the head")
        return disk.head
    }

    func latestCheckpoint() async throws(StoreFault) -> StoredCheckpoint? {
        try await use("reads a checkpoint")
        return disk.checkpoints[disk.head.size]
    }

    func checkpoint(of size: TreeSize) async throws(StoreFault) -> StoredCheckpoint? {
        try await use("reads a checkpoint", faults: 1)
        return disk.checkpoints[size]
    }

    func checkpoints(
        above size: TreeSize, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await use("reads checkpoints")
        return Array(sorted { $0 > size }.prefix(limit))
    }

    func checkpoints(
        below size: TreeSize?, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await use("reads checkpoints")
        return sorted { one in size.map { one < $0 } ?? true }.suffix(limit).reversed()
    }

    private func sorted(_ matches: (TreeSize) -> Bool) -> [StoredCheckpoint] {
        disk.checkpoints.values.filter { matches($0.size) }.sorted { $0.size < $1.size }
    }

    func entries(_ range: Range<UInt64>) async throws(StoreFault) -> [[UInt8]] {
        try await use("reads entries")
        return disk.entries.map(\.bytes).enumerated().filter { range.contains(UInt64($0.offset)) }
            .map(\.element)
    }

    func tiles(_ positions: [TilePosition]) async throws(StoreFault) -> [[Digest]?] {
        try await use("reads tiles", faults: 1)
        return positions.map { disk.tiles[$0] }
    }

    func candidates(payloads: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        try await use("looks up")
        return payloads.map { payload in
            disk.index(of: payload).map { [LeafIndex(UInt64($0))] } ?? []
        }
    }

    func candidates(leafHashes: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        try await use("looks up")
        return leafHashes.map { hash in
            disk.leaves.enumerated().filter { $0.element == hash }
                .map { LeafIndex(UInt64($0.offset)) }
        }
    }

    func stateEntries(below size: TreeSize) async throws(StoreFault) -> [LeafIndex] {
        try await use("looks up")
        return disk.entries.prefix(Int(clamping: size.value)).enumerated()
            .filter { $0.element.changesState }.map { LeafIndex(UInt64($0.offset)) }
    }

    func counts() async throws(StoreFault) -> StoredCounts {
        try await use("counts")
        return StoredCounts(
            entries: UInt64(disk.entries.count), tiles: UInt64(disk.tiles.count),
            checkpoints: UInt64(disk.checkpoints.count),
            stateEntries: UInt64(disk.entries.count(where: \.changesState)))
    }
}
