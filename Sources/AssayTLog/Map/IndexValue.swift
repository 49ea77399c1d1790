public import AssayCrypto

/// What the subject index commits to for one key: how many entries have it, and the Merkle root
/// over their indexes (formats.md 8).
///
/// Its bytes are `u64be(count) || MTH(list)`, MTH over the indexes as 8 bytes, big-endian, so the
/// growth of one list is provable.
public struct IndexValue: Hashable, Sendable {
    /// The bytes of a value.
    public static let byteCount = 8 + Digest.byteCount

    /// How many entries have the key; at least 1.
    public let count: UInt64
    /// The Merkle root over their indexes.
    public let root: Digest

    /// Commits to a list of indexes.
    ///
    /// - Throws: `emptyList` or `notAscending`.
    public init(indexes: [LeafIndex]) throws(SubjectIndexError) {
        var list = IndexList()
        for index in indexes { try list.append(index) }
        guard let value = list.value else { throw .emptyList }
        self = value
    }

    init(count: UInt64, root: Digest) {
        self.count = count
        self.root = root
    }

    /// Reads 40 bytes; another number of bytes, or a count of 0, gives `nil`.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount,
            let count = UInt64(bigEndianBytes: bytes.prefix(8)), count > 0,
            let root = Digest(bytes: bytes.dropFirst(8))
        else { return nil }
        self.init(count: count, root: root)
    }

    /// The 40 bytes.
    public var bytes: [UInt8] { count.bigEndianBytes + root.bytes }
}

/// The ascending indexes of the entries with one key, and the edge of the tree over them.
struct IndexList: Hashable, Sendable {
    private(set) var indexes: [LeafIndex] = []
    private var edge = CompactRange()

    /// Adds an index, which must be greater than all before it.
    mutating func append(_ index: LeafIndex) throws(SubjectIndexError) {
        if let last = indexes.last, last >= index { throw .notAscending(last, index) }
        indexes.append(index)
        edge.append(MerkleTree.leafHash(of: index.value.bigEndianBytes))
    }

    /// The commitment, or `nil` for the list without indexes.
    var value: IndexValue? {
        indexes.isEmpty ? nil : IndexValue(count: edge.size.value, root: edge.root)
    }
}
