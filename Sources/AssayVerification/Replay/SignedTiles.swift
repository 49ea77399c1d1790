package import AssayCrypto
package import AssayTLog

/// The tiles of a tree whose root somebody signed: what is taken in here leads to that root, so a
/// tile that a stranger served can be named as wrong at once.
///
/// The right edge of the tree is held, and of every level the full tile that was taken in last.
package struct SignedTiles: Sendable {
    /// The signed size and root.
    package let head: TreeHead
    private var edge: [TilePosition: [Digest]] = [:]
    private var recent: [Int: TileUpdate] = [:]

    /// Which tiles make the right edge of a tree of `size`, in the order in which `init` takes them.
    package static func edge(of size: TreeSize) -> [TilePosition] {
        TreeEdge.positions(for: size)
    }

    /// Starts from the tiles of the right edge, each exactly as wide as the tree has it.
    ///
    /// - Throws: `wrongRoot` if they do not lead to the root.
    package init(_ head: TreeHead, edge tiles: [[Digest]]) throws(ReplayFinding) {
        self.head = head
        let positions = Self.edge(of: head.size)
        guard let edge = TreeEdge(size: head.size, tiles: tiles) else {
            preconditionFailure("there is one tile for each level that is not full")
        }
        guard edge.head.root == head.root else {
            throw .wrongRoot(head.size, computed: edge.head.root, signed: head.root)
        }
        for (position, tile) in zip(positions, tiles) { self.edge[position] = tile }
    }

    /// The hashes of a tile that was taken in and is still held.
    package func hashes(_ position: TilePosition) -> [Digest]? {
        if let hashes = edge[position] { return hashes }
        guard let tile = recent[position.level], tile.position == position else { return nil }
        return tile.hashes
    }

    /// The tile that holds the hash of all of `position`'s, which must be full.
    package func parent(of position: TilePosition) -> TilePosition {
        TilePosition(
            level: position.level + 1, index: position.index / UInt64(TilePosition.fullWidth))
    }

    /// Takes in a full tile whose parent is held.
    ///
    /// - Throws: `wrongTile` if it is not the one that the parent names.
    package mutating func admit(
        _ hashes: [Digest], at position: TilePosition
    ) throws(ReplayFinding) {
        guard let above = self.hashes(parent(of: position)) else {
            preconditionFailure("a tile is taken in after the one above it")
        }
        let place = Int(position.index % UInt64(TilePosition.fullWidth))
        precondition(place < above.count, "only full tiles have a parent")
        guard MerkleTree.root(ofLeafHashes: hashes) == above[place] else {
            throw .wrongTile(position)
        }
        recent[position.level] = TileUpdate(position: position, hashes: hashes)
    }
}
