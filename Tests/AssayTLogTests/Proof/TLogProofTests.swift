import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published tlog-proofs.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct TLogProofVectorTests {
    @Test func texts() throws {
        let file = try SharedFolder.json("vectors/proof/tlog_proof.json")
        let written = try file.list("marshal")
        for vector in written {
            let path = try vector.strings("hashes").compactMap { Digest(base64: $0.utf8) }
            let extra = vector["extra_b64"]?.text.flatMap { Base64.decode($0.utf8) }
            let proof = try TLogProof(
                extra: extra, index: LeafIndex(vector.count("index")),
                inclusion: InclusionProof(path: path),
                checkpoint: vector.string("checkpoint").utf8)
            #expect(try proof.bytes == vector.string("text").utf8)
            #expect(try TLogProof(bytes: proof.bytes) == proof)
        }
        let refused = try file.list("parse_reject")
        for vector in refused {
            let bytes = try vector.string("text").utf8
            let why = try vector.string("why")
            #expect(throws: TLogProofError.self, "\(why)") {
                try TLogProof(bytes: bytes)
            }
        }
        #expect([written.count, refused.count] == [3, 13])
    }

    /// The policy of a vector.
    ///
    /// Most have a group that the quorum does not use, with members that another group has already,
    /// which tlog-policy forbids ("listed as a group member at most once"); so these are refused as
    /// they stand, and are read without that line.
    static func policy(_ text: Text) throws -> TrustPolicy {
        let surplus = "group any-of any W1 W2\n"
        guard text.string.contains(surplus) else { return try TrustPolicy(text: text) }
        let error = #expect(throws: PolicyError.self) { try TrustPolicy(text: text) }
        #expect(error?.reason == .repeatedMember("W1"))
        let lines = text.string.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { $0 + "\n" != surplus }
        return try TrustPolicy(text: Text(lines.joined(separator: "\n")))
    }

    /// Where ML-DSA-44 cannot be checked, the five proofs whose quorum needs it are undecided,
    /// which is neither accepted nor refused; every refusal stands all the same.
    @Test func endToEnd() throws {
        let cases = try SharedFolder.json("vectors/proof/tlog_proof.json").list("verify")
        var wrong: [String] = []
        var (accepted, undecided) = (0, 0)
        for vector in cases {
            let policy = try Self.policy(vector.string("policy"))
            let leaf = MerkleTree.leafHash(of: try vector.string("leaf_data_utf8").utf8)
            var outcome = "reject"
            do {
                let proof = try TLogProof(bytes: vector.string("proof").utf8)
                #expect(try proof.bytes == vector.string("proof").utf8)
                _ = try proof.verify(leafHash: leaf, policy: policy)
                outcome = "accept"
                accepted += 1
            } catch TLogProofError.policy(.quorumUndecided(let evidence)) {
                undecided += 1
                #expect(evidence.unavailableWitnesses == ["W2"])
                continue
            } catch is TLogProofError {}
            if try Text(outcome) != vector.string("expect") {
                wrong.append(try vector.string("id").string)
            }
        }
        #expect(wrong == [])
        #expect(cases.count == 19)
        #expect(accepted == (MLDSA44.isAvailable ? 7 : 2))
        #expect(undecided == (MLDSA44.isAvailable ? 0 : 5))
    }

    @Test func exampleFiles() throws {
        let policy = try Self.policy(
            #require(Text(validating: SharedFolder.bytes("vectors/proof/example.policy"))))
        let bytes = try SharedFolder.bytes("vectors/proof/example.tlog-proof")
        let proof = try TLogProof(bytes: bytes)
        #expect(proof.bytes == bytes)
        let note = try SignedNote(bytes: proof.checkpoint)
        let evidence = try policy.judge(note)
        try proof.inclusion.verify(
            leaf: MerkleTree.leafHash(of: [UInt8]("four".utf8)), at: proof.index,
            in: evidence.checkpoint.head)
        #expect(
            evidence.quorum
                == (MLDSA44.isAvailable ? .satisfied : .undecided(unavailable: ["W2"])))
    }
}

