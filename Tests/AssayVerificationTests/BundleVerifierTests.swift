import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

@Suite struct BundleVerifierTests {
    @Test func oneClaimIsVerifiedAsShown() throws {
        var ledger = try LedgerFixture()
        _ = try ledger.addResult(run: "first")
        let claim = try ledger.addResult(by: "isleton", run: "second")
        _ = try ledger.addResult(run: "third")
        let report = ledger.report(on: try ledger.bundle(claims: [claim]))
        #expect(report.verdict == .verifiedAsShown, "\(report.text)")
        #expect(report.claims.map(\.index.value) == [2])
        #expect(report.claims.first?.member == "isleton")
        #expect(report.observedBy == 1_790_000_060)
        #expect(report.quorumBound?.split == 1)
        #expect(report.head?.size.value == 4)
        #expect(report.notShown.contains { $0.hasPrefix("Completeness") })
        #expect(report.text.hasPrefix("VERIFIED AS SHOWN\n"))
        #expect(report.json["verdict"]?.text == "VERIFIED AS SHOWN")
        #expect(report.json["claims"]?.array?.count == 1)
    }

    @Test func bundleWithoutClaimProvesTheCharter() throws {
        let ledger = try LedgerFixture()
        let report = ledger.report(on: try ledger.bundle(claims: []))
        #expect(report.verdict == .verifiedAsShown)
        #expect(report.claims.isEmpty)
    }

