import AssayCrypto
package import AssayLog
package import AssayTLog

/// Makes growth steps of a log of opaque entries: what a sequencer would hand to its store.
package struct GrowingLog {
    private var edge = TreeEdge()
    /// The tree head after the last step; `nil` before the first.
    package private(set) var head: TreeHead?
    /// All entries so far.
    package private(set) var entries: [NewEntry] = []

    /// Creates a log without entries.
    package init() {}

    /// The next step, with `count` entries of which the first is a state entry if `changesState`.
    package mutating func grow(by count: Int, changesState: Bool = false) -> AppendBatch {
        var added: [NewEntry] = []
        for position in 0..<count {
            let number = entries.count + position
            let entry = Self.entry(number, changesState: changesState && position == 0)
            edge.append(entry.leafHash)
            added.append(entry)
        }
        let previous = head
        entries += added
        head = edge.head
        return AppendBatch(
            previous: previous, next: edge.head, entries: added, tiles: edge.takeUpdates(),
            checkpoint: [UInt8]("checkpoint of \(entries.count)\n".utf8))
    }

    /// The entry that stands at `number`.
    package static func entry(_ number: Int, changesState: Bool = false) -> NewEntry {
        let payload = [UInt8]("payload \(number)".utf8)
        let bytes = [UInt8]("entry \(number), ".utf8) + payload
        return NewEntry(
            bytes: bytes, leafHash: MerkleTree.leafHash(of: bytes), payload: SHA256.hash(payload),
            changesState: changesState)
    }
}
