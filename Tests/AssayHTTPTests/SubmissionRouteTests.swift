import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import HTTPTypes
import Testing

@testable import AssayHTTP

/// `POST /entries` and `POST /entries/batch`.
@Suite struct SubmissionRouteTests {
    let fixture: LedgerFixture
    let ledger: Ledger
    let service: ServiceFixture

    init() async throws {
        fixture = try LedgerFixture()
        ledger = try await fixture.openInMemory().ledger
        service = ServiceFixture(ledger)
    }

    @Test func answersANewEntryWith201AndItsBundle() async throws {
        let entry = LogEntry(try fixture.envelope(1))
        let answer = await service.ask(.post, "/entries", body: entry.bytes)
        #expect(answer.status == .created)
        #expect(answer.fields[.location] == "/entries/1")
        let json = try answer.json
        #expect(json["index"]?.number?.count == 1)
        #expect(json["leafHash"]?.text == Text(entry.leafHash.hex))
        #expect(json["treeSize"]?.number?.count == 2)
        let bundle = try Bundle(parsing: JCS.serialize(try #require(json["bundle"])))
        #expect(bundle.ledger == fixture.ledger)
        #expect(bundle.entries.contains { $0.entry == entry.bytes && $0.role == .claim })
    }

    @Test func answersTheSameEnvelopeAgainWith200AndTheSameEntry() async throws {
        let body = try fixture.envelope(1).canonicalEntry
        let first = await service.ask(.post, "/entries", body: body)
        let second = await service.ask(.post, "/entries?wait=signed", body: body)
        #expect(first.status == .created)
        #expect(second.status == .ok)
        #expect(try first.json["index"] == second.json["index"])
        #expect(second.fields[.location] == "/entries/1")
    }

    /// Bodies that the ledger itself refuses, with the code and status of each.
    @Test func refusesBadEnvelopes() async throws {
        let good = try fixture.envelope(1)
        let text = String(decoding: good.canonicalEntry, as: UTF8.self)
        let stranger = try PrivateKey.generate(.ed25519)
        var wrongSignature = good.signatures[0].bytes
        wrongSignature[0] ^= 1
        let other = try fixture.statement(1, ledger: LedgerID(SHA256.hash([1])))
        let cases: [(String, [UInt8], String, HTTPResponse.Status)] = [
            ("nothing", [], "malformed", .badRequest),
            ("no JSON", Array("no".utf8), "malformed", .badRequest),
            ("cut short", Array(good.canonicalEntry.dropLast()), "malformed", .badRequest),
            (
                "a member twice", Array(("{\"payload\":\"\"," + text.dropFirst()).utf8),
                "malformed", .badRequest
            ),
            (
                "another payload type",
                Array(text.replacing("vnd.in-toto+json", with: "vnd.other+json").utf8),
                "malformed", .badRequest
            ),
            (
                "a wrong signature",
                try Envelope(
                    payload: good.payload,
                    signatures: [
                        .init(keyID: good.signatures[0].keyID, bytes: wrongSignature)
                    ]
                ).canonicalEntry, "signature-invalid", .forbidden
            ),
            (
                "an unknown signer",
                try Envelope.sign(good.payload, with: [stranger]).canonicalEntry,
                "signer-unknown", .forbidden
            ),
            (
                "the ledger's key",
                try Envelope.sign(good.payload, with: [fixture.entryKey]).canonicalEntry,
                "not-entitled", .forbidden
            ),
            (
                "another ledger",
                try Envelope.sign(
                    other.payload, with: [AttestationFixtures.key("northland attest")]
                ).canonicalEntry, "malformed", .badRequest
            ),
            ("the genesis again", fixture.genesis.bytes, "", .ok),
            (
                "70,000 bytes", Array(repeating: UInt8(ascii: " "), count: 70_000),
                "malformed", .badRequest
            ),
            (
                "one byte more than a body may have",
                Array(repeating: UInt8(ascii: " "), count: 128 * 1024 + 1),
                "too-large", .contentTooLarge
            ),
        ]
        for (name, body, code, status) in cases {
            let answer = await service.ask(.post, "/entries", body: body)
            #expect(answer.status == status, "\(name): \(answer.text)")
            #expect(try answer.problemCode ?? "" == code, "\(name)")
        }
        #expect(await ledger.size == TreeSize(1))
    }

    /// The table of service.md, every code of it.
    @Test func answersEveryRefusalWithItsStatus() async throws {
        let receipt = Receipt(
            index: LeafIndex(7), leafHash: SHA256.hash([7]), isNew: true, treeSize: TreeSize(9))
        let table: [(Refusal, Int, retries: Bool)] = [
            (.malformed("x"), 400, false), (.signatureInvalid("x"), 403, false),
            (.signerUnknown("x"), 403, false), (.keyNotInForce("x"), 403, false),
            (.notEntitled("x"), 403, false), (.referenceUnknown("x"), 409, false),
            (.charterConflict("x"), 409, false), (.tooLarge("x"), 413, false),
            (.algorithmUnavailable("x"), 422, false),
            (.rateLimited("x", retryAfterSeconds: 3), 429, true), (.queueFull, 503, true),
            (.storageFull, 503, true), (.storageUnavailable("x"), 503, true),
            (.noQuorum(receipt), 503, true),
        ]
        #expect(Set(table.map(\.0.code)) == Set(Refusal.Code.allCases))
        let body = try fixture.envelope(1).canonicalEntry
        for (refusal, status, retries) in table {
            let scripted = ServiceFixture(ScriptedLedger(base: ledger, refusal: refusal))
            let answer = await scripted.ask(.post, "/entries", body: body)
            #expect(answer.status.code == status)
            #expect(try answer.problemCode == refusal.code.rawValue)
            #expect((answer.fields[.retryAfter] != nil) == retries)
            let line = await scripted.ask(.post, "/entries/batch", body: body + [10])
            #expect(line.status == .ok)
            #expect(try line.json["code"]?.text == Text(refusal.code.rawValue))
            #expect(try line.json["status"]?.number?.count == UInt64(status))
            if case .noQuorum = refusal {
                #expect(try answer.json["index"]?.number?.count == 7)
                #expect(try answer.json["leafHash"]?.text == Text(receipt.leafHash.hex))
            }
        }
    }

    @Test func answersALedgerWithAnUnmetQuorum() async throws {
        let fixture = try LedgerFixture(hasWitnesses: true)
        let service = ServiceFixture(try await fixture.openInMemory().ledger)
        let body = try fixture.envelope(1).canonicalEntry
        let answer = await service.ask(.post, "/entries", body: body)
        #expect(try answer.problemCode == "no-quorum")
        #expect(try answer.json["index"]?.number?.count == 1)
        let signed = await service.ask(.post, "/entries?wait=signed", body: body)
        #expect(signed.status == .ok)
    }

    @Test func answersEachLineOfABatchInOrder() async throws {
        var lines: [[UInt8]] = []
        for number in 0..<100 { lines.append(try fixture.envelope(number).canonicalEntry) }
        lines.insert(Array("bad".utf8), at: 50)
        lines.insert([], at: 70)
        lines.append(lines[0])
        let answer = await service.ask(
            .post, "/entries/batch", body: Array(lines.joined(separator: [10])) + [10])
        #expect(answer.status == .ok)
        #expect(answer.fields[.contentType] == "application/x-ndjson")
        let answers = answer.bytes.split(separator: 10)
        #expect(answers.count == 103)
        var indexes: Set<UInt64> = []
        for (position, (line, text)) in zip(lines, answers).enumerated() {
            let json = try StrictJSON.parse(Array(text))
            if [50, 70].contains(position) {
                #expect(json["code"]?.text == "malformed")
            } else {
                #expect(
                    json["leafHash"]?.text == Text(MerkleTree.leafHash(of: line).hex),
                    "line \(position)")
                indexes.insert(try #require(json["index"]?.number?.count))
            }
        }
        #expect(indexes == Set(1...100))
        #expect(await ledger.size == TreeSize(101))
    }

    @Test func refusesBadBatches() async throws {
        for body in [[], [10]] as [[UInt8]] {
            let answer = await service.ask(.post, "/entries/batch", body: body)
            if body.isEmpty {
                #expect(try answer.problemCode == "malformed")
            } else {
                #expect(try answer.json["code"]?.text == "malformed")
            }
        }
        let most = [UInt8](repeating: 10, count: 4096)
        let full = await service.ask(.post, "/entries/batch", body: most)
        #expect(full.bytes.split(separator: 10).count == 4096)
        let many = await service.ask(.post, "/entries/batch", body: most + [10])
        #expect(try many.problemCode == "too-large")
        let long = await service.ask(
            .post, "/entries/batch",
            body: Array(repeating: UInt8(ascii: " "), count: 128 * 1024 + 1) + [10])
        #expect(try long.json["code"]?.text == "too-large")
        let huge = await service.ask(
            .post, "/entries/batch",
            body: Array(repeating: UInt8(ascii: " "), count: 16 * 1024 * 1024 + 1))
        #expect(huge.status == .contentTooLarge)
    }

    @Test func refusesEncodedBodiesAndBadWaits() async throws {
        for route in ["/entries", "/entries/batch"] {
            let zipped = await service.ask(
                .post, route, body: [1], fields: [.contentEncoding: "gzip"])
            #expect(zipped.status == .unsupportedMediaType)
            #expect(try zipped.problemCode == "encoding-unsupported")
            let wait = await service.ask(.post, route + "?wait=never", body: [1])
            #expect(try wait.problemCode == "malformed")
        }
    }

    @Test func limitsTheRateOfAnAddress() async throws {
        var limits = HTTPLimits()
        limits.submissionsPerAddress = RateLimit(perSecond: 0.001, burst: 2)
        let service = ServiceFixture(ledger, limits: limits)
        let body = try fixture.envelope(1).canonicalEntry
        for status in [201, 200, 429, 429] {
            let answer = await service.ask(.post, "/entries", body: body)
            #expect(answer.status.code == status)
        }
        let answer = await service.ask(.post, "/entries", body: body)
        #expect(try answer.problemCode == "rate-limited")
        #expect(Int(answer.fields[.retryAfter] ?? "") ?? 0 > 900)
        let other = await service.ask(.post, "/entries", body: body, from: [10, 0, 0, 1])
        #expect(other.status == .ok)
    }

    /// Somebody else's envelopes with a bad signature must not use up a member's share.
    @Test func limitsTheRateOfAMemberByVerifiedEnvelopesOnly() async throws {
        var limits = HTTPLimits()
        limits.submissionsPerMember = RateLimit(perSecond: 0.001, burst: 2)
        let service = ServiceFixture(ledger, limits: limits)
        let good = try fixture.envelope(1)
        var signature = good.signatures[0].bytes
        signature[0] ^= 1
        let forged = try Envelope(
            payload: good.payload,
            signatures: [.init(keyID: good.signatures[0].keyID, bytes: signature)]
        ).canonicalEntry
        for _ in 0..<10 {
            let answer = await service.ask(.post, "/entries", body: forged)
            #expect(try answer.problemCode == "signature-invalid")
        }
        for (number, status) in [(1, 201), (2, 201), (3, 429)] {
            let body = try fixture.envelope(number).canonicalEntry
            let answer = await service.ask(.post, "/entries", body: body)
            #expect(answer.status.code == status, "\(number): \(answer.text)")
        }
    }
}
