import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct SampleTreeTests {
    static func secret() throws -> SampleSecret {
        try #require(SampleSecret(bytes: [UInt8](0..<32)))
    }

    static func transcript(_ position: Int) -> [UInt8] { [UInt8]("transcript \(position)".utf8) }

    static func records(_ count: Int, secret: SampleSecret) throws -> [SampleRecord] {
        try (0..<count).map { position in
            try SampleRecord(
                key: SampleRecord.Key(
                    id: position < 3
                        ? .number(Int64(position) - 1) : .text(Text("q\(position / 2 + 100)")),
                    epoch: position < 3 ? 1 : UInt64(position % 2) + 1),
                item: AttestationFixtures.digest("item \(position)"),
                output: position == 2 ? nil : AttestationFixtures.digest("output \(position)"),
                scores: [
                    SampleRecord.Score(name: "match", value: "1.0"),
                    SampleRecord.Score(
                        name: "includes", value: ["C", .null, true],
                        answerDigest: AttestationFixtures.digest("answer \(position)")),
                ],
                error: position == 2, limit: position == 4 ? "tokens" : nil,
                transcript: secret.transcriptCommitment(
                    to: transcript(position), at: UInt64(position)))
        }
    }

    static func refusal(
        _ opening: SampleOpening, _ commitment: EvaluationResult.SampleCommitment
    ) -> SampleOpeningError? {
        do throws(SampleOpeningError) {
            _ = try opening.verified(against: commitment)
            return nil
        } catch { return error }
    }

    @Test func recordsAreCanonicalJSON() throws {
        let records = try Self.records(4, secret: try Self.secret())
        let text = String(decoding: records[2].bytes, as: UTF8.self)
        let answer = AttestationFixtures.digest("answer 2").hex
        #expect(
            text == #"{"epoch":1,"error":true,"id":1,"invalidated":false,"#
                + #""item":"\#(AttestationFixtures.digest("item 2").hex)","limit":null,"#
                + #""output":null,"scores":{"includes":{"answerDigest":"\#(answer)","#
                + #""value":["C",null,true]},"match":{"answerDigest":null,"value":"1.0"}},"#
                + #""transcript":"\#(records[2].transcript?.hex ?? "")"}"#)
        for record in records { #expect(try SampleRecord(bytes: record.bytes) == record) }
        for wrong in [
            text + " ", text.replacing(#""error":true"#, with: #""error":1"#),
            text.replacing(#""value":"1.0""#, with: #""value":1.0"#),
            text.replacing(#""id":1"#, with: #""id":1.0"#),
            text.replacing("{\"epoch\":1,", with: "{\"x\":1,\"epoch\":1,"),
            text.replacing(#""epoch":1,"error":true,"#, with: #""error":true,"epoch":1,"#),
        ] {
            #expect(wrong != text)
            #expect(throws: AttestationError.self) { try SampleRecord(bytes: [UInt8](wrong.utf8)) }
        }
    }

    /// Root and leaves agree with the definition, computed here in the plainest way.
    @Test func rootIsTheOneOfTheFormat() throws {
        let secret = try Self.secret()
        for count in 0...9 {
            let records = try Self.records(count, secret: secret)
            let tree = try SampleTree(records: records, secret: secret)
            let leaves = records.enumerated().map { position, record in
                let message = [UInt8]("assay-sample".utf8) + UInt64(position).bigEndianBytes
                let salt = HMACSHA256.code(key: [UInt8](0..<32), message: message).bytes.prefix(16)
                return SHA256.hash([0] + salt + record.bytes)
            }
            #expect(tree.head.root == ReferenceTree.root(leaves[...]))
            #expect(tree.head.size == TreeSize(UInt64(count)))
        }
    }

    @Test func everyOpeningVerifiesAndNoAlteredOneDoes() throws {
        let secret = try Self.secret()
        let records = try Self.records(11, secret: secret)
        let tree = try SampleTree(records: records, secret: secret)
        let commitment = tree.commitment(transcripts: .committed)
        var wronglyTaken: [String] = []
        for position in records.indices {
            let opening = try tree.opening(at: LeafIndex(UInt64(position)))
            #expect(try opening.verified(against: commitment) == records[position])
            #expect(
                try opening.verified(
                    against: commitment, transcript: Self.transcript(position),
                    transcriptSalt: secret.transcriptSalt(at: UInt64(position)))
                    == records[position])
            var salt = opening.salt
            salt[0] ^= 1
            var record = opening.record
            record[9] ^= 1
            let next = LeafIndex(UInt64((position + 1) % records.count))
            let altered = [
                SampleOpening(
                    index: next, salt: opening.salt, record: opening.record, proof: opening.proof),
                SampleOpening(
                    index: opening.index, salt: salt, record: opening.record,
                    proof: opening.proof),
                SampleOpening(
                    index: opening.index, salt: opening.salt, record: record,
                    proof: opening.proof),
                SampleOpening(
                    index: opening.index, salt: opening.salt + opening.record.prefix(1),
                    record: [UInt8](opening.record.dropFirst()), proof: opening.proof),
            ]
            for (kind, opening) in altered.enumerated()
            where Self.refusal(opening, commitment) == nil {
                wronglyTaken.append("record \(position), change \(kind)")
            }
            do throws(SampleOpeningError) {
                _ = try opening.verified(
                    against: commitment, transcript: Self.transcript(position + 1),
                    transcriptSalt: secret.transcriptSalt(at: UInt64(position)))
                wronglyTaken.append("transcript \(position)")
            } catch { continue }
        }
        #expect(wronglyTaken == [])
        #expect(throws: ProofError.leafOutOfRange(LeafIndex(11), TreeSize(11))) {
            try tree.opening(at: LeafIndex(11))
        }
    }

    @Test func recordsMustBeInOrder() throws {
        let secret = try Self.secret()
        var records = try Self.records(6, secret: secret)
        records.swapAt(1, 2)
        #expect(throws: SampleTreeError.outOfOrder(at: 2)) {
            try SampleTree(records: records, secret: secret)
        }
        records[2] = records[1]
        #expect(throws: SampleTreeError.duplicateKey(at: 2)) {
            try SampleTree(records: records, secret: secret)
        }
        let keys = [
            SampleRecord.Key(id: .number(-2), epoch: 9), .init(id: .number(10), epoch: 1),
            .init(id: .text("10"), epoch: 1), .init(id: .text("9"), epoch: 1),
            .init(id: .text("9"), epoch: 2), .init(id: .text("\u{e000}"), epoch: 1),
            .init(id: .text("\u{10000}"), epoch: 1),
        ]
        #expect(keys.reversed().sorted() == keys)
    }

    @Test func challengesDrawEverySampleOnce() throws {
        let entry = AttestationFixtures.digest("entry")
        let nonce = AttestationFixtures.digest("nonce")
        let challenge = try #require(
            SampleChallenge(entry: entry, nonce: nonce, count: 7, drawCount: 7))
        #expect(challenge.indexes.map(\.value).sorted() == [UInt64](0..<7))
        // The first numbers of the first block, read as the format says.
        let block = SHA256.hash(
            [UInt8]("assay-challenge-v1".utf8) + entry.bytes + nonce.bytes
                + [UInt8](repeating: 0, count: 8)
        ).bytes
        let first = try #require(UInt64(bigEndianBytes: block[0..<8])) % 7
        #expect(challenge.indexes.first == LeafIndex(first))
        let other = try #require(
            SampleChallenge(
                entry: entry, nonce: AttestationFixtures.digest("other"), count: 1 << 40,
                drawCount: 5))
        #expect(other.indexes.count == 5)
        #expect(other.indexes.allSatisfy { $0.value < 1 << 40 })
        #expect(SampleChallenge(entry: entry, nonce: nonce, count: 3, drawCount: 4) == nil)
        #expect(SampleChallenge(entry: entry, nonce: nonce, count: 0, drawCount: 0) != nil)
        let chance = SampleChallenge.detection(drawCount: 300, count: 100_000, doctoredCount: 1000)
        #expect(chance > 0.95 && chance < 0.96)
        #expect(SampleChallenge.detection(drawCount: 10, count: 10, doctoredCount: 1) == 1)
        #expect(SampleChallenge.detection(drawCount: 0, count: 10, doctoredCount: 1) == 0)
    }
}
