import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Paths, bundles and growth plans.
@Suite struct TileTests {
    /// Growing in any two steps writes what growing in one does, apart from partial tiles that a
    /// later one replaces, and each plan holds just what changed.
    @Test func growthPlans() throws {
        var wrong: [String] = []
        let sizes: [UInt64] = [
            0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000, 131_072,
        ]
        for old in sizes {
            for new in sizes {
                let plan = TilePlan(from: TreeSize(old), to: TreeSize(new))
                guard old <= new else {
                    if plan != nil { wrong.append("\(old) to \(new)") }
                    continue
                }
                let grown = try #require(plan)
                let expected = Self.tiles(at: new).subtracting(Self.tiles(at: old))
                let actual = Set(grown.tiles + grown.bundles)
                if actual != expected || actual.count != grown.tiles.count + grown.bundles.count {
                    wrong.append("\(old) to \(new)")
                }
            }
        }
        #expect(wrong == [])
    }

    /// Every tile and bundle of a log of `size`, found by walking over every item.
    static func tiles(at size: UInt64) -> Set<TileCoordinate> {
        var tiles: Set<TileCoordinate> = []
        for level in 0..<8 {
            let count = Int(size >> UInt64(8 * level))
            for first in stride(from: 0, to: count, by: 256) {
                let width = min(256, count - first)
                let index = UInt64(first / 256)
                tiles.formUnion(
                    [TileCoordinate(.hashes(level: level), index: index, width: width)].compactMap(
                        \.self))
                if level == 0 {
                    tiles.formUnion(
                        [TileCoordinate(.entries, index: index, width: width)].compactMap(\.self))
                }
            }
        }
        return tiles
    }

    @Test func bundlesReadBackAndRefuseEveryCut() throws {
        let entries: [[UInt8]] = [[], [1], [UInt8](repeating: 7, count: 300), []]
        let bundle = try EntryBundle(entries: entries)
        #expect(try EntryBundle(bytes: bundle.bytes, width: 4) == bundle)
        for count in 0..<bundle.bytes.count {
            #expect(throws: TileError.self) {
                try EntryBundle(bytes: [UInt8](bundle.bytes.prefix(count)), width: 4)
            }
        }
        #expect(throws: TileError.trailingBytes(1)) {
            try EntryBundle(bytes: bundle.bytes + [0], width: 4)
        }
        #expect(throws: TileError.trailingBytes(2)) {
            try EntryBundle(bytes: bundle.bytes, width: 3)
        }
        for width in [0, 257, -1] {
            #expect(throws: TileError.wrongItemCount(width)) {
                try EntryBundle(bytes: bundle.bytes, width: width)
            }
        }
        let longest = [UInt8](repeating: 1, count: Limits.entryBytes)
        #expect(try EntryBundle(entries: [longest]).bytes.count == 65_537)
        #expect(throws: TileError.entryTooLarge(65_536)) {
            try EntryBundle(entries: [longest + [1]])
        }
        #expect(throws: TileError.wrongItemCount(0)) { try EntryBundle(entries: []) }
    }

    @Test func hashTilesHaveOneLength() throws {
        let tile = try HashTile(hashes: [MerkleTree.emptyRoot, .zero])
        #expect(try HashTile(bytes: tile.bytes, width: 2) == tile)
        for count in [0, 32, 63, 65, 96] {
            #expect(throws: TileError.wrongByteCount(actual: count, expected: 64)) {
                try HashTile(bytes: [UInt8](repeating: 0, count: count), width: 2)
            }
        }
        #expect(throws: TileError.wrongItemCount(257)) { try HashTile(bytes: [], width: 257) }
        #expect(throws: TileError.wrongItemCount(0)) { try HashTile(hashes: []) }
    }

    /// Every path with one byte changed is refused or names another tile.
    @Test func everyPathHasOneSpelling() throws {
        let paths = [
            "tile/0/000", "tile/63/x001/x234/067.p/89", "tile/entries/x123/456.p/255",
            "tile/entries/000", "tile/0/x018/x446/x744/x073/x709/x551/615",
        ]
        var wrong: [String] = []
        for path in paths {
            let coordinate = try #require(TileCoordinate(path: path.utf8), "\(path)")
            #expect(coordinate.path == path)
            for changed in Mutations.ofEveryByte([UInt8](path.utf8)) {
                guard let other = TileCoordinate(path: changed) else { continue }
                if [UInt8](other.path.utf8) != changed { wrong.append(other.path) }
            }
        }
        #expect(wrong == [])
        #expect(TileCoordinate(path: "tile/0/x018/x446/x744/x073/x709/x551/616".utf8) == nil)
        for other in [
            "", "tile", "tile/0", "tile/entries", "tile//000", "/tile/0/000", "checkpoint",
        ] {
            #expect(TileCoordinate(path: other.utf8) == nil, "\(other)")
        }
        #expect(TileCoordinate(.hashes(level: 64), index: 0) == nil)
        #expect(TileCoordinate(.entries, index: 0, width: 0) == nil)
        #expect(TileCoordinate(.entries, index: 0, width: 257) == nil)
    }
}