/// Our own proofs, with Ed25519 alone.
@Suite struct TLogProofTests {
    struct Fixture {
        let proof: TLogProof
        let policy: TrustPolicy
        let leaf: Digest
    }

    static func fixture() throws -> Fixture {
        let tree = StoredTree(leaves: (0..<13).map { MerkleTree.leafHash(of: [UInt8($0)]) })
        let log = try NoteFixtures.signer("log.example", .ed25519)
        let witnesses = try ["w1", "w2", "w3"].map {
            try NoteFixtures.signer($0, .ed25519Cosignature)
        }
        let origin = try #require(Origin("log.example"))
        let checkpoint = Checkpoint(origin: origin, head: tree.head(13))
        var lines = [try log.sign(checkpoint, at: .unstated)]
        for (position, witness) in witnesses.dropLast().enumerated() {
            let time = try #require(UnixSeconds(1_767_225_600 + UInt64(position)))
            lines.append(try witness.sign(checkpoint, at: time))
        }
        let note = try SignedNote(text: checkpoint.noteText, signatures: lines)
        let leaf = LeafIndex(9)
        let path = try tree.path(.inclusion(of: leaf, in: TreeSize(13)), stored: 13)
        let policyText =
            "log \(log.verifierKey.text)\n"
            + witnesses.map { "witness \($0.verifierKey.name) \($0.verifierKey.text)\n" }.joined()
            + "group g 2 w1 w2 w3\nquorum g\n"
        return Fixture(
            proof: try TLogProof(
                extra: [1, 2, 3], index: leaf, inclusion: InclusionProof(path: path),
                checkpoint: note.bytes),
            policy: try TrustPolicy(text: Text(policyText)), leaf: tree.levels[0][9])
    }

    @Test func ownProofVerifies() throws {
        let fixture = try Self.fixture()
        let read = try TLogProof(bytes: fixture.proof.bytes)
        #expect(read == fixture.proof)
        let evidence = try read.verify(leafHash: fixture.leaf, policy: fixture.policy)
        #expect(evidence.witnesses.map(\.name) == ["w1", "w2"])
        #expect(evidence.observedBy?.value == 1_767_225_601)
    }

    /// Every byte changed, left out or doubled is refused, but for the extra data, which nothing
    /// authenticates.
    @Test func everyChangedByteIsRefused() throws {
        let fixture = try Self.fixture()
        var accepted: [TLogProof] = []
        var tried = 0
        for changed in Mutations.ofEveryByte(fixture.proof.bytes) {
            tried += 1
            do throws(TLogProofError) {
                let proof = try TLogProof(bytes: changed)
                _ = try proof.verify(leafHash: fixture.leaf, policy: fixture.policy)
                accepted.append(proof)
            } catch {}
        }
        #expect(tried > 6_000)
        for proof in accepted {
            #expect(proof.extra != fixture.proof.extra)
            #expect(proof.checkpoint == fixture.proof.checkpoint)
            #expect(proof.inclusion == fixture.proof.inclusion)
        }
    }

    @Test func limits() throws {
        let fixture = try Self.fixture()
        let tall = InclusionProof(path: [Digest](repeating: .zero, count: 63))
        let proof = try TLogProof(
            index: LeafIndex(0), inclusion: tall, checkpoint: fixture.proof.checkpoint)
        #expect(try TLogProof(bytes: proof.bytes) == proof)
        let lines = String(repeating: "\(Digest.zero.base64)\n", count: 64)
        #expect(throws: TLogProofError.tooManyHashes(64)) {
            try TLogProof(bytes: [UInt8]("c2sp.org/tlog-proof@v1\nindex 0\n\(lines)\nx\n".utf8))
        }
        #expect(throws: TLogProofError.noCheckpoint) {
            try TLogProof(index: LeafIndex(0), inclusion: tall, checkpoint: [])
        }
        #expect(throws: TLogProofError.malformedExtra) {
            try TLogProof(bytes: [UInt8]("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\nx\n".utf8))
        }
    }
}
