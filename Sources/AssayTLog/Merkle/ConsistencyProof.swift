public import AssayCrypto

/// The hashes that show that one tree extends another (RFC 6962 section 2.1.2).
public struct ConsistencyProof: Hashable, Sendable {
    /// The hashes, in the order of RFC 6962.
    public let path: [Digest]

    /// Creates a proof from its hashes.
    public init(path: [Digest]) { self.path = path }

    /// Returns normally only if the tree with `new` begins with the leaves of the tree with `old`
    /// (RFC 9162 section 2.1.4.2).
    ///
    /// From the tree without leaves nothing is proven: `emptyOldTree`.
    ///
    /// - Throws: `emptyOldTree`, `treeShrank`, `wrongPathLength`, `oldRootMismatch` or
    ///   `rootMismatch`.
    public func verify(from old: TreeHead, to new: TreeHead) throws(ProofError) {
        guard old.size.value > 0 else { throw .emptyOldTree }
        guard old.size <= new.size else { throw .treeShrank(from: old.size, to: new.size) }
        if old.size == new.size {
            guard path.isEmpty else { throw .wrongPathLength(actual: path.count, expected: 0) }
            guard old.root == new.root else {
                throw .rootMismatch(computed: old.root, expected: new.root)
            }
            return
        }

        // The proof starts from the last perfect subtree of the old tree. If that is the whole old
        // tree its hash is the old root, which the proof leaves out.
        let shift = UInt64(old.size.value.trailingZeroBitCount)
        let start = (old.size.value - 1) >> shift
        let (inner, border) = InclusionProof.pathLength(
            at: LeafIndex(start), in: TreeSize((new.size.value - 1) >> shift + 1))
        let oldIsPerfect = old.size.value.nonzeroBitCount == 1
        let expected = inner + border + (oldIsPerfect ? 0 : 1)
        guard path.count == expected else {
            throw .wrongPathLength(actual: path.count, expected: expected)
        }
        guard let seed = oldIsPerfect ? old.root : path.first else {
            throw .wrongPathLength(actual: 0, expected: expected)
        }

        var oldHash = seed
        var newHash = seed
        for (level, sibling) in path.dropFirst(oldIsPerfect ? 0 : 1).enumerated() {
            if level >= inner || start >> UInt64(level) & 1 == 1 {
                oldHash = MerkleTree.nodeHash(sibling, oldHash)
                newHash = MerkleTree.nodeHash(sibling, newHash)
            } else {
                newHash = MerkleTree.nodeHash(newHash, sibling)
            }
        }
        guard oldHash == old.root else {
            throw .oldRootMismatch(computed: oldHash, expected: old.root)
        }
        guard newHash == new.root else {
            throw .rootMismatch(computed: newHash, expected: new.root)
        }
    }
}