    @Test func everyChangedByteIsRefused() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let bytes = try ledger.bundle(claims: [claim]).bytes
        #expect(ledger.report(on: bytes).verdict == .verifiedAsShown)
        var accepted: [Int] = []
        // Every seventh byte here keeps the suite quick; every bit is left to longer runs.
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            if ledger.report(on: changed).verdict.exitStatus == 0 { accepted.append(position) }
        }
        for length in stride(from: 0, to: bytes.count, by: 97) {
            if ledger.report(on: [UInt8](bytes[..<length])).verdict.exitStatus == 0 {
                accepted.append(length)
            }
        }
        #expect(accepted == [])
        #expect(ledger.report(on: bytes + [0x0a]).verdict == .malformed)
        #expect(ledger.report(on: [0x20] + bytes).verdict == .malformed)
    }

    /// The code of the first reason, or the verdict where there is none.
    static func code(_ report: Report) -> String {
        report.rejection?.code ?? report.verdict.rawValue
    }

    @Test func whatIsWrongIsNamed() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let good = try ledger.bundle(claims: [claim])

        var other = TrustInput(ledger: LedgerID(.zero))
        #expect(Self.code(ledger.report(on: good, trust: other)) == "wrong-ledger")
        other = TrustInput(ledger: ledger.ledger)
        other.requiresCompleteness = true
        #expect(Self.code(ledger.report(on: good, trust: other)) == "incomplete")
        other = TrustInput(ledger: ledger.ledger)
        other.signer = "southport"
        #expect(Self.code(ledger.report(on: good, trust: other)) == "wrong-signer")
        other = TrustInput(ledger: ledger.ledger)
        other.type = "correction"
        #expect(Self.code(ledger.report(on: good, trust: other)) == "wrong-type")
        other = TrustInput(ledger: ledger.ledger)
        other.artifact = SHA256.hash([2])
        #expect(Self.code(ledger.report(on: good, trust: other)) == "wrong-artifact")
        other.artifact = SHA256.hash([1])
        #expect(ledger.report(on: good, trust: other).verdict == .verifiedAsShown)
        other = TrustInput(ledger: ledger.ledger)
        other.notObservedBefore = 1_790_000_061
        #expect(Self.code(ledger.report(on: good, trust: other)) == "too-old")
        other.notObservedBefore = 1_790_000_060
        other.notObservedAfter = 1_790_000_060
        #expect(ledger.report(on: good, trust: other).verdict == .verifiedAsShown)
        other.notObservedAfter = 1_790_000_059
        #expect(Self.code(ledger.report(on: good, trust: other)) == "in-the-future")

        let withoutGenesis = Bundle(
            ledger: good.ledger, checkpoint: good.checkpoint,
            entries: [UInt8](0...0).map { _ in good.entries[1] })
        #expect(Self.code(ledger.report(on: withoutGenesis)) == "no-genesis")

        let misstated = Bundle(
            ledger: LedgerID(.zero), checkpoint: good.checkpoint, entries: good.entries)
        #expect(Self.code(ledger.report(on: misstated)) == "wrong-ledger")

        let wrongRole = Bundle(
            ledger: good.ledger, checkpoint: good.checkpoint,
            entries: [
                good.entries[0],
                Bundle.Entry(
                    index: good.entries[1].index, entry: good.entries[1].entry,
                    proof: good.entries[1].proof, role: .indexRoot),
            ])
        #expect(Self.code(ledger.report(on: wrongRole)) == "wrong-role")
    }

    @Test func checkpointsOfAnotherSizeAreRefused() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let before = try ledger.note()
        let entries = try ledger.bundle(claims: [claim])
        _ = try ledger.addResult(run: "later")
        let after = try ledger.note()
        let swapped = try ledger.bundle(claims: [claim], note: before)
        #expect(Self.code(ledger.report(on: swapped)) == "not-included")
        let stale = Bundle(
            ledger: ledger.ledger, checkpoint: after.bytes, entries: entries.entries)
        #expect(Self.code(ledger.report(on: stale)) == "not-included")
    }

    @Test func checkpointLinesHaveOneOrderAndNoStrangers() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let note = try ledger.note()
        func code(_ lines: [NoteSignature]) throws -> String {
            let note = try SignedNote(text: note.text, signatures: lines)
            return Self.code(ledger.report(on: try ledger.bundle(claims: [claim], note: note)))
        }
        #expect(try code(note.signatures.reversed()) == "checkpoint-malformed")
        #expect(try code(note.signatures + [note.signatures[1]]) == "checkpoint-malformed")
        #expect(try code([note.signatures[0], note.signatures[2]]) == "no-quorum")
        #expect(try code([note.signatures[1], note.signatures[2]]) == "checkpoint-unsigned")
        let stranger = try NoteFixtures.signer("stranger.example", .ed25519)
        let line = try #require(try stranger.sign(text: note.text))
        #expect(try code(note.signatures + [line]) == "checkpoint-malformed")
        let withStranger = try SignedNote(text: note.text, signatures: note.signatures + [line])
        let report = ledger.report(on: try ledger.bundle(claims: [claim], note: withStranger))
        #expect(report.text.contains("stranger.example"), "\(report.text)")
        let borrowed = note.signatures[1].keyID.bytes + note.signatures[2].signature
        let forged = try #require(
            NoteSignature(
                line: Array("— \(note.signatures[1].name) \(Base64.encode(borrowed))".utf8)))
        #expect(
            try code([note.signatures[0], forged, note.signatures[2]])
                == "checkpoint-signature-invalid")
    }

    @Test func signersWithoutRightAreRefused() throws {
        var ledger = try LedgerFixture()
        let payload = try Envelope(
            canonicalEntry: {
                var other = ledger
                return other.entries[try other.addResult()]
            }()
        ).payload
        func code(_ signers: [PrivateKey]) throws -> String {
            var ledger = ledger
            let index = ledger.add(try Envelope.sign(payload, with: signers))
            return Self.code(ledger.report(on: try ledger.bundle(claims: [index])))
        }
        let key = AttestationFixtures.key
        #expect(try code([key("northland attest")]) == "VERIFIED AS SHOWN")
        #expect(try code([key("northland govern")]) == "not-entitled")
        #expect(try code([key("entries")]) == "not-entitled")
        #expect(try code([key("stranger")]) == "signer-unknown")
        #expect(try code([key("northland attest"), key("isleton attest")]) == "not-entitled")
        #expect(try code([key("northland attest"), key("stranger")]) == "signer-unknown")

        let signed = try Envelope.sign(payload, with: [key("northland attest")])
        let forged = try Envelope(
            payload: payload,
            signatures: signed.signatures.map {
                Envelope.Signature(keyID: $0.keyID, bytes: $0.bytes.reversed())
            })
        let index = ledger.add(forged)
        #expect(
            Self.code(ledger.report(on: try ledger.bundle(claims: [index])))
                == "signature-invalid")
    }

    /// The headline is the least favourable of all failures, and the reason is of its kind.
    @Test func reasonAndHeadlineAgree() throws {
        var ledger = try LedgerFixture()
        let stranger = try AttestationFixtures.key("stranger")
        let payload = try Envelope(
            canonicalEntry: {
                var other = ledger
                return other.entries[try other.addResult()]
            }()
        ).payload
        let unknown = ledger.add(try Envelope.sign(payload, with: [stranger]))
        let unreadable = ledger.add(
            try Envelope.sign(
                [UInt8]("{}".utf8), with: [AttestationFixtures.key("northland attest")]))
        let report = ledger.report(on: try ledger.bundle(claims: [unknown, unreadable]))
        #expect(report.checks.filter { $0.outcome == .failed }.count == 2)
        #expect(report.verdict == .malformed)
        #expect(report.rejection?.code == "malformed")
        #expect(report.rejection?.verdict == report.verdict)
    }

    @Test func statementsForAnotherLedgerAreRefused() throws {
        var ledger = try LedgerFixture()
        let statement = try Statement(
            subjects: [Subject(digest: SHA256.hash([1]))],
            predicate: .evaluationResult(
                AttestationFixtures.result(ledger: LedgerID(SHA256.hash([9])))))
        let index = ledger.add(
            try Envelope.sign(
                statement.payload, with: [AttestationFixtures.key("northland attest")]))
        #expect(
            Self.code(ledger.report(on: try ledger.bundle(claims: [index]))) == "wrong-ledger")
    }

    @Test func pinsCloseForks() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let old = TreeHead(size: TreeSize(2), root: ReferenceTree.root(ledger.leafHashes[...]))
        for number in 0..<5 { _ = try ledger.addResult(run: "later-\(number)") }
        let pin = Bundle.Pin(
            head: old,
            proof: ConsistencyProof(
                path: ReferenceTree.consistency(2, ledger.leafHashes[...])))
        var trust = TrustInput(ledger: ledger.ledger)
        trust.pin = old
        let without = try ledger.bundle(claims: [claim])
        #expect(Self.code(ledger.report(on: without, trust: trust)) == "pin-missing")
        let with = try ledger.bundle(claims: [claim], pins: [pin])
        #expect(ledger.report(on: with, trust: trust).verdict == .verifiedAsShown)
        trust.pin = TreeHead(size: TreeSize(7), root: .zero)
        #expect(Self.code(ledger.report(on: with, trust: trust)) == "fork")
        let wrong = Bundle.Pin(head: TreeHead(size: TreeSize(2), root: .zero), proof: pin.proof)
        #expect(
            Self.code(ledger.report(on: try ledger.bundle(claims: [claim], pins: [wrong])))
                == "pin-invalid")
    }
}
