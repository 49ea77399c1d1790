import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published paths, and a whole small log as another implementation wrote it.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct TileVectorTests {
    @Test func paths() throws {
        let file = try SharedFolder.json("vectors/tiles/paths.json")
        let bundles = try file.list("entries_path_for_index")
        for vector in bundles {
            let coordinate = TileCoordinate.bundle(
                of: LeafIndex(try vector.count("index")),
                in: TreeSize(try vector.count("tree_size")))
            #expect(try Text(#require(coordinate).path) == vector.string("path"))
        }
        let tiles = try file.list("tile_path")
        for vector in tiles {
            let width = Int(try vector.count("width"))
            let coordinate = try #require(
                TileCoordinate(
                    .hashes(level: Int(try vector.count("level"))), index: vector.count("index"),
                    width: width == 0 ? 256 : width))
            let path = try vector.string("path")
            #expect(Text(coordinate.path) == path)
            #expect(TileCoordinate(path: path.utf8) == coordinate)
        }
        func path(_ vector: JSONValue) throws -> [UInt8] {
            [UInt8]("tile/".utf8) + (try vector.string("level").utf8) + [UInt8(ascii: "/")]
                + (try vector.string("index").utf8)
        }
        let accepted = try file.list("parse_ok")
        for vector in accepted {
            let coordinate = try #require(TileCoordinate(path: path(vector)))
            let width = Int(try vector.count("want_width"))
            #expect(
                try coordinate
                    == TileCoordinate(
                        .hashes(level: Int(vector.count("want_level"))),
                        index: vector.count("want_index"), width: width == 0 ? 256 : width))
            #expect(try [UInt8](coordinate.path.utf8) == path(vector))
        }
        let refused = try file.list("parse_reject") + file.list("parse_reject_derived")
        for vector in refused {
            #expect(TileCoordinate(path: try path(vector)) == nil, "\(vector)")
        }
        #expect([bundles.count, tiles.count, accepted.count, refused.count] == [7, 6, 4, 21])
    }

    /// Width and number of tiles for tree sizes, as the growth plan of a log has them.
    @Test func tilesForSizes() throws {
        let cases = try SharedFolder.json("vectors/tiles/paths.json")
            .list("tiles_for_size_derived")
        for vector in cases {
            let size = try vector.count("tree_size")
            for level in try vector.list("levels") {
                let number = Int(try level.count("level"))
                let (full, width) = (try level.count("full"), try level.count("partial_width"))
                // From one leaf before the size at which the level got its last hash.
                let shift = UInt64(8 * number)
                let old = size <= 70_000 ? 0 : (size >> shift) << shift - 1
                let plan = try #require(TilePlan(from: TreeSize(old), to: TreeSize(size)))
                let tiles = plan.tiles.filter { $0.content == .hashes(level: number) }
                let last = try #require(tiles.last)
                #expect(last.index == (width == 0 ? full - 1 : full))
                #expect(last.width == (width == 0 ? 256 : Int(width)))
                if old == 0 { #expect(tiles.count { !$0.isPartial } == Int(full)) }
            }
        }
        #expect(cases.count == 10)
    }

    /// Every checkpoint, tile and bundle of the log agrees with its entries.
    @Test func publishedLog() throws {
        let folder = "vectors/tiles/tessera-log/"
        let log = try SharedFolder.json("vectors/tiles/tessera-log.json")
        let entries = try log.strings("entries_utf8").map(\.utf8)
        let key = try VerifierKey(text: log.string("vkey"))
        let tree = StoredTree(leaves: entries.map { MerkleTree.leafHash(of: $0) })
        #expect(try tree.roots.map { Text($0.hex) } == log.strings("roots_hex"))
        #expect(entries.count == 15)
        var files = 0
        for size in 0...15 {
            let note = try SignedNote(bytes: SharedFolder.bytes("\(folder)checkpoint.\(size)"))
            #expect(try note.open(with: [key]).verified.map(\.key) == [key])
            let checkpoint = try Checkpoint(noteText: note.text)
            #expect(try checkpoint.origin.text == log.string("origin"))
            #expect(checkpoint.head == tree.head(size))
            files += 1
            guard size > 0 else { continue }
            let plan = try #require(
                TilePlan(from: TreeSize(UInt64(size - 1)), to: TreeSize(UInt64(size))))
            #expect(plan.tiles.count == 1)
            for tile in plan.tiles {
                #expect(try SharedFolder.bytes(folder + tile.path) == tree.tile(tile)?.bytes)
                files += 1
            }
            for coordinate in plan.bundles {
                let bytes = try SharedFolder.bytes(folder + coordinate.path)
                let bundle = try EntryBundle(bytes: bytes, width: coordinate.width)
                #expect(bundle.entries == [[UInt8]](entries.prefix(size)))
                #expect(bundle.bytes == bytes)
                files += 1
            }
        }
        #expect(files == 46)
    }
}
