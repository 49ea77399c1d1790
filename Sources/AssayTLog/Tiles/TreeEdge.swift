package import AssayCrypto

/// The right edge of a tiled tree: what must be known to append to it and to write its tiles.
///
/// Holds at most 255 hashes for each of 8 levels, whatever the size of the tree.
package struct TreeEdge: Hashable, Sendable {
    private var range = CompactRange()
    /// For each level the hashes of its rightmost tile while that is not full.
    private var partial: [[Digest]] = Array(repeating: [], count: TilePosition.levelCount)

    /// Tiles that became full since the last `takeUpdates`.
    private var filled: [TileUpdate] = []
    /// Levels whose partial tile became wider since then.
    private var widened: Set<Int> = []

    /// Creates the edge of the tree without leaves.
    package init() {}

    /// The size and root of the tree.
    package var head: TreeHead { range.head }

    /// The number of leaves.
    package var size: TreeSize { range.size }

    /// The roots of the perfect subtrees that make the tree, the smallest first: what stands to the
    /// left of the next leaf on its way to the root (RFC 6962 section 2.1.1).
    package var leftSiblings: [Digest] { range.nodes.reversed() }

    /// The tiles that `init(size:tiles:)` needs: the rightmost of each level that is not full.
    package static func positions(for size: TreeSize) -> [TilePosition] {
        (0..<TilePosition.levelCount).compactMap { level in
            let hashes = size.value >> UInt64(8 * level)
            guard !hashes.isMultiple(of: UInt64(TilePosition.fullWidth)) else { return nil }
            return TilePosition(level: level, index: hashes / UInt64(TilePosition.fullWidth))
        }
    }

    /// Creates the edge from stored tiles, in the order of `positions(for:)`, which may be wider
    /// than `size` asks; `nil` where one is missing or too narrow.
    package init?(size: TreeSize, tiles: [[Digest]?]) {
        let positions = Self.positions(for: size)
        guard positions.count == tiles.count else { return nil }
        for (position, tile) in zip(positions, tiles) {
            let width = position.width(in: size)
            guard let tile, tile.count >= width else { return nil }
            partial[position.level] = Array(tile.prefix(width))
        }
        // One node for each binary digit 1 of the size, the most significant first: the digits
        // 8L to 8L+7 are perfect subtrees over the hashes of level L's partial tile.
        var nodes: [Digest] = []
        for hashes in partial.reversed() {
            var rest = hashes[...]
            for digit in (0..<8).reversed() where rest.count >= 1 << digit {
                nodes.append(MerkleTree.root(ofLeafHashes: rest.prefix(1 << digit)))
                rest = rest.dropFirst(1 << digit)
            }
        }
        guard let range = CompactRange(size: size, nodes: nodes) else { return nil }
        self.range = range
    }

    /// Adds one leaf hash.
    package mutating func append(_ leafHash: Digest) {
        var completed: [(level: Int, index: UInt64, hash: Digest)] = []
        range.append(leafHash) { level, index, hash in
            if level.isMultiple(of: 8) {
                completed.append((level / 8, index, hash))
            }
        }
        for (level, index, hash) in completed {
            partial[level].append(hash)
            widened.insert(level)
            if partial[level].count == TilePosition.fullWidth {
                let position = TilePosition(
                    level: level, index: index / UInt64(TilePosition.fullWidth))
                filled.append(TileUpdate(position: position, hashes: partial[level]))
                partial[level] = []
                widened.remove(level)
            }
        }
    }

    /// The rightmost tile of each level that is not full, where it has any hash.
    package var partialTiles: [TileUpdate] {
        Self.positions(for: size).map {
            TileUpdate(position: $0, hashes: partial[$0.level])
        }
    }

    /// Every tile that changed since the last call, at its width now.
    package mutating func takeUpdates() -> [TileUpdate] {
        let updates = filled + partialTiles.filter { widened.contains($0.position.level) }
        filled = []
        widened = []
        return updates
    }
}
