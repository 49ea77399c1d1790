import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Proofs made from tiles, against the recursive definition and the verifier.
@Suite struct TileProofTests {
    static let small = (0..<300).map { MerkleTree.leafHash(of: [UInt8($0 >> 8), UInt8($0 & 255)]) }
    static let smallTree = StoredTree(leaves: small)
    static let large = StoredTree(
        leaves: (0..<66_000).map { MerkleTree.leafHash(of: UInt64($0).bigEndianBytes) })

    /// Every leaf of every size up to 128 and around 256, in a log of that size and in one of 300.
    @Test(arguments: [1...70, 71...105, 106...128, 255...258])
    func inclusion(sizes: ClosedRange<Int>) throws {
        var wrong: [String] = []
        for size in sizes {
            let leaves = Self.small[..<size]
            for index in 0..<size {
                let plan = try ProofPlan.inclusion(
                    of: LeafIndex(UInt64(index)), in: TreeSize(UInt64(size)))
                let expected = ReferenceTree.path(index, leaves)
                for stored in [size, 300] {
                    if try Self.smallTree.path(plan, stored: stored) != expected {
                        wrong.append("\(index) of \(size), \(stored) stored")
                    }
                }
            }
        }
        #expect(wrong == [])
    }

    /// Every pair of sizes up to 128 and around 256.
    @Test(arguments: [1...80, 81...128, 255...258])
    func consistency(sizes: ClosedRange<Int>) throws {
        var wrong: [String] = []
        for size in sizes {
            for old in 1...size {
                let plan = try ProofPlan.consistency(
                    from: TreeSize(UInt64(old)), to: TreeSize(UInt64(size)))
                let expected = ReferenceTree.consistency(old, Self.small[..<size])
                for stored in [size, 300] {
                    if try Self.smallTree.path(plan, stored: stored) != expected {
                        wrong.append("\(old) to \(size), \(stored) stored")
                    }
                }
            }
        }
        #expect(wrong == [])
    }

    /// Around the sizes at which tiles and levels fill up, by the verifier.
    @Test func largeSizes() throws {
        let sizes = [
            255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_281, 65_535, 65_536, 65_537, 65_792,
            65_999, 66_000,
        ]
        var checked = 0
        for size in sizes {
            let head = Self.large.head(size)
            let root = try Self.large.path(.root(of: head.size), stored: size)
            #expect(root == [head.root])
            for index in sizes + [0, 1, 254, 65_534] where index < size {
                let leaf = LeafIndex(UInt64(index))
                let plan = try ProofPlan.inclusion(of: leaf, in: head.size)
                for stored in [size, 66_000] {
                    let path = try Self.large.path(plan, stored: stored)
                    try InclusionProof(path: path).verify(
                        leaf: Self.large.levels[0][index], at: leaf, in: head)
                    checked += 1
                }
            }
            for old in [1, 2, 128] + sizes where old <= size {
                let oldHead = Self.large.head(old)
                let plan = try ProofPlan.consistency(from: oldHead.size, to: head.size)
                for stored in [size, 66_000] {
                    let path = try Self.large.path(plan, stored: stored)
                    try ConsistencyProof(path: path).verify(from: oldHead, to: head)
                    checked += 1
                }
            }
        }
        #expect(checked > 600)
    }

    @Test func refusedPlans() throws {
        let five = TreeSize(5)
        #expect(throws: ProofError.leafOutOfRange(LeafIndex(5), five)) {
            try ProofPlan.inclusion(of: LeafIndex(5), in: five)
        }
        #expect(throws: ProofError.leafOutOfRange(LeafIndex(0), .zero)) {
            try ProofPlan.inclusion(of: LeafIndex(0), in: .zero)
        }
        #expect(throws: ProofError.emptyOldTree) {
            try ProofPlan.consistency(from: .zero, to: five)
        }
        #expect(throws: ProofError.treeShrank(from: five, to: TreeSize(4))) {
            try ProofPlan.consistency(from: five, to: TreeSize(4))
        }
        #expect(ProofPlan.root(of: .zero).nodes == [])
        let plan = try ProofPlan.inclusion(of: LeafIndex(0), in: five)
        #expect(throws: TileError.self) { try plan.tiles(in: TreeSize(3)) }
        let tile = try #require(TileCoordinate(.hashes(level: 0), index: 0, width: 5))
        #expect(throws: TileError.missingTile(tile)) { try plan.path(from: [:], stored: five) }
        let narrow = TileTree(try HashTile(hashes: [Digest.zero]))
        #expect(throws: TileError.missingTile(tile)) {
            try plan.path(from: [tile: narrow], stored: five)
        }
    }

    /// The largest trees there can be are planned without trapping.
    @Test func hugeTrees() throws {
        let size = TreeSize(.max)
        for index: UInt64 in [0, 1 << 63 - 1, 1 << 63, .max - 1] {
            let plan = try ProofPlan.inclusion(of: LeafIndex(index), in: size)
            let path = plan.path { _ in MerkleTree.emptyRoot }
            #expect(path.count >= 63)
            #expect(try plan.tiles(in: size).count <= plan.nodes.count)
        }
        for old: UInt64 in [1, 1 << 63, .max - 1, .max] {
            let plan = try ProofPlan.consistency(from: TreeSize(old), to: size)
            #expect(try plan.tiles(in: size).allSatisfy { $0.width >= 1 })
        }
    }
}
