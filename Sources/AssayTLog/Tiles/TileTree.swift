import AssayCrypto

/// A tile with the hashes of all perfect subtrees over it: what proofs are made from.
///
/// A tile stores one level of eight; the seven above it are computed here, once for however many
/// proofs go through the tile.
public struct TileTree: Hashable, Sendable {
    /// The hashes of each level, the tile's own first.
    private let levels: [[Digest]]

    /// Computes the inner hashes of a tile: one fewer than it has, at most.
    public init(_ tile: HashTile) {
        var levels = [tile.hashes]
        while levels.count < TileCoordinate.levelsInTile, let below = levels.last, below.count > 1 {
            levels.append(
                stride(from: 0, to: below.count - 1, by: 2).map {
                    MerkleTree.nodeHash(below[$0], below[$0 + 1])
                })
        }
        self.levels = levels
    }

    /// The hash of a perfect subtree whose parts all lie in this tile; `nil` if the tile is too
    /// narrow for it.
    func hash(of node: NodeCoordinate) -> Digest? {
        let level = node.level % TileCoordinate.levelsInTile
        guard level < levels.count else { return nil }
        let hashes = levels[level]
        let position = Int(node.index % UInt64(Limits.tileWidth >> level))
        return position < hashes.count ? hashes[position] : nil
    }
}
