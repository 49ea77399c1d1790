import AssayCrypto

/// Which tile or entry bundle, and how much of it (tlog-tiles).
///
/// Its path is `tile/<level>/<index>` or `tile/entries/<index>`, with `.p/<width>` after partial
/// ones. The index is written in groups of three digits, all but the last after an `x`.
public struct TileCoordinate: Hashable, Sendable {
    /// What a tile holds.
    public enum Content: Hashable, Sendable {
        /// The hashes of perfect subtrees of 256^level leaves; level 0 to 63.
        case hashes(level: Int)
        /// Entries themselves.
        case entries
    }

    /// What it holds.
    public let content: Content
    /// The position among the tiles of its kind and level, from 0.
    public let index: UInt64
    /// The number of hashes or entries: 256 in a full tile, 1 to 255 in a partial one.
    public let width: Int

    /// Creates a coordinate; a level outside 0 to 63 or a width outside 1 to 256 gives `nil`.
    public init?(_ content: Content, index: UInt64, width: Int = Limits.tileWidth) {
        if case .hashes(let level) = content {
            guard (0..<Limits.tileLevels).contains(level) else { return nil }
        }
        guard (1...Limits.tileWidth).contains(width) else { return nil }
        self.init(checked: content, index: index, width: width)
    }

    init(checked content: Content, index: UInt64, width: Int) {
        self.content = content
        self.index = index
        self.width = width
    }

    /// Whether it holds fewer than 256 hashes or entries.
    public var isPartial: Bool { width < Limits.tileWidth }

    /// Reads a path, which has one spelling; anything else gives `nil`.
    public init?(path: some Collection<UInt8>) {
        var parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { [UInt8]($0) }
        guard parts.count >= 3, parts[0] == [UInt8]("tile".utf8) else { return nil }
        let content: Content
        if parts[1] == [UInt8]("entries".utf8) {
            content = .entries
        } else if let level = UInt64(canonicalDecimal: parts[1]), level < Limits.tileLevels {
            content = .hashes(level: Int(level))
        } else {
            return nil
        }
        parts.removeFirst(2)
        var width = Limits.tileWidth
        let mark = [UInt8](".p".utf8)
        if parts.count >= 2, parts[parts.count - 2].suffix(2) == mark[...] {
            guard let given = UInt64(canonicalDecimal: parts.removeLast()), given >= 1,
                given < Limits.tileWidth
            else { return nil }
            width = Int(given)
            parts[parts.count - 1].removeLast(2)
        }
        guard let index = Self.index(groups: parts) else { return nil }
        self.init(content, index: index, width: width)
    }

    private static func index(groups: [[UInt8]]) -> UInt64? {
        var index: UInt64 = 0
        for (position, group) in groups.enumerated() {
            let isLast = position == groups.count - 1
            let digits = isLast ? group[...] : group.dropFirst()
            let zero = UInt8(ascii: "0")
            guard digits.count == 3, isLast || group.first == UInt8(ascii: "x"),
                digits.allSatisfy({ (zero...zero + 9).contains($0) })
            else { return nil }
            let value = digits.reduce(0) { $0 * 10 + UInt64($1 - zero) }
            // One index has one path: no leading group of zeros.
            if position == 0, !isLast, value == 0 { return nil }
            let (scaled, overflowed) = index.multipliedReportingOverflow(by: 1000)
            let (sum, carried) = scaled.addingReportingOverflow(value)
            guard !overflowed, !carried else { return nil }
            index = sum
        }
        return index
    }

    /// The path, relative to the log's prefix.
    public var path: String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            let padded = String(repeating: "0", count: 3 - digits.count) + digits
            groups.append(groups.isEmpty ? padded : "x" + padded)
            rest /= 1000
        } while rest > 0
        let kind =
            switch content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        let partial = isPartial ? ".p/\(width)" : ""
        return "tile/\(kind)/\(groups.reversed().joined(separator: "/"))\(partial)"
    }
}

extension TileCoordinate {
    /// The bundle that holds the entry at `leaf` in a log of `size` entries; a leaf outside gives
    /// `nil`.
    public static func bundle(of leaf: LeafIndex, in size: TreeSize) -> TileCoordinate? {
        guard leaf.value < size.value else { return nil }
        return containing(leaf.value, of: size.value, .entries)
    }

    /// The tile from which the hash of `node` can be computed in a log of `size` entries; a node
    /// that is not wholly inside gives `nil`.
    public static func tile(of node: NodeCoordinate, in size: TreeSize) -> TileCoordinate? {
        guard node.index < size.value >> UInt64(node.level) else { return nil }
        let level = node.level / levelsInTile
        // Smaller than the number of hashes in the tile's level, so nothing is shifted out.
        let first = node.index << UInt64(node.level % levelsInTile)
        return containing(
            first, of: size.value >> UInt64(level * levelsInTile), .hashes(level: level))
    }

    /// Whether a log of `size` entries has everything that the tile holds.
    package func isWithin(_ size: TreeSize) -> Bool {
        var items = size.value
        if case .hashes(let level) = content {
            guard level < Limits.tileLevels / Self.levelsInTile else { return false }
            items >>= UInt64(level * Self.levelsInTile)
        }
        let (before, overflowed) = index.multipliedReportingOverflow(by: UInt64(Limits.tileWidth))
        return !overflowed && before <= items && UInt64(width) <= items - before
    }

    /// The tree levels that one tile spans: 256 is 2^8.
    static let levelsInTile = 8

    /// The tile that holds the item at `position` among `count` items.
    static func containing(
        _ position: UInt64, of count: UInt64, _ content: Content
    ) -> TileCoordinate {
        let width = UInt64(Limits.tileWidth)
        let index = position / width
        let isFull = index < count / width
        return TileCoordinate(
            checked: content, index: index, width: isFull ? Limits.tileWidth : Int(count % width))
    }
}
