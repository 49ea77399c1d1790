public import AssayCrypto

/// The position of a leaf, counted from 0.
public struct LeafIndex: Hashable, Sendable, Comparable {
    /// The position as a number.
    public let value: UInt64

    /// Creates an index.
    public init(_ value: UInt64) { self.value = value }

    /// Orders indexes by position.
    public static func < (left: LeafIndex, right: LeafIndex) -> Bool { left.value < right.value }
}

/// The number of leaves of a tree.
public struct TreeSize: Hashable, Sendable, Comparable {
    /// The number of leaves.
    public let value: UInt64

    /// Creates a size.
    public init(_ value: UInt64) { self.value = value }

    /// The tree without leaves.
    public static let zero = TreeSize(0)

    /// Orders sizes by number.
    public static func < (left: TreeSize, right: TreeSize) -> Bool { left.value < right.value }
}

/// A tree size and the root hash at that size, unsigned.
public struct TreeHead: Hashable, Sendable {
    /// The number of leaves.
    public let size: TreeSize
    /// The Merkle root over them.
    public let root: Digest

    /// Creates a tree head.
    public init(size: TreeSize, root: Digest) {
        self.size = size
        self.root = root
    }
}
