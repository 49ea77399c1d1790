import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The subject index against a second, recursive computation, and its proofs against changes.
@Suite struct SubjectIndexTests {
    static func key(_ number: Int) throws -> IndexKey {
        try #require(IndexKey(.signer, Text("member-\(number)")))
    }

    static func indexes(_ numbers: UInt64...) -> [LeafIndex] { numbers.map { LeafIndex($0) } }

    /// A map of `count` keys, key i in i % 5 + 1 entries.
    static func map(_ count: Int) throws -> (map: SubjectIndexMap, lists: [Int: [LeafIndex]]) {
        var map = SubjectIndexMap()
        var lists: [Int: [LeafIndex]] = [:]
        for number in 0..<count {
            for step in 0...(number % 5) {
                let index = LeafIndex(UInt64(number * 10 + step))
                try map.insert(index, for: try key(number))
                lists[number, default: []].append(index)
            }
        }
        return (map, lists)
    }

    /// The definition of formats.md section 8, from a sorted list of places and values.
    static func root(_ items: [(place: Digest, value: [UInt8])], depth: Int = 0) -> Digest {
        guard let first = items.first else { return .zero }
        if items.count == 1 { return SHA256.hash([2] + first.place.bytes + first.value) }
        let left = root(items.filter { !$0.place.bit(at: depth) }, depth: depth + 1)
        let right = root(items.filter { $0.place.bit(at: depth) }, depth: depth + 1)
        return SHA256.hash([3] + left.bytes + right.bytes)
    }

    @Test func rootsAgreeWithTheDefinition() throws {
        for count in [0, 1, 2, 3, 7, 40, 200] {
            let (map, lists) = try Self.map(count)
            let items = try lists.map { number, list in
                let tree = ReferenceTree.root(
                    list.map { MerkleTree.leafHash(of: $0.value.bigEndianBytes) }[...])
                let value = UInt64(list.count).bigEndianBytes + tree.bytes
                return (place: try Self.key(number).place, value: value)
            }
            #expect(map.root == Self.root(items))
            #expect(map.keyCount == UInt64(count))
        }
        #expect(SubjectIndexMap().root == .zero)
    }

    static func accepts(
        _ proof: SubjectIndexProof, _ indexes: [LeafIndex], _ key: IndexKey, _ root: Digest
    ) -> Bool {
        do throws(SubjectIndexError) {
            try proof.verify(indexes, of: key, root: root)
            return true
        } catch { return false }
    }

