import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct TreeEdgeTests {
    /// At every small size the head is the recursive definition's, and the edge that is read back
    /// from the tiles written so far is the one that wrote them.
    @Test func readsBackAtEverySize() {
        var edge = TreeEdge()
        var tiles: [TilePosition: [Digest]] = [:]
        var leaves: [Digest] = []
        var wrong: [Int] = []
        for size in 1...700 {
            let leaf = MerkleTree.leafHash(of: [UInt8(truncatingIfNeeded: size), 7])
            leaves.append(leaf)
            edge.append(leaf)
            for update in edge.takeUpdates() {
                tiles[update.position] = update.hashes
            }
            let positions = TreeEdge.positions(for: TreeSize(UInt64(size)))
            let back = TreeEdge(
                size: TreeSize(UInt64(size)), tiles: positions.map { tiles[$0] })
            if back != edge || edge.head.root != ReferenceTree.root(leaves[...]) {
                wrong.append(size)
            }
        }
        #expect(wrong == [])
    }

    /// A tree of more than 256 times 256 leaves has three levels of tiles.
    @Test func growsAThirdLevel() {
        var edge = TreeEdge()
        var tiles: [TilePosition: [Digest]] = [:]
        let leaf = MerkleTree.leafHash(of: [])
        for _ in 0..<(65536 + 256 + 1) {
            edge.append(leaf)
            for update in edge.takeUpdates() {
                tiles[update.position] = update.hashes
            }
        }
        #expect(tiles[TilePosition(level: 2, index: 0)]?.count == 1)
        #expect(tiles[TilePosition(level: 1, index: 0)]?.count == 256)
        #expect(tiles[TilePosition(level: 1, index: 1)]?.count == 1)
        #expect(tiles[TilePosition(level: 0, index: 257)]?.count == 1)
        let positions = TreeEdge.positions(for: edge.size)
        #expect(TreeEdge(size: edge.size, tiles: positions.map { tiles[$0] }) == edge)
        let missing = TreeEdge(
            size: edge.size, tiles: positions.map { $0.level == 1 ? nil : tiles[$0] })
        #expect(missing == nil)
    }

    /// Tiles that are wider than the size asks for give the edge at that size.
    @Test func readsAnEarlierSizeFromLaterTiles() {
        var edge = TreeEdge()
        var earlier = edge
        var tiles: [TilePosition: [Digest]] = [:]
        for number in 0..<300 {
            edge.append(MerkleTree.leafHash(of: [UInt8(truncatingIfNeeded: number)]))
            for update in edge.takeUpdates() {
                tiles[update.position] = update.hashes
            }
            if number == 269 { earlier = edge }
        }
        let size = TreeSize(270)
        #expect(
            TreeEdge(size: size, tiles: TreeEdge.positions(for: size).map { tiles[$0] }) == earlier)
    }
}
