import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

@Suite struct FraudTests {
    private let log: VerifierKey
    private let witness: VerifierKey
    /// Two ledgers that agree up to entry 1 and differ at entry 2.
    private let ours: LedgerFixture
    private let theirs: LedgerFixture

    init() throws {
        log = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519).verifierKey
        witness = try NoteFixtures.signer("witness.example/w1", .ed25519Cosignature).verifierKey
        var ledger = try LedgerFixture()
        _ = try ledger.addResult(run: "first")
        var other = ledger
        _ = try ledger.addResult(run: "ours")
        _ = try other.addResult(run: "theirs")
        ours = ledger
        theirs = other
    }

    private func notes(_ a: LedgerFixture, _ b: LedgerFixture) throws -> FraudProof.Notes {
        FraudProof.Notes(a: try a.note().bytes, b: try b.note().bytes)
    }

    private func leaf(_ ledger: LedgerFixture, _ index: Int) -> FraudProof.Leaf {
        FraudProof.Leaf(
            entry: ledger.entries[index],
            proof: InclusionProof(path: ReferenceTree.path(index, ledger.leafHashes[...])))
    }

    private func difference(
        _ a: LedgerFixture, _ b: LedgerFixture, at index: Int
    ) -> FraudProof.Difference {
        FraudProof.Difference(
            index: LeafIndex(UInt64(index)), inA: leaf(a, index), inB: leaf(b, index))
    }

    /// What is shown, by kind and key, or the code of why nothing is.
    private func outcome(_ accused: VerifierKey, _ evidence: FraudProof.Evidence) throws -> String {
        let proof = FraudProof(accused: accused.text, evidence: evidence)
        #expect(try FraudProof(parsing: proof.bytes) == proof)
        do throws(FraudRejection) {
            let shown = try proof.judged()
            #expect(shown.guilty == accused.text)
            return shown.kind.rawValue
        } catch {
            return error.code
        }
    }

    @Test func forksNameTheGuiltyKey() throws {
        let pair = try notes(ours, theirs)
        #expect(try outcome(log, .forkSameSize(pair)) == "fork-same-size")
        #expect(try outcome(witness, .witnessFork(pair, nil)) == "witness-fork")

        var longer = theirs
        _ = try longer.addResult(run: "more")
        let unequal = try notes(ours, longer)
        let fork = difference(ours, longer, at: 2)
        #expect(try outcome(log, .forkInclusion(unequal, fork)) == "fork-inclusion")
        #expect(try outcome(witness, .witnessFork(unequal, fork)) == "witness-fork")
    }

    @Test func honestKeysAreNotAccused() throws {
        let pair = try notes(ours, theirs)
        var longer = ours
        _ = try longer.addResult(run: "more")
        let grown = try notes(ours, longer)
        #expect(try outcome(log, .forkSameSize(notes(ours, ours))) == "no-conflict")
        #expect(try outcome(log, .forkSameSize(grown)) == "no-conflict")
        #expect(
            try outcome(log, .forkInclusion(grown, difference(ours, longer, at: 2)))
                == "no-conflict")
        #expect(
            try outcome(log, .forkInclusion(pair, difference(ours, ours, at: 2)))
                == "no-conflict")
        // The entry of one fork is not in the tree of the other.
        #expect(
            try outcome(log, .forkInclusion(grown, difference(ours, theirs, at: 2)))
                == "not-included")
        #expect(try outcome(witness, .forkSameSize(pair)) == "wrong-accused")
        #expect(try outcome(log, .witnessFork(pair, nil)) == "wrong-accused")
        let stranger = try NoteFixtures.signer("stranger.example", .ed25519).verifierKey
        #expect(try outcome(stranger, .forkSameSize(pair)) == "not-signed-by-accused")
        let idle = try NoteFixtures.signer("witness.example/w3", .ed25519Cosignature).verifierKey
        #expect(try outcome(idle, .witnessFork(pair, nil)) == "not-signed-by-accused")
        // A broken signature is never fraud: anybody can write one.
        let note = try SignedNote(bytes: pair.b)
        let forged = note.signatures[0].keyID.bytes + note.signatures[0].signature.reversed()
        let line = try #require(
            NoteSignature(
                line: Array("— \(note.signatures[0].name) \(Base64.encode(forged))".utf8)))
        let broken = try SignedNote(
            text: note.text, signatures: [line] + note.signatures.dropFirst())
        #expect(
            try outcome(log, .forkSameSize(.init(a: pair.a, b: broken.bytes)))
                == "not-signed-by-accused")
    }

    @Test func entriesThatTheCharterForbidsAccuseTheLog() throws {
        var ledger = ours
        let stranger = try AttestationFixtures.key("stranger")
        let payload = try Envelope(canonicalEntry: ours.entries[1]).payload
        let forbidden = ledger.add(try Envelope.sign(payload, with: [stranger]))
        let all = try ledger.bundle(claims: [Int](1...forbidden))
        #expect(
            try outcome(log, .unauthorisedEntry(all, entries: nil)) == "unauthorised-entry")

        let alone = try ledger.bundle(claims: [forbidden])
        #expect(
            try outcome(log, .unauthorisedEntry(alone, entries: nil)) == "entries-missing")
        for size in [forbidden + 1, forbidden + 2, forbidden + 6] {
            var grown = ledger
            while grown.entries.count < size {
                _ = try grown.addResult(run: "later \(grown.entries.count)")
            }
            let bundle = try grown.bundle(claims: [forbidden])
            #expect(
                try outcome(
                    log, .unauthorisedEntry(bundle, entries: Array(grown.entries[...forbidden])))
                    == "unauthorised-entry")
            var others = Array(grown.entries[...forbidden])
            others[1] = others[2]
            #expect(
                try outcome(log, .unauthorisedEntry(bundle, entries: others))
                    == "entries-missing")
        }

        let honest = try ours.bundle(claims: [1, 2])
        #expect(try outcome(log, .unauthorisedEntry(honest, entries: nil)) == "entry-allowed")
        #expect(
            try outcome(witness, .unauthorisedEntry(all, entries: nil)) == "wrong-accused")
        #expect(try outcome(log, .badIndexRoot(honest)) == "type-not-supported")
    }

    /// An amendment is signed by keys that it admits itself: by rules that this version does not
    /// judge it may be good, and so may all that follows.
    @Test func amendmentsAccuseNobody() throws {
        var ledger = try LedgerFixture()
        let base = try AttestationFixtures.charter()
        let newcomer = try AttestationFixtures.key("newcomer")
        let joined = CharterMember(
            id: "newland", name: "Institute of newland", jurisdiction: "XN", group: "west",
            keys: [MemberKey(publicKey: newcomer.publicKey)])
        let amended = try Charter(
            ledger: ledger.ledger, version: 2, origin: base.origin,
            checkpointKeys: base.checkpointKeys, entryKeys: base.entryKeys,
            members: base.members + [joined], voting: base.votingText,
            witnesses: base.witnessesText, auditing: base.auditingText)
        let statement = try Statement(
            subjects: [Subject(name: base.origin.text, digest: ledger.ledger.digest)],
            predicate: .charter(amended))
        let amendment = ledger.add(
            try Envelope.sign(
                statement.payload, with: AttestationFixtures.charterSigners() + [newcomer]))
        let first = try ledger.bundle(claims: [amendment])
        #expect(
            try outcome(log, .unauthorisedEntry(first, entries: nil)) == "type-not-supported")
        #expect(ledger.report(on: first).verdict == .undecided)

        let payload = try Envelope(canonicalEntry: ours.entries[1]).payload
        let claim = ledger.add(try Envelope.sign(payload, with: [newcomer]))
        let both = try ledger.bundle(claims: [amendment, claim])
        #expect(
            try outcome(log, .unauthorisedEntry(both, entries: nil)) == "type-not-supported")
    }

    @Test func otherSpellingsAndMembersAreRefused() throws {
        let proof = FraudProof(
            accused: log.text, evidence: .forkSameSize(try notes(ours, theirs)))
        let text = String(decoding: proof.bytes, as: UTF8.self)
        for changed in [
            " " + text, text + "\n", text.replacing("assay/v1", with: "assay/v2"),
            text.replacing("fork-same-size", with: "fork"),
            text.replacing("\"a\":", with: "\"A\":"),
            text.replacing("{\"accused\"", with: "{\"a\":1,\"accused\""),
            text.replacing("},\"fraud\"", with: ",\"index\":1e999},\"fraud\""),
            text.replacing("},\"fraud\"", with: ",\"index\":1},\"fraud\""),
        ] {
            #expect(throws: AttestationError.self) {
                try FraudProof(parsing: [UInt8](changed.utf8))
            }
        }
    }
}