    /// Every present and 60 absent keys verify; with any sibling replaced, left out or added, any
    /// other list, another end or another key's place they do not.
    @Test(arguments: [1, 2, 3, 16, 60]) func proofs(count: Int) throws {
        let (map, lists) = try Self.map(count)
        var wrong: [String] = []
        var ends: Set<String> = []
        for number in 0..<count + 60 {
            let key = try Self.key(number)
            let list = lists[number] ?? []
            let proof = map.proof(of: key)
            #expect(map.indexes(of: key) == list)
            if !Self.accepts(proof, list, key, map.root) { wrong.append("\(number) refused") }
            if !list.isEmpty {
                #expect(proof.end == .leaf)
                if Self.accepts(proof, list.dropLast(), key, map.root) { wrong.append("shorter") }
            } else {
                ends.insert(proof.end == .empty ? "empty" : "other")
            }
            if Self.accepts(proof, list + [LeafIndex(9_999)], key, map.root) {
                wrong.append("longer")
            }
            for altered in try Self.alterations(of: proof)
            where Self.accepts(altered, list, key, map.root) {
                wrong.append("\(number) accepted although altered")
            }
            let stranger = try Self.key(number + 1_000)
            if proof.end == .leaf, Self.accepts(proof, list, stranger, map.root) {
                wrong.append("another key")
            }
            if Self.accepts(proof, list, key, MerkleTree.emptyRoot) { wrong.append("root") }
        }
        #expect(wrong == [])
        if count >= 16 { #expect(ends == ["empty", "other"]) }
    }

    static func alterations(of proof: SubjectIndexProof) throws -> [SubjectIndexProof] {
        var altered: [SubjectIndexProof] = []
        for siblings in MerkleProofTests.alterations(of: proof.siblings) {
            altered.append(try SubjectIndexProof(siblings: siblings, end: proof.end))
        }
        for position in proof.siblings.indices {
            for bit in [0, 255] {
                var siblings = proof.siblings
                var bytes = siblings[position].bytes
                bytes[bit / 8] ^= 1 << UInt8(7 - bit % 8)
                siblings[position] = try #require(Digest(bytes: bytes))
                altered.append(try SubjectIndexProof(siblings: siblings, end: proof.end))
            }
        }
        let value = try IndexValue(indexes: indexes(1))
        let ends: [SubjectIndexProof.End] = [
            .leaf, .empty, .other(place: MerkleTree.emptyRoot, value: value),
        ]
        for end in ends where end != proof.end {
            altered.append(try SubjectIndexProof(siblings: proof.siblings, end: end))
        }
        return altered
    }

    /// A leaf of another key proves absence only where the walk of the wanted key would meet it.
    @Test func anotherKeyMustStandOnTheWalk() throws {
        let (map, _) = try Self.map(16)
        let present = try Self.key(3)
        let leaf = map.proof(of: present)
        let value = try IndexValue(indexes: map.indexes(of: present))
        let forged = try SubjectIndexProof(
            siblings: leaf.siblings, end: .other(place: present.place, value: value))
        #expect(throws: SubjectIndexError.otherKeyIsTheKey) {
            try forged.verify([], of: present, root: map.root)
        }
        let elsewhere = try #require(
            try (100..<200).map(Self.key).first {
                $0.place.bit(at: 0) != present.place.bit(at: 0)
            })
        #expect(throws: SubjectIndexError.otherKeyElsewhere) {
            try forged.verify([], of: elsewhere, root: map.root)
        }
    }

    @Test func refusedForms() throws {
        let key = try Self.key(0)
        #expect(throws: SubjectIndexError.tooManySiblings(257)) {
            try SubjectIndexProof(siblings: [Digest](repeating: .zero, count: 257), end: .empty)
        }
        let full = [Digest](repeating: MerkleTree.emptyRoot, count: 256)
        #expect(throws: SubjectIndexError.notCanonical) {
            try SubjectIndexProof(siblings: full, end: .empty).verify([], of: key, root: .zero)
        }
        #expect(throws: SubjectIndexError.notCanonical) {
            try SubjectIndexProof(siblings: [.zero], end: .leaf)
                .verify(Self.indexes(1), of: key, root: .zero)
        }
        let lone = try SubjectIndexProof(siblings: [], end: .leaf)
        #expect(throws: SubjectIndexError.emptyList) { try lone.verify([], of: key, root: .zero) }
        #expect(throws: SubjectIndexError.notAscending(LeafIndex(2), LeafIndex(2))) {
            try lone.verify(Self.indexes(2, 2), of: key, root: .zero)
        }
        #expect(throws: SubjectIndexError.notAscending(LeafIndex(2), LeafIndex(1))) {
            try lone.verify(Self.indexes(2, 1), of: key, root: .zero)
        }
        #expect(throws: SubjectIndexError.indexesOfAbsentKey(1)) {
            try SubjectIndexProof(siblings: [], end: .empty)
                .verify(Self.indexes(1), of: key, root: .zero)
        }
        try SubjectIndexProof(siblings: [], end: .empty).verify([], of: key, root: .zero)
        var map = SubjectIndexMap()
        try map.insert(LeafIndex(4), for: key)
        let before = map
        #expect(throws: SubjectIndexError.notAscending(LeafIndex(4), LeafIndex(4))) {
            try map.insert(LeafIndex(4), for: key)
        }
        #expect(map == before)
    }

    @Test func keysAndValues() throws {
        let hex = Text(MerkleTree.emptyRoot.hex)
        let key = try #require(IndexKey(.about, hex))
        #expect(key == IndexKey(.about, MerkleTree.emptyRoot))
        #expect(
            key.place
                == SHA256.hash(
                    [UInt8]("assay-index-v1".utf8) + [0] + [UInt8]("about".utf8) + [0] + hex.utf8))
        #expect(IndexKey(.subject, "abc") == nil)
        #expect(IndexKey(.subject, Text(MerkleTree.emptyRoot.hex.uppercased())) == nil)
        #expect(IndexKey(.signer, "") == nil)
        #expect(IndexKey(.type, "a\u{0}b") == nil)
        #expect(IndexKey(.signer, MerkleTree.emptyRoot) == nil)
        let value = try IndexValue(indexes: Self.indexes(0, 1, 7))
        #expect(IndexValue(bytes: value.bytes) == value)
        #expect(value.bytes.count == 40)
        #expect(IndexValue(bytes: value.bytes.dropLast()) == nil)
        #expect(IndexValue(bytes: [UInt8](repeating: 0, count: 40)) == nil)
    }
}
