import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folder subject-index.
@Suite struct SubjectIndexVectorSuite {
    static func key(_ vector: JSONValue) throws -> IndexKey? {
        guard let kind = IndexKey.Kind(rawValue: try vector.string("kind").string) else {
            return nil
        }
        return IndexKey(kind, try vector.string("value"))
    }

    @Test func keys() throws {
        for vector in try VectorFile.cases("subject-index/keys.json", count: 8) {
            #expect(try Self.key(vector)?.place == vector.digest("key"))
        }
    }

    @Test func values() throws {
        for vector in try VectorFile.cases("subject-index/values.json", count: 7) {
            let indexes = try vector.counts("indexes").map(LeafIndex.init)
            #expect(try IndexValue(indexes: indexes).bytes == vector.base64("value"))
        }
    }

    @Test func maps() throws {
        for vector in try VectorFile.cases("subject-index/maps.json", count: 7) {
            var map = SubjectIndexMap()
            for entry in try vector.list("entries") {
                let key = try #require(try Self.key(entry))
                for index in try entry.counts("indexes") {
                    try map.insert(LeafIndex(index), for: key)
                }
            }
            #expect(try map.root == vector.digest("root"))
            #expect(try map.keyCount == vector.count("keys"))
            for entry in try vector.list("entries") {
                let key = try #require(try Self.key(entry))
                let indexes = try entry.counts("indexes").map(LeafIndex.init)
                try map.proof(of: key).verify(indexes, of: key, root: map.root)
            }
        }
    }

    static func word(_ error: SubjectIndexError) -> Set<String> {
        switch error {
        case .emptyList, .notAscending, .indexesOfAbsentKey: ["malformed: indexes"]
        case .tooManySiblings: ["malformed: siblings"]
        case .otherKeyIsTheKey, .otherKeyElsewhere: ["rejected: other-key"]
        case .notCanonical, .rootMismatch: ["rejected: root"]
        case .tooManyIndexes: ["\(error)"]
        }
    }

    @Test func lookups() throws {
        try VectorFile.compare("subject-index/lookups.json", count: 70) { vector in
            guard let key = try Self.key(vector) else {
                // A value that no such key can have has no place in any map either.
                return ["malformed: kind", "rejected: root"]
            }
            guard let siblings = try vector.digests("siblings") else {
                return ["malformed: siblings"]
            }
            let indexes = try vector.list("indexes").map {
                LeafIndex(try #require($0.number?.count))
            }
            let end: SubjectIndexProof.End
            switch vector["end"]?.text {
            case "leaf": end = .leaf
            case "empty": end = .empty
            default:
                let other = try #require(vector["end"])
                guard let place = Digest(hex: try other.string("key").utf8),
                    let value = IndexValue(bytes: try other.base64("value"))
                else { return ["malformed: end"] }
                end = .other(place: place, value: value)
            }
            let root = try vector.digest("root")
            do throws(SubjectIndexError) {
                try SubjectIndexProof(siblings: siblings, end: end)
                    .verify(indexes, of: key, root: root)
                return ["accept"]
            } catch { return Self.word(error) }
        }
    }
}
