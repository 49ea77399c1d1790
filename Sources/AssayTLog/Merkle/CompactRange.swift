public import AssayCrypto

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first.
///
/// Takes memory and, for each append, time of the order of log2 of the size.
public struct CompactRange: Hashable, Sendable {
    /// The number of leaves so far.
    public private(set) var size: TreeSize
    /// One hash for each binary digit 1 of `size`, most significant first.
    public private(set) var nodes: [Digest]

    /// Creates the edge of the tree without leaves.
    public init() {
        size = .zero
        nodes = []
    }

    /// Creates the edge of a tree from its stored nodes; a wrong count of nodes gives `nil`.
    public init?(size: TreeSize, nodes: [Digest]) {
        guard nodes.count == size.value.nonzeroBitCount else { return nil }
        self.size = size
        self.nodes = nodes
    }

    /// Adds one leaf hash at the right.
    public mutating func append(_ leafHash: Digest) {
        append(leafHash) { _, _, _ in }
    }

    /// Adds one leaf hash at the right and reports each perfect node that this completes, the leaf
    /// first, as (level, index in the level, hash).
    public mutating func append(
        _ leafHash: Digest, completed: (_ level: Int, _ index: UInt64, _ hash: Digest) -> Void
    ) {
        precondition(size.value < UInt64.max, "a tree holds at most 2^64-1 leaves")
        var hash = leafHash
        var index = size.value
        var level = 0
        completed(level, index, hash)
        while index & 1 == 1 {
            guard let left = nodes.popLast() else {
                preconditionFailure("an edge has one node for each binary digit of its size")
            }
            hash = MerkleTree.nodeHash(left, hash)
            index >>= 1
            level += 1
            completed(level, index, hash)
        }
        nodes.append(hash)
        size = TreeSize(size.value + 1)
    }

    /// The root of the tree: the nodes folded from the right.
    public var root: Digest {
        guard var hash = nodes.last else { return MerkleTree.emptyRoot }
        for node in nodes.dropLast().reversed() {
            hash = MerkleTree.nodeHash(node, hash)
        }
        return hash
    }

    /// The size and root of the tree.
    public var head: TreeHead { TreeHead(size: size, root: root) }
}
