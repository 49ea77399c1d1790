import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport

/// The one store of a site of a simulated world: what is on it is durable.
///
/// It checks every step that is written by itself, with code of its own.
final class SimulatedDisk {
    private(set) var head = TreeHead(size: .zero, root: SHA256.hash([]))
    private(set) var entries: [NewEntry] = []
    private(set) var tiles: [TilePosition: [Digest]] = [:]
    /// The signed checkpoints by size, where the world has witnesses.
    private(set) var checkpoints: [TreeSize: StoredCheckpoint] = [:]
    /// The root at every size.
    private(set) var roots: [Digest] = [SHA256.hash([])]
    private var peaks: [(leaves: Int, root: Digest)] = []
    private var indexes: [Digest: Int] = [:]
    /// The state after the last entry.
    private(set) var rules = MarkedRules()
    /// Whether a step must start from the stored head.
    private let comparesHeads: Bool
    /// The first thing that is wrong with what was written.
    private(set) var violation: String?

    init(comparesHeads: Bool) {
        self.comparesHeads = comparesHeads
    }

    /// The leaf hashes of all entries.
    var leaves: [Digest] { entries.map(\.leafHash) }

    /// Writes a step, whole or not at all.
    ///
    /// - Parameter dropsLast: a planted bug: the last entry is not written, and the head is that of
    ///   what was.
    func append(
        _ step: SequencerState<MarkedRules>.Step, _ checkpoint: StoredCheckpoint?,
        dropsLast: Bool = false
    ) throws(StoreFault) {
        guard !comparesHeads || step.previous == head else {
            throw .conflict(expected: step.previous, stored: head)
        }
        let written = dropsLast ? step.entries.dropLast() : step.entries[...]
        for (place, entry) in written.enumerated() {
            write(entry, isLast: place == step.entries.count - 1)
        }
        for tile in step.tiles { tiles[tile.position] = tile.hashes }
        if let checkpoint { checkpoints[checkpoint.size] = checkpoint }
        head =
            dropsLast
            ? TreeHead(size: TreeSize(UInt64(entries.count)), root: roots[entries.count])
            : step.next
        if head.size.value != UInt64(entries.count) || head.root != roots[entries.count] {
            report("the head of size \(head.size.value) is not that of \(entries.count) entries")
        }
    }

    private func write(_ entry: NewEntry, isLast: Bool) {
        if let earlier = indexes[entry.payload] {
            report("entry \(entries.count) has the payload of entry \(earlier)")
        }
        do {
            let submission = try MarkedRules.read(entry.bytes)
            let index = LeafIndex(UInt64(entries.count))
            let judgement = try rules.judge(submission, at: index)
            if judgement.changesState { rules.apply((), of: submission, at: index) }
            if judgement.changesState != entry.changesState {
                report("entry \(entries.count) is recorded wrongly")
            }
            if judgement.endsBatch, !isLast { report("entry \(entries.count) ends no step") }
        } catch {
            report("entry \(entries.count) is not allowed: \(error)")
        }
        indexes[entry.payload] = entries.count
        entries.append(entry)
        appendRoot(SHA256.hash([0] + entry.bytes))
    }

    private func appendRoot(_ leaf: Digest) {
        var peak = (leaves: 1, root: leaf)
        while let last = peaks.last, last.leaves == peak.leaves {
            peaks.removeLast()
            peak = (peak.leaves * 2, SHA256.hash([1] + last.root.bytes + peak.root.bytes))
        }
        peaks.append(peak)
        var root = peak.root
        for left in peaks.dropLast().reversed() {
            root = SHA256.hash([1] + left.root.bytes + root.bytes)
        }
        roots.append(root)
    }

    /// Adds cosignatures to checkpoints, all of them or none.
    func cosign(_ notes: [StoredCheckpoint]) throws(StoreFault) {
        for note in notes {
            guard let stored = checkpoints[note.size], text(stored) == text(note) else {
                throw .damaged(.checkpoint(note.size.value))
            }
        }
        for note in notes { checkpoints[note.size] = note }
    }

    private func text(_ checkpoint: StoredCheckpoint) -> ArraySlice<UInt8>? {
        checkpoint.note.firstRange(of: [0x0a, 0x0a]).map { checkpoint.note[..<$0.lowerBound] }
    }

    /// Adds one entry beside all processes, with the checkpoint over it.
    func add(_ body: String, sign: (TreeHead) throws -> StoredCheckpoint) rethrows {
        let bytes = [UInt8](body.utf8)
        adopt([
            NewEntry(
                bytes: bytes, leafHash: SHA256.hash([0] + bytes),
                payload: SHA256.hash(bytes.prefix { $0 != UInt8(ascii: "|") }),
                changesState: false)
        ])
        checkpoints[head.size] = try sign(head)
    }

    /// A disk with the first `size` entries of this one, as a copy or an old backup has them.
    func copy(_ size: Int) -> SimulatedDisk {
        let copy = SimulatedDisk(comparesHeads: comparesHeads)
        copy.adopt(Array(entries.prefix(size)))
        copy.checkpoints = checkpoints.filter { $0.key <= copy.head.size }
        return copy
    }

    private func adopt(_ entries: [NewEntry]) {
        var edge = edge() ?? TreeEdge()
        for entry in entries {
            write(entry, isLast: true)
            edge.append(entry.leafHash)
        }
        for tile in edge.takeUpdates() { tiles[tile.position] = tile.hashes }
        head = edge.head
    }

    /// Where a payload stands.
    func index(of payload: Digest) -> Int? { indexes[payload] }

    /// Whether the tree of `head` is or was this log's.
    func has(_ head: TreeHead) -> Bool {
        head.size.value < UInt64(roots.count) && roots[Int(head.size.value)] == head.root
    }

    /// The tree under a checkpoint, as it can be read now.
    func tiles(under checkpoint: StoredCheckpoint) -> SimulatedTiles {
        SimulatedTiles(note: checkpoint.note, entries: entries, tiles: tiles)
    }

    /// What a start reads: the right edge.
    func edge() -> TreeEdge? {
        TreeEdge(size: head.size, tiles: TreeEdge.positions(for: head.size).map { tiles[$0] })
    }

    private func report(_ words: String) {
        violation = violation ?? words
    }
}
