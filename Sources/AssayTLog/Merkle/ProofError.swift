public import AssayCrypto

/// Why a Merkle proof was rejected.
public enum ProofError: Error, Hashable, Sendable {
    /// The leaf lies outside the tree.
    case leafOutOfRange(LeafIndex, TreeSize)
    /// The path has the wrong number of hashes for this leaf or these tree sizes.
    case wrongPathLength(actual: Int, expected: Int)
    /// The newer tree is smaller than the older one.
    case treeShrank(from: TreeSize, to: TreeSize)
    /// Nothing can be proven from the tree without leaves.
    case emptyOldTree
    /// The path leads to a different root of the new tree.
    case rootMismatch(computed: Digest, expected: Digest)
    /// The path leads to a different root of the old tree.
    case oldRootMismatch(computed: Digest, expected: Digest)
}
