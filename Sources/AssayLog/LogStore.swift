package import AssayCrypto
package import AssayTLog

/// What stands in a store of one log: everything is immutable but the tree head, which only grows,
/// and the rightmost tile of each level, which is replaced by wider ones until it is full.
///
/// So whatever is read at one tree size stays true at every later one, and readers need no
/// transaction over several calls. What is read is not believed: proofs, start and `LogCheck`
/// recompute it from the entries and the signed checkpoint.
package protocol LogReader: Sendable {
    /// The tree head that the last append made durable; `nil` in a store that has none yet.
    func treeHead() async throws(StoreFault) -> TreeHead?

    /// The signed note of the checkpoint with the largest size; `nil` where there is none.
    func latestCheckpoint() async throws(StoreFault) -> StoredCheckpoint?

    /// The signed note of the checkpoint of `size`; `nil` where there is none: if the log never
    /// signed that size, or the store caught up over it.
    func checkpoint(of size: TreeSize) async throws(StoreFault) -> StoredCheckpoint?

    /// The checkpoints with sizes above `size`, ascending, at most `limit` of them.
    func checkpoints(
        above size: TreeSize, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint]

    /// The checkpoints with sizes below `size`, or all, descending, at most `limit` of them.
    func checkpoints(
        below size: TreeSize?, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint]

    /// The entries at `range`, in order; fewer where the log ends.
    ///
    /// - Throws: `damaged` where an entry in between is missing.
    func entries(_ range: Range<UInt64>) async throws(StoreFault) -> [[UInt8]]

    /// The hashes of each tile of `positions`; `nil` for one that is not there.
    func tiles(_ positions: [TilePosition]) async throws(StoreFault) -> [[Digest]?]

    /// For each of `payloads` (SHA-256 of payload bytes) the entries that may have it, ascending:
    /// every one that has it, and perhaps others, so the caller confirms from the entry.
    func candidates(payloads: [Digest]) async throws(StoreFault) -> [[LeafIndex]]

    /// For each of `leafHashes` the entries that may have it, likewise.
    func candidates(leafHashes: [Digest]) async throws(StoreFault) -> [[LeafIndex]]

    /// The indexes of charter and member-keys entries below `size`, ascending.
    func stateEntries(below size: TreeSize) async throws(StoreFault) -> [LeafIndex]

    /// How many items of each kind are stored.
    func counts() async throws(StoreFault) -> StoredCounts
}

/// A store that can grow: the port of the sequencer.
package protocol LogStore: LogReader {
    /// Makes one growth step of the log durable, whole or not at all.
    ///
    /// The step is taken only if the stored tree head is still `batch.previous`, compared in the
    /// same transaction. When this returns, everything in `batch` survives a power cut.
    ///
    /// - Throws: `full` only if nothing of the batch was written and the store can go on;
    ///   `conflict` if the stored tree head is another one, and nothing was written; after any
    ///   other fault it is unknown whether the batch is durable.
    func append(_ batch: AppendBatch) async throws(StoreFault)

    /// Replaces the notes of checkpoints by the same notes with more cosignatures, all of them or
    /// none.
    ///
    /// - Throws: `full` only if nothing was written and the store can go on; `damaged` for a
    ///   checkpoint whose text is not the stored one, and nothing was written.
    func cosign(_ checkpoints: [StoredCheckpoint]) async throws(StoreFault)
}

/// A signed checkpoint as it is stored.
package struct StoredCheckpoint: Hashable, Sendable {
    /// The size that it is filed under.
    package let size: TreeSize
    /// The bytes of the signed note.
    package let note: [UInt8]

    /// Creates a record of a signed checkpoint.
    package init(size: TreeSize, note: [UInt8]) {
        self.size = size
        self.note = note
    }
}

/// How many items of each kind a store holds.
package struct StoredCounts: Hashable, Sendable {
    /// Entries.
    package let entries: UInt64
    /// Tiles of hashes.
    package let tiles: UInt64
    /// Checkpoints.
    package let checkpoints: UInt64
    /// Records of charter and member-keys entries.
    package let stateEntries: UInt64

    /// Creates counts.
    package init(entries: UInt64, tiles: UInt64, checkpoints: UInt64, stateEntries: UInt64) {
        self.entries = entries
        self.tiles = tiles
        self.checkpoints = checkpoints
        self.stateEntries = stateEntries
    }
}

/// Why a store did not do what it was asked.
package enum StoreFault: Error, Hashable, Sendable {
    /// The stored tree head is not the one that the step starts from.
    case conflict(expected: TreeHead?, stored: TreeHead?)
    /// No room on the device; nothing was written.
    case full
    /// What is stored there cannot have been written by the log.
    case damaged(StoredItem)
    /// The storage failed with this code of its own; what it did is unknown.
    case failed(code: Int32, operation: String)
}

/// An item of a store, to name in messages.
package enum StoredItem: Hashable, Sendable {
    /// The single row with the current tree head.
    case treeHead
    /// The entry at an index.
    case entry(UInt64)
    /// A tile of hashes.
    case tile(TilePosition)
    /// The checkpoint of a size.
    case checkpoint(UInt64)
    /// The record that an entry is one of the charter or of member keys.
    case stateEntry(UInt64)
    /// The record of which ledger the store belongs to.
    case ledger
}

extension StoredItem: CustomStringConvertible {
    /// The item, for people.
    package var description: String {
        switch self {
        case .treeHead: "the tree head"
        case .entry(let index): "entry \(index)"
        case .tile(let position): "tile \(position.index) of level \(position.level)"
        case .checkpoint(let size): "the checkpoint of size \(size)"
        case .stateEntry(let index): "the charter record of entry \(index)"
        case .ledger: "the ledger's identity"
        }
    }
}

extension StoreFault: CustomStringConvertible {
    /// What happened, for people.
    package var description: String {
        switch self {
        case .conflict(let expected, let stored):
            """
            the stored tree head is of size \(stored?.size.value ?? 0), not the one of size \
            \(expected?.size.value ?? 0) that this process left
            """
        case .full: "no room on the device"
        case .damaged(let item): "\(item) is damaged or missing in the store"
        case .failed(let code, let operation): "the storage failed with code \(code): \(operation)"
        }
    }
}
