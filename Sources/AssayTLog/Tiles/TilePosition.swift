/// Where a tile stands: its level and its index in that level (C2SP tlog-tiles), whatever its
/// width, which grows until it is full.
package struct TilePosition: Hashable, Sendable {
    /// The number of hashes of a full tile, and of entries in a full bundle.
    package static let fullWidth = 256
    /// The number of levels that a tree of 2^64-1 leaves has.
    package static let levelCount = 8

    /// The level: 0 holds leaf hashes, each next one the roots of 256 hashes below.
    package let level: Int
    /// The position in the level, from 0.
    package let index: UInt64

    /// Creates a position.
    package init(level: Int, index: UInt64) {
        precondition((0..<Self.levelCount).contains(level))
        self.level = level
        self.index = index
    }

    /// The number of hashes that this tile has in a tree of `size`.
    package func width(in size: TreeSize) -> Int {
        let hashes = size.value >> UInt64(8 * level)
        let (before, overflow) = index.multipliedReportingOverflow(by: UInt64(Self.fullWidth))
        guard !overflow, before < hashes else { return 0 }
        return Int(min(UInt64(Self.fullWidth), hashes - before))
    }
}

extension TilePosition {
    /// The number of tiles of a tree of `size`.
    package static func count(in size: TreeSize) -> UInt64 {
        (0..<levelCount).reduce(0) { sum, level in
            let hashes = size.value >> UInt64(8 * level)
            let width = UInt64(fullWidth)
            return sum + hashes / width + (hashes.isMultiple(of: width) ? 0 : 1)
        }
    }
}

extension TilePosition: Comparable {
    /// Orders positions by level, then by index.
    package static func < (left: TilePosition, right: TilePosition) -> Bool {
        (left.level, left.index) < (right.level, right.index)
    }
}

extension TilePosition {
    /// Where the hashes of a coordinate are stored; `nil` for entry bundles and for levels that no
    /// tree reaches.
    package init?(_ coordinate: TileCoordinate) {
        guard case .hashes(let level) = coordinate.content, level < Self.levelCount else {
            return nil
        }
        self.init(level: level, index: coordinate.index)
    }
}
