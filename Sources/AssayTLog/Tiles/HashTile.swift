public import AssayCrypto

/// The hashes of one tile: up to 256 of one level, 32 bytes each (tlog-tiles).
public struct HashTile: Hashable, Sendable {
    /// The hashes, 1 to 256.
    public let hashes: [Digest]

    /// Creates a tile.
    ///
    /// - Throws: `wrongItemCount`.
    public init(hashes: [Digest]) throws(TileError) {
        guard (1...Limits.tileWidth).contains(hashes.count) else {
            throw .wrongItemCount(hashes.count)
        }
        self.hashes = hashes
    }

    /// Reads a tile of `width` hashes.
    ///
    /// - Throws: `wrongByteCount` or `wrongItemCount`.
    public init(bytes: [UInt8], width: Int) throws(TileError) {
        guard (1...Limits.tileWidth).contains(width) else { throw .wrongItemCount(width) }
        guard bytes.count == width * Digest.byteCount else {
            throw .wrongByteCount(actual: bytes.count, expected: width * Digest.byteCount)
        }
        let starts = stride(from: 0, to: bytes.count, by: Digest.byteCount)
        hashes = starts.compactMap { Digest(bytes: bytes[$0..<$0 + Digest.byteCount]) }
    }

    /// The tile as it is stored and sent.
    public var bytes: [UInt8] { hashes.flatMap(\.bytes) }
}

extension ProofPlan {
    /// The tiles from which the proof can be made, in a log that has stored tiles for `stored`
    /// leaves; each once, in the order of use.
    ///
    /// The proof may be for any tree size up to `stored`.
    ///
    /// - Throws: `notStored` if the proof is for a larger size.
    public func tiles(in stored: TreeSize) throws(TileError) -> [TileCoordinate] {
        var tiles: [TileCoordinate] = []
        for node in nodes {
            guard let tile = TileCoordinate.tile(of: node, in: stored) else {
                throw .notStored(node, stored)
            }
            if !tiles.contains(tile) { tiles.append(tile) }
        }
        return tiles
    }

    /// Makes the hashes of the proof from the tiles that `tiles(in:)` asked for.
    ///
    /// Tiles are believed: whoever got them from a stranger verifies the proof afterwards.
    ///
    /// - Throws: `notStored` or `missingTile`.
    public func path(
        from tiles: [TileCoordinate: TileTree], stored: TreeSize
    ) throws(TileError) -> [Digest] {
        try path { node throws(TileError) in
            guard let coordinate = TileCoordinate.tile(of: node, in: stored) else {
                throw .notStored(node, stored)
            }
            guard let hash = tiles[coordinate]?.hash(of: node) else {
                throw .missingTile(coordinate)
            }
            return hash
        }
    }
}
