package import AssayCrypto
package import AssayTLog

/// A tree of which every perfect subtree's hash is kept, and its tiles at any size.
package struct StoredTree: Sendable {
    /// The hashes of perfect subtrees by level.
    package let levels: [[Digest]]
    /// The root at every size, from 0.
    package let roots: [Digest]

    /// Grows a tree over `leaves`.
    package init(leaves: [Digest]) {
        var levels: [[Digest]] = []
        var edge = CompactRange()
        var roots = [edge.root]
        for leaf in leaves {
            edge.append(leaf) { level, _, hash in
                if level == levels.count { levels.append([]) }
                levels[level].append(hash)
            }
            roots.append(edge.root)
        }
        self.levels = levels
        self.roots = roots
    }

    /// The tree head at `size`.
    package func head(_ size: Int) -> TreeHead {
        TreeHead(size: TreeSize(UInt64(size)), root: roots[size])
    }

    /// The tile at `coordinate`, which must be one of hashes.
    package func tile(_ coordinate: TileCoordinate) throws -> HashTile? {
        guard case .hashes(let level) = coordinate.content else { return nil }
        let first = Int(coordinate.index) * 256
        return try HashTile(
            hashes: [Digest](levels[level * 8][first..<first + coordinate.width]))
    }

    /// The hashes of a proof from the tiles of a log of `stored` leaves, each tile read from its
    /// bytes and no tile given that was not asked for.
    package func path(_ plan: ProofPlan, stored: Int) throws -> [Digest] {
        let size = TreeSize(UInt64(stored))
        var tiles: [TileCoordinate: TileTree] = [:]
        for coordinate in try plan.tiles(in: size) {
            tiles[coordinate] = try tile(coordinate).map {
                TileTree(try HashTile(bytes: $0.bytes, width: coordinate.width))
            }
        }
        return try plan.path(from: tiles, stored: size)
    }
}
