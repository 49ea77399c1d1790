public import AssayCrypto

/// A perfect subtree: at `level` L and `index` I it covers the leaves from I·2^L to (I+1)·2^L-1.
public struct NodeCoordinate: Hashable, Sendable {
    /// The height above the leaves.
    public let level: Int
    /// The position within the level.
    public let index: UInt64

    /// Creates a coordinate; a level outside 0 to 63 gives `nil`.
    public init?(level: Int, index: UInt64) {
        guard (0..<UInt64.bitWidth).contains(level) else { return nil }
        self.init(checkedLevel: level, index)
    }

    fileprivate init(checkedLevel level: Int, _ index: UInt64) {
        self.level = level
        self.index = index
    }
}

/// Which stored hashes a proof needs, and how the proof is made from them.
///
/// A log stores the hashes of perfect subtrees only. Each hash of a proof covers a range of leaves,
/// which is one perfect subtree or, at the right edge of the tree, several folded from the right.
public struct ProofPlan: Hashable, Sendable {
    /// For each hash of the proof the perfect subtrees that make it, from left to right.
    private let parts: [[NodeCoordinate]]

    private init(ranges: [Range<UInt64>]) {
        parts = ranges.map(Self.perfectSubtrees)
    }

    /// Plans the inclusion proof of a leaf (RFC 6962 section 2.1.1).
    ///
    /// - Throws: `leafOutOfRange`.
    public static func inclusion(
        of leaf: LeafIndex, in size: TreeSize
    ) throws(ProofError) -> ProofPlan {
        guard leaf.value < size.value else { throw .leafOutOfRange(leaf, size) }
        var ranges: [Range<UInt64>] = []
        var range = 0..<size.value
        while range.upperBound - range.lowerBound > 1 {
            let (left, right) = halves(of: range)
            let isLeft = leaf.value < right.lowerBound
            ranges.append(isLeft ? right : left)
            range = isLeft ? left : right
        }
        return ProofPlan(ranges: ranges.reversed())
    }

    /// Plans the proof that the tree of size `new` extends that of size `old` (RFC 6962 section
    /// 2.1.2).
    ///
    /// - Throws: `emptyOldTree` or `treeShrank`.
    public static func consistency(
        from old: TreeSize, to new: TreeSize
    ) throws(ProofError) -> ProofPlan {
        guard old.value > 0 else { throw .emptyOldTree }
        guard old <= new else { throw .treeShrank(from: old, to: new) }
        var ranges: [Range<UInt64>] = []
        var range = 0..<new.value
        while old.value < range.upperBound {
            let (left, right) = halves(of: range)
            let isLeft = old.value <= right.lowerBound
            ranges.append(isLeft ? right : left)
            range = isLeft ? left : right
        }
        // What is left ends where the old tree ends. If it is the whole old tree its hash is known.
        if range.lowerBound > 0 { ranges.append(range) }
        return ProofPlan(ranges: ranges.reversed())
    }

    /// Plans the root of the tree at `size` from stored hashes: one hash, or none for the tree
    /// without leaves.
    public static func root(of size: TreeSize) -> ProofPlan {
        ProofPlan(ranges: size.value == 0 ? [] : [0..<size.value])
    }

    /// The stored hashes that are needed, in the order of use; no two are the same.
    public var nodes: [NodeCoordinate] { parts.flatMap(\.self) }

    /// Makes the hashes of the proof; `hash` gives the hash of a perfect subtree.
    ///
    /// - Throws: what `hash` throws.
    public func path<Failure>(
        _ hash: (NodeCoordinate) throws(Failure) -> Digest
    ) throws(Failure) -> [Digest] {
        var path: [Digest] = []
        for part in parts {
            var folded: Digest?
            for node in part.reversed() {
                let left = try hash(node)
                folded = folded.map { MerkleTree.nodeHash(left, $0) } ?? left
            }
            if let folded { path.append(folded) }
        }
        return path
    }

    /// Splits a range of at least two leaves before the largest power of two that is smaller than
    /// its length.
    private static func halves(of range: Range<UInt64>) -> (Range<UInt64>, Range<UInt64>) {
        let last = range.upperBound - range.lowerBound - 1
        let width: UInt64 = 1 << UInt64(UInt64.bitWidth - 1 - last.leadingZeroBitCount)
        let middle = range.lowerBound + width
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }

    /// The perfect subtrees of a range that begins at a multiple of a power of two not smaller than
    /// its length: one for each binary digit of the length, largest first.
    private static func perfectSubtrees(of range: Range<UInt64>) -> [NodeCoordinate] {
        var nodes: [NodeCoordinate] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let level = UInt64.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
            nodes.append(NodeCoordinate(checkedLevel: level, start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return nodes
    }
}
