import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Proofs and roots against the recursive definition, on every small tree.
@Suite struct MerkleProofTests {
    static let limit = 128
    static let leaves = (0..<limit).map { MerkleTree.leafHash(of: [UInt8($0)]) }

    @Test func growingEdgeHasTheReferenceRootAtEverySize() {
        var range = CompactRange()
        var wrong: [Int] = []
        for size in 0...Self.limit {
            if range.root != ReferenceTree.root(Self.leaves[..<size]) { wrong.append(size) }
            if size < Self.limit { range.append(Self.leaves[size]) }
        }
        #expect(wrong == [])
        #expect(range.size.value == UInt64(Self.limit))
    }

    /// Every leaf of every tree up to the limit verifies, and with any one hash replaced, left out
    /// or added it does not.
    @Test(arguments: [1...40, 41...80, 81...limit])
    func inclusionProofs(sizes: ClosedRange<Int>) {
        var wrong: [String] = []
        for size in sizes {
            let leaves = Self.leaves[..<size]
            let head = TreeHead(
                size: TreeSize(UInt64(size)), root: ReferenceTree.root(leaves))
            for index in 0..<size {
                let path = ReferenceTree.path(index, leaves)
                func accepts(_ path: [Digest], _ index: Int) -> Bool {
                    do throws(ProofError) {
                        try InclusionProof(path: path).verify(
                            leaf: leaves[index % size], at: LeafIndex(UInt64(index)), in: head)
                        return true
                    } catch { return false }
                }
                if !accepts(path, index) { wrong.append("\(index) of \(size) refused") }
                for altered in Self.alterations(of: path) where accepts(altered, index) {
                    wrong.append("\(index) of \(size) accepted although altered")
                }
                if accepts(path, index + size) { wrong.append("\(index) outside \(size) accepted") }
            }
        }
        #expect(wrong == [])
    }

    /// Every pair of sizes up to the limit is consistent, and with any one hash altered is not.
    @Test(arguments: [1...60, 61...100, 101...limit])
    func consistencyProofs(sizes: ClosedRange<Int>) {
        var wrong: [String] = []
        for size in sizes {
            let new = TreeHead(
                size: TreeSize(UInt64(size)), root: ReferenceTree.root(Self.leaves[..<size]))
            for oldSize in 1...size {
                let old = TreeHead(
                    size: TreeSize(UInt64(oldSize)),
                    root: ReferenceTree.root(Self.leaves[..<oldSize]))
                func accepts(_ path: [Digest], _ old: TreeHead) -> Bool {
                    do throws(ProofError) {
                        try ConsistencyProof(path: path).verify(from: old, to: new)
                        return true
                    } catch { return false }
                }
                let path = ReferenceTree.consistency(oldSize, Self.leaves[..<size])
                if !accepts(path, old) { wrong.append("\(oldSize) to \(size) refused") }
                for altered in Self.alterations(of: path) where accepts(altered, old) {
                    wrong.append("\(oldSize) to \(size) accepted although altered")
                }
                let other = TreeHead(size: old.size, root: MerkleTree.emptyRoot)
                if accepts(path, other) { wrong.append("\(oldSize) to \(size), other old root") }
            }
        }
        #expect(wrong == [])
    }

    /// `path` with each one hash replaced or left out, and with one added at each end.
    static func alterations(of path: [Digest]) -> [[Digest]] {
        var altered = [path + [MerkleTree.emptyRoot], [MerkleTree.emptyRoot] + path]
        for position in path.indices {
            var replaced = path
            replaced[position] = MerkleTree.emptyRoot
            var shortened = path
            shortened.remove(at: position)
            altered += [replaced, shortened]
        }
        return altered
    }
}
