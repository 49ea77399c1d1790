import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folders disclosures and samples.
@Suite struct CommitmentVectorSuite {
    static func words(_ error: DisclosureError) -> Set<String> {
        switch error {
        case .notBase64URL: ["malformed: base64url"]
        case .notJSON: ["malformed: json"]
        case .notAnArray, .wrongLength, .saltIsNoText, .nameIsNoText, .wrongKind:
            ["malformed: elements"]
        case .reservedName: ["malformed: reserved-name"]
        case .malformedDigests: ["malformed: digests"]
        case .givenTwice: ["rejected: repeated-disclosure"]
        case .notReferenced: ["rejected: unreferenced"]
        case .digestTwice: ["rejected: repeated-digest"]
        case .nameCollision: ["rejected: name-taken"]
        default: ["\(error)"]
        }
    }

    @Test func disclosures() throws {
        try VectorFile.compare("disclosures/disclosures.json", count: 41) { vector in
            let predicate = try StrictJSON.parse(try vector.string("predicate").utf8)
            let texts = try vector.strings("disclosures")
            do {
                let shown = try texts.map { try Disclosure($0) }
                let resolved = try ResolvedDocument(predicate, disclosures: shown)
                let revealed = try JCS.serialize(resolved.processed)
                return try [revealed == vector.string("revealed").utf8 ? "accept" : "otherwise"]
            } catch let error as DisclosureError {
                return Self.words(error)
            }
        }
    }

    @Test func sampleTrees() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("samples/trees.json", count: 5) {
            let title = try vector.string("name").string
            let secret = try #require(SampleSecret(bytes: try vector.hex("secret")))
            let samples = try vector.list("samples")
            let records = try samples.map {
                try SampleRecord(bytes: try $0.string("record").utf8)
            }
            let tree = try SampleTree(records: records, secret: secret)
            if try tree.head.root != vector.digest("root") { wrong.append("\(title): root") }
            for (position, sample) in samples.enumerated() {
                let index = UInt64(position)
                let salt = secret.salt(at: index)
                let transcript = secret.transcriptCommitment(
                    to: try sample.string("transcript").utf8, at: index)
                let leaf = MerkleTree.leafHash(of: salt + records[position].bytes)
                let same =
                    try salt == sample.hex("salt") && leaf == sample.digest("leaf")
                    && secret.transcriptSalt(at: index) == sample.hex("transcriptSalt")
                    && transcript == records[position].transcript
                    && records[position].bytes == sample.string("record").utf8
                if !same { wrong.append("\(title): sample \(position)") }
                _ = try tree.opening(at: LeafIndex(index)).verified(
                    against: tree.commitment(transcripts: .committed))
            }
        }
        #expect(wrong == [])
    }

    @Test func openings() throws {
        try VectorFile.compare("samples/openings.json", count: 45) { vector in
            let opening = SampleOpening(
                index: LeafIndex(try vector.count("index")), salt: try vector.base64("salt"),
                record: try vector.base64("record"),
                proof: InclusionProof(path: try #require(try vector.digests("proof"))))
            let commitment = EvaluationResult.SampleCommitment(
                algorithm: .assaySamples1, count: try vector.count("count"),
                root: try vector.digest("root"), transcripts: .committed)
            do throws(SampleOpeningError) {
                _ = try opening.verified(against: commitment)
                return ["accept"]
            } catch {
                switch error {
                case .wrongSaltLength: return ["malformed: salt"]
                case .notCommitted: return ["rejected: commitment"]
                default: return ["\(error)"]
                }
            }
        }
    }

    @Test func challenges() throws {
        for vector in try VectorFile.cases("samples/challenges.json", count: 11) {
            let challenge = SampleChallenge(
                entry: try vector.digest("leafHash"), nonce: try vector.digest("nonce"),
                count: try vector.count("count"), drawCount: Int(try vector.count("wanted")))
            #expect(try challenge?.indexes.map(\.value) == vector.counts("indexes"))
        }
    }
}
