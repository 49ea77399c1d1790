import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folder tiles.
@Suite struct TileVectorSuite {
    @Test func paths() throws {
        try VectorFile.compare("tiles/paths.json", count: 105) { vector in
            let path = try vector.raw("path")
            guard let tile = TileCoordinate(path: path) else { return [try vector.refusal()] }
            let level =
                switch tile.content {
                case .hashes(let level): String(level)
                case .entries: "entries"
                }
            let same =
                try level == vector.string("level").string
                && tile.index == vector.count("index")
                && UInt64(tile.width) == vector.count("width") && [UInt8](tile.path.utf8) == path
            return [same ? "accept" : "read otherwise"]
        }
    }

    /// The last tile of each level, and where the one after it would be.
    @Test func widths() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("tiles/widths.json", count: 22) {
            let size = try vector.count("size")
            for (level, counts) in try vector.list("levels").enumerated() {
                let (full, partial) = (try counts.count("full"), try counts.count("partial"))
                let nodes = level == 0 ? size : size >> UInt64(8 * level)
                guard nodes > 0 else { continue }
                let last = try #require(NodeCoordinate(level: 8 * level, index: nodes - 1))
                let tile = TileCoordinate.tile(of: last, in: TreeSize(size))
                let wanted = TileCoordinate(
                    .hashes(level: level), index: partial == 0 ? full - 1 : full,
                    width: partial == 0 ? 256 : Int(partial))
                if tile != wanted { wrong.append("size \(size), level \(level)") }
            }
            guard size > 0 else { continue }
            let counts = try #require(vector["bundles"])
            let (full, partial) = (try counts.count("full"), try counts.count("partial"))
            let bundle = TileCoordinate.bundle(of: LeafIndex(size - 1), in: TreeSize(size))
            let wanted = TileCoordinate(
                .entries, index: partial == 0 ? full - 1 : full,
                width: partial == 0 ? 256 : Int(partial))
            if bundle != wanted { wrong.append("size \(size), bundle") }
        }
        #expect(wrong == [])
    }

    @Test func growth() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("tiles/growth.json", count: 14) {
            let plan = try #require(
                TilePlan(
                    from: TreeSize(try vector.count("old")), to: TreeSize(try vector.count("new"))))
            let tiles = try vector.strings("tiles").map(\.string)
            let bundles = try vector.strings("bundles").map(\.string)
            if plan.tiles.map(\.path) != tiles || plan.bundles.map(\.path) != bundles {
                wrong.append(try vector.string("name").string)
            }
        }
        #expect(wrong == [])
    }

    /// Tiles recomputed from the leaves by the reference tree.
    @Test func contents() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("tiles/contents.json", count: 6) {
            let size = Int(try vector.count("size"))
            let leaves = MerkleVectorSuite.leaves(size)
            if try MerkleTree.root(ofLeafHashes: leaves) != vector.digest("root") {
                wrong.append("size \(size): root")
            }
            for listed in try vector.list("tiles") {
                let path = try listed.string("path")
                let tile = try #require(TileCoordinate(path: path.utf8))
                guard case .hashes(let level) = tile.content else { continue }
                let span = 1 << (8 * level)
                let hashes = (0..<tile.width).map { column in
                    let start = (Int(tile.index) * 256 + column) * span
                    return MerkleTree.root(ofLeafHashes: leaves[start..<start + span])
                }
                let bytes = try HashTile(hashes: hashes).bytes
                let again = try HashTile(bytes: bytes, width: tile.width)
                if try SHA256.hash(bytes) != listed.digest("sha256") || again.hashes != hashes {
                    wrong.append("size \(size): \(path)")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test func entryBundles() throws {
        try VectorFile.compare("tiles/entry-bundles.json", count: 13) { vector in
            let bytes = try vector.base64("bundle")
            let width = Int(try vector.count("width"))
            do {
                let bundle = try EntryBundle(bytes: bytes, width: width)
                let entries = try vector.strings("entries").map { Base64.decode($0.utf8) }
                let same = bundle.entries == entries && bundle.bytes == bytes
                return [same ? "accept" : "read otherwise"]
            } catch let error as TileError {
                switch error {
                case .truncatedEntry: return ["malformed: cut", "malformed: count"]
                case .trailingBytes, .wrongItemCount: return ["malformed: count"]
                default: return ["\(error)"]
                }
            }
        }
    }
}

extension JSONValue {
    /// What a refusal without a reason fits: any class and reason but `accept`.
    func refusal() throws -> String {
        let wanted = try expected
        return wanted == "accept" ? "refused" : wanted
    }
}
