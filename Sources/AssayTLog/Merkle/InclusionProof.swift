public import AssayCrypto

/// An audit path: the siblings of a leaf on its way to the root, the leaf's own sibling first
/// (RFC 6962 section 2.1.1).
public struct InclusionProof: Hashable, Sendable {
    /// The sibling hashes.
    public let path: [Digest]

    /// Creates a proof from its hashes.
    public init(path: [Digest]) { self.path = path }

    /// The number of hashes in the proof of `index` in a tree of `size`.
    ///
    /// Below the first common ancestor of the leaf and the last leaf there is a sibling at every
    /// level; above it only to the left.
    static func pathLength(at index: LeafIndex, in size: TreeSize) -> (inner: Int, border: Int) {
        let inner = UInt64.bitWidth - (index.value ^ (size.value - 1)).leadingZeroBitCount
        let border = inner == UInt64.bitWidth ? 0 : (index.value >> UInt64(inner)).nonzeroBitCount
        return (inner, border)
    }

    /// Returns normally only if `leaf` stands at `index` in the tree with `head`.
    ///
    /// - Throws: `leafOutOfRange`, `wrongPathLength` or `rootMismatch`.
    public func verify(
        leaf: Digest, at index: LeafIndex, in head: TreeHead
    ) throws(ProofError) {
        let root = try root(of: leaf, at: index, in: head.size) { _, _, _ in }
        guard root == head.root else {
            throw .rootMismatch(computed: root, expected: head.root)
        }
    }

    /// The root to which the path leads from `leaf`, reporting each node on the way as (left, right,
    /// hash of both).
    ///
    /// - Throws: `leafOutOfRange` or `wrongPathLength`.
    public func root(
        of leaf: Digest, at index: LeafIndex, in size: TreeSize,
        visit: (_ left: Digest, _ right: Digest, _ hash: Digest) -> Void
    ) throws(ProofError) -> Digest {
        guard index.value < size.value else { throw .leafOutOfRange(index, size) }
        let (inner, border) = Self.pathLength(at: index, in: size)
        guard path.count == inner + border else {
            throw .wrongPathLength(actual: path.count, expected: inner + border)
        }
        var hash = leaf
        for (level, sibling) in path.enumerated() {
            let isRightChild = level >= inner || index.value >> UInt64(level) & 1 == 1
            let (left, right) = isRightChild ? (sibling, hash) : (hash, sibling)
            hash = MerkleTree.nodeHash(left, right)
            visit(left, right, hash)
        }
        return hash
    }

    /// The hashes of the path that stand to the left of the leaf at `index` in a tree of `size`, the
    /// lowest first: the perfect subtrees of everything before the leaf.
    ///
    /// The path must have verified there.
    public func leftSiblings(at index: LeafIndex, in size: TreeSize) -> [Digest] {
        let (inner, _) = Self.pathLength(at: index, in: size)
        return path.enumerated().filter { level, _ in
            level >= inner || index.value >> UInt64(level) & 1 == 1
        }.map(\.element)
    }
}
