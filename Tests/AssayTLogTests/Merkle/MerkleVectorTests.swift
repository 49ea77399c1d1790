import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published probes of RFC 6962 proofs.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct MerkleVectorTests {
    /// The digest that base64 text spells; another length is refused, as the reader of any proof
    /// does, and a null is an empty text.
    static func digest(_ value: JSONValue?) -> Digest? {
        Digest(base64: value?.text?.utf8 ?? [])
    }

    static func path(_ value: JSONValue?) -> [Digest]? {
        let items = value?.array ?? []
        let digests = items.compactMap(digest)
        return digests.count == items.count ? digests : nil
    }

    /// The root of a consistency probe.
    ///
    /// Upstream compares roots of equal sizes without a look at
    /// their length, so for the probe whose roots are twelve bytes of text their hash stands in.
    static func root(_ value: JSONValue?) -> Digest? {
        if let bytes = Base64.decode(value?.text?.utf8 ?? []),
            bytes.starts(with: "don't care".utf8)
        {
            return SHA256.hash(bytes)
        }
        return digest(value)
    }

    @Test func inclusionProbes() throws {
        let cases = try SharedFolder.json("vectors/merkle/inclusion.json").list("cases")
        var wrong: [Text] = []
        var accepted = 0
        for probe in cases {
            var isAccepted = false
            if let root = Self.digest(probe["root"]), let leaf = Self.digest(probe["leafHash"]),
                let path = Self.path(probe["proof"])
            {
                let head = TreeHead(size: TreeSize(try probe.count("treeSize")), root: root)
                let index = LeafIndex(try probe.count("leafIdx"))
                do throws(ProofError) {
                    try InclusionProof(path: path).verify(leaf: leaf, at: index, in: head)
                    isAccepted = true
                } catch {}
            }
            accepted += isAccepted ? 1 : 0
            if try isAccepted != probe.flag("accept") { wrong.append(try probe.string("file")) }
        }
        #expect(wrong == [])
        #expect(cases.count == 98)
        #expect(accepted == 6)
    }

    @Test func consistencyProbes() throws {
        let cases = try SharedFolder.json("vectors/merkle/consistency.json").list("cases")
        var wrong: [Text] = []
        var accepted = 0
        for probe in cases {
            var isAccepted = false
            if let root1 = Self.root(probe["root1"]), let root2 = Self.root(probe["root2"]),
                let path = Self.path(probe["proof"])
            {
                let old = TreeHead(size: TreeSize(try probe.count("size1")), root: root1)
                let new = TreeHead(size: TreeSize(try probe.count("size2")), root: root2)
                do throws(ProofError) {
                    try ConsistencyProof(path: path).verify(from: old, to: new)
                    isAccepted = true
                } catch {}
            }
            accepted += isAccepted ? 1 : 0
            if try isAccepted != probe.flag("accept") { wrong.append(try probe.string("file")) }
        }
        #expect(wrong == [])
        #expect(cases.count == 98)
        #expect(accepted == 6)
    }

    @Test func knownTreeOfEightLeaves() throws {
        let known = try SharedFolder.json("vectors/merkle/rfc6962_kat.json")
        let hashes = try known.list("hashes").map { try $0.digest("hex") }
        #expect(
            hashes == [
                MerkleTree.emptyRoot, MerkleTree.leafHash(of: []),
                MerkleTree.leafHash(of: [UInt8]("L123456".utf8)),
                SHA256.hash([1] + [UInt8]("N123N456".utf8)),
            ])
        let leaves = try known.strings("leaves_hex").map {
            MerkleTree.leafHash(of: try #require(Hex.decode($0.utf8)))
        }
        #expect(try leaves.map { Text($0.hex) } == known.strings("leaf_hashes_hex"))
        let roots = (1...8).map { MerkleTree.root(ofLeafHashes: leaves.prefix($0)) }
        #expect(try roots.map { Text($0.hex) } == known.strings("roots_hex_for_size_1_to_8"))

        let inclusion = try known.list("all_inclusion_proofs_derived")
        let consistency = try known.list("all_consistency_proofs_derived")
        #expect(inclusion.count == 36)
        #expect(consistency.count == 36)
        for proof in inclusion {
            let (index, size) = (try proof.count("index"), try proof.count("tree_size"))
            let path = try proof.strings("proof_hex").compactMap { Digest(hex: $0.utf8) }
            try InclusionProof(path: path).verify(
                leaf: leaves[Int(index)], at: LeafIndex(index),
                in: TreeHead(size: TreeSize(size), root: roots[Int(size) - 1]))
        }
        for proof in consistency {
            let (old, new) = (try proof.count("size1"), try proof.count("size2"))
            let path = try proof.strings("proof_hex").compactMap { Digest(hex: $0.utf8) }
            try ConsistencyProof(path: path).verify(
                from: TreeHead(size: TreeSize(old), root: roots[Int(old) - 1]),
                to: TreeHead(size: TreeSize(new), root: roots[Int(new) - 1]))
        }
    }
}
