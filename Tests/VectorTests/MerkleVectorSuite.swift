import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folder merkle.
@Suite struct MerkleVectorSuite {
    static func leaves(_ count: Int) -> [Digest] {
        (0..<count).map { MerkleTree.leafHash(of: [UInt8](String($0).utf8)) }
    }

    /// The hash that stands for many proofs: each its length and its hashes.
    static func accumulated(_ proofs: [[Digest]]) -> Digest {
        var state = SHA256()
        for proof in proofs {
            state.update(UInt8(proof.count))
            for hash in proof { state.update(hash) }
        }
        return state.finalize()
    }

    @Test func roots() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("merkle/roots.json", count: 131) {
            let size = Int(try vector.count("size"))
            let leaves = Self.leaves(size)
            let title = "size \(size)"
            if try MerkleTree.root(ofLeafHashes: leaves) != vector.digest("root") {
                wrong.append("\(title): root")
            }
            let paths = (0..<size).map { ReferenceTree.path($0, leaves[...]) }
            if try Self.accumulated(paths) != vector.digest("inclusionDigest") {
                wrong.append("\(title): inclusion")
            }
            let chains = (0..<size).map { ReferenceTree.consistency($0 + 1, leaves[...]) }
            if try Self.accumulated(chains) != vector.digest("consistencyDigest") {
                wrong.append("\(title): consistency")
            }
        }
        #expect(wrong == [])
    }

    static func word(_ error: ProofError) -> Set<String> {
        switch error {
        case .leafOutOfRange: ["rejected: range"]
        case .wrongPathLength: ["rejected: length"]
        case .treeShrank: ["rejected: shrank"]
        case .emptyOldTree: ["rejected: empty"]
        case .rootMismatch, .oldRootMismatch: ["rejected: root"]
        }
    }

    @Test func inclusion() throws {
        try VectorFile.compare("merkle/inclusion.json", count: 456) { vector in
            let path = try #require(try vector.digests("proof"))
            let head = TreeHead(
                size: TreeSize(try vector.count("size")), root: try vector.digest("root"))
            let leaf = try vector.digest("leafHash")
            let index = LeafIndex(try vector.count("index"))
            do throws(ProofError) {
                try InclusionProof(path: path).verify(leaf: leaf, at: index, in: head)
                return ["accept"]
            } catch { return Self.word(error) }
        }
    }

    @Test func consistency() throws {
        try VectorFile.compare("merkle/consistency.json", count: 435) { vector in
            let path = try #require(try vector.digests("proof"))
            let old = TreeHead(
                size: TreeSize(try vector.count("old")), root: try vector.digest("oldRoot"))
            let new = TreeHead(
                size: TreeSize(try vector.count("new")), root: try vector.digest("newRoot"))
            do throws(ProofError) {
                try ConsistencyProof(path: path).verify(from: old, to: new)
                return ["accept"]
            } catch { return Self.word(error) }
        }
    }
}
