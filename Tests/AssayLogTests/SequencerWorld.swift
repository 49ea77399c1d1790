import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import Synchronization
import Testing

/// A sequencer over a memory store, with what tests ask of both.
struct SequencerWorld {
    let store: MemoryLogStore
    let sequencer: Sequencer<MarkedRules>
    /// The heads that were signed, in order.
    let signed: SignedHeads

    /// Makes a log with one entry.
    init(limits: SequencerLimits = SequencerLimits()) async throws {
        let store = MemoryLogStore()
        var log = GrowingLog()
        try await store.append(log.grow(by: 1, changesState: true))
        try await self.init(over: store, limits: limits)
    }

    /// Starts a sequencer on what a store holds.
    init(over store: MemoryLogStore, limits: SequencerLimits = SequencerLimits()) async throws {
        self.store = store
        let head = try #require(await store.treeHead())
        let tiles = await store.tiles(TreeEdge.positions(for: head.size))
        let edge = try #require(TreeEdge(size: head.size, tiles: tiles))
        let signed = SignedHeads()
        self.signed = signed
        sequencer = Sequencer(
            rules: MarkedRules(), edge: edge,
            published: try #require(await store.latestCheckpoint()), store: store, limits: limits
        ) { head in
            signed.add(head)
            return [UInt8]("\(head.size.value) \(head.root)\n".utf8)
        }
    }

    func submit(_ body: String) async throws(Refusal) -> Receipt {
        try await sequencer.submit(MarkedRules.read([UInt8](body.utf8)))
    }

    /// Waits until exactly `count` submissions are in progress.
    func untilInProgress(_ count: Int) async {
        while await sequencer.submissionsInProgress != count {
            await Task.yield()
        }
    }

    /// Expects that the stored tiles, entries and tree head agree, and that every entry stands
    /// there once.
    func expectConsistentStore() async throws {
        let head = try #require(await store.treeHead())
        let entries = await store.entries(0..<head.size.value)
        #expect(UInt64(entries.count) == head.size.value)
        #expect(Set(entries).count == entries.count)
        let leaves = entries.map { MerkleTree.leafHash(of: $0) }
        #expect(ReferenceTree.root(leaves[...]) == head.root)
        let tiles = await store.tiles(TreeEdge.positions(for: head.size))
        #expect(TreeEdge(size: head.size, tiles: tiles)?.head == head)
    }
}

/// Records what was signed.
final class SignedHeads: Sendable {
    private let heads = Mutex<[TreeHead]>([])

    func add(_ head: TreeHead) {
        heads.withLock { $0.append(head) }
    }

    var all: [TreeHead] { heads.withLock { $0 } }
}

/// How a submission ended.
func outcome(
    _ submit: () async throws(Refusal) -> Receipt
) async -> Result<Receipt, Refusal> {
    do throws(Refusal) {
        return .success(try await submit())
    } catch {
        return .failure(error)
    }
}
