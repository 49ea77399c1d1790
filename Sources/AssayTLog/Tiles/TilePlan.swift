/// Which tiles and bundles a log writes when it grows from one size to another (tlog-tiles).
///
/// All full tiles that the growth completes, and for the new size the partial tile at the right end
/// of each level that changed. Takes memory of the order of the growth divided by 256.
public struct TilePlan: Hashable, Sendable {
    /// The hash tiles, lowest level first, from left to right.
    public let tiles: [TileCoordinate]
    /// The entry bundles from left to right.
    public let bundles: [TileCoordinate]

    /// Plans the growth from `old` to `new`; a smaller new size gives `nil`.
    public init?(from old: TreeSize, to new: TreeSize) {
        guard old <= new else { return nil }
        bundles = Self.changed(from: old.value, to: new.value, .entries)
        var tiles: [TileCoordinate] = []
        for level in 0..<Self.levelsInUse {
            let shift = UInt64(level * TileCoordinate.levelsInTile)
            tiles += Self.changed(
                from: old.value >> shift, to: new.value >> shift, .hashes(level: level))
        }
        self.tiles = tiles
    }

    /// Sizes have 64 bits, so only the levels up to 7 ever hold a hash.
    private static let levelsInUse = UInt64.bitWidth / TileCoordinate.levelsInTile

    private static func changed(
        from old: UInt64, to new: UInt64, _ content: TileCoordinate.Content
    ) -> [TileCoordinate] {
        guard old < new else { return [] }
        let width = UInt64(Limits.tileWidth)
        var tiles = (old / width..<new / width).map {
            TileCoordinate(checked: content, index: $0, width: Limits.tileWidth)
        }
        if !new.isMultiple(of: width) {
            tiles.append(.containing(new - 1, of: new, content))
        }
        return tiles
    }
}
