import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folder tlog-proof.
@Suite struct ProofVectorSuite {
    static func word(_ error: TLogProofError) -> Set<String> {
        switch error {
        case .unknownHeader: ["malformed: header"]
        case .malformedExtra: ["malformed: extra"]
        case .malformedIndex: ["malformed: index"]
        case .malformedHash, .tooManyHashes: ["malformed: hash"]
        case .noCheckpoint: ["malformed: separator", "malformed: checkpoint"]
        case .inclusion: ["rejected: inclusion"]
        case .policy(.note(.noKnownSignature)), .policy(.noLogSignature): ["rejected: log"]
        case .policy(.note(.rejectedSignature)): ["rejected: signature"]
        case .policy(.quorumNotMet): ["rejected: quorum"]
        case .note: ["malformed: checkpoint"]
        case .tooLarge, .policy: ["\(error)"]
        }
    }

    @Test func parsing() throws {
        try VectorFile.compare("tlog-proof/parse.json", count: 33) { vector in
            let bytes = try vector.raw("proof")
            do {
                let proof = try TLogProof(bytes: bytes)
                let note = try SignedNote(bytes: proof.checkpoint)
                _ = try Checkpoint(noteText: note.text)
                let extra = try #require(vector["extra"])
                let same =
                    try proof.index.value == vector.count("index")
                    && proof.inclusion.path == vector.digests("hashes")
                    && proof.checkpoint == vector.string("checkpoint").utf8
                    && extra.text?.string == proof.extra.map { Base64.encode($0) }
                    && proof.bytes == bytes
                return [same ? "accept" : "read otherwise"]
            } catch let error as TLogProofError {
                return Self.word(error)
            } catch is NoteError {
                return ["malformed: checkpoint"]
            } catch is CheckpointError {
                return ["malformed: checkpoint"]
            }
        }
    }

    @Test func judging() throws {
        try VectorFile.compare("tlog-proof/judge.json", count: 22) { vector in
            let policy = try TrustPolicy(text: try vector.string("policy"))
            let leaf = MerkleTree.leafHash(of: try vector.base64("entry"))
            let bytes = try vector.raw("proof")
            do {
                _ = try TLogProof(bytes: bytes).verify(leafHash: leaf, policy: policy)
                return ["accept"]
            } catch let error as TLogProofError {
                return Self.word(error)
            }
        }
    }
}
