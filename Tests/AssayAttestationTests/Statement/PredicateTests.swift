import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct PredicateTests {
    static func place(_ path: String) -> JSONPointer { JSONPointer(Text(path)) ?? .root }

    static func refusal(_ charter: JSONValue) -> (JSONPointer, Malformation)? {
        guard case .malformed(_, let place, let reason) = SchemaKind.charter.refusal(of: charter)
        else { return nil }
        return (place, reason)
    }

    @Test func charterRulesAreParsed() throws {
        let charter = try Examples.genesisStatement().predicateJSON
        let log = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519).verifierKey
        let cosigner = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519Cosignature)
        let stranger = try NoteFixtures.signer("other.example", .ed25519).verifierKey
        let key = try #require(charter["entryKeys"]?.array?.first)
        let keyID = Text(try AttestationFixtures.key("entries").publicKey.keyID.hex)
        let cases: [(String, JSONValue, String, Malformation)] = [
            (
                "/checkpointKeys", [.string(stranger.text)], "/checkpointKeys/0",
                .mismatch(expected: Text(AttestationFixtures.origin), found: "other.example")
            ),
            (
                "/checkpointKeys", [.string(cosigner.verifierKey.text)], "/checkpointKeys/0",
                .unsuitableKeyType(.ed25519Cosignature)
            ),
            (
                "/checkpointKeys", [.string(log.text), .string(log.text)], "/checkpointKeys/1",
                .duplicate(log.text)
            ),
            (
                "/checkpointKeys", ["x+y"], "/checkpointKeys/0",
                .unacceptableVerifierKey(.notThreeParts)
            ),
            ("/entryKeys", [key, key], "/entryKeys/1", .duplicate(keyID)),
            (
                "/members/3/keys/0/publicKey", key, "/members/3/keys/0/publicKey",
                .duplicate(keyID)
            ),
            (
                "/members/0/keys/0/publicKey", "AAAA", "/members/0/keys/0/publicKey",
                .unacceptableKey(.unknownKeyType)
            ),
            ("/members/2/id", "northland", "/members/2/id", .duplicate("northland")),
            (
                "/members/2/id", "-east", "/members/2/id",
                .notWritten(.memberID, found: "-east")
            ),
            ("/voting", "quorum none\n", "/voting", .noRule),
            ("/witnesses", "quorum none\n", "/witnesses", .forkable),
        ]
        for (path, new, expectedPath, expected) in cases {
            let found = Self.refusal(try charter.replacing(path, with: new))
            #expect(found?.0 == Self.place(expectedPath), "\(path)")
            #expect(found?.1 == expected, "\(path)")
            #expect(found?.1.description.isEmpty == false)
        }
        for path in ["/voting", "/auditing", "/witnesses"] {
            let found = Self.refusal(try charter.replacing(path, with: "quorum nobody\n"))
            guard case .unacceptablePolicy(let error)? = found?.1 else {
                Issue.record("\(path) was not refused as a policy")
                continue
            }
            #expect(error.line == 1)
            #expect(error.reason == .undefinedName("nobody"))
        }
        let forkable = try charter.replacing("/witnesses", with: "quorum none\n")
            .replacing("/auditing", with: "quorum none\n")
            .replacing("/allowForkable", with: true)
        #expect(SchemaKind.charter.refusal(of: forkable) == nil)
    }

    @Test func amendmentsNameTheirLedgerAndTheirPredecessor() throws {
        let genesis = try AttestationFixtures.charter()
        let ledger = try AttestationFixtures.ledger()
        let amendment = try Charter(
            ledger: ledger, version: 2, origin: genesis.origin,
            checkpointKeys: genesis.checkpointKeys, entryKeys: genesis.entryKeys,
            members: genesis.members, voting: genesis.votingText,
            witnesses: genesis.witnessesText, auditing: genesis.auditingText)
        #expect(!amendment.isGenesis)
        let subject = Subject(name: genesis.origin.text, digest: ledger.digest)
        let statement = try Statement(subjects: [subject], predicate: .charter(amendment))
        #expect(statement.ledger == ledger)
        #expect(try Statement(parsing: statement.payload).predicate == .charter(amendment))
        #expect(
            throws: AttestationError.malformed(
                .statement, Self.place("/predicate/ledger"), .missing)
        ) {
            try Charter(
                version: 2, origin: genesis.origin, checkpointKeys: genesis.checkpointKeys,
                entryKeys: genesis.entryKeys, members: genesis.members,
                voting: genesis.votingText, witnesses: genesis.witnessesText,
                auditing: genesis.auditingText)
        }
        // The genesis charter stands for its own origin only.
        #expect(throws: AttestationError.self) {
            try Statement(
                subjects: [Subject(name: genesis.origin.text, digest: ledger.digest)],
                predicate: .charter(genesis))
        }
    }

    @Test func statementsAboutTheLedgerHaveItAsSubject() throws {
        let ledger = try AttestationFixtures.ledger()
        let root = Predicate.indexRoot(
            IndexRoot(
                ledger: ledger, size: TreeSize(1), root: AttestationFixtures.digest("r"), keys: 0))
        let subject = Subject(name: "ledger.example/2026", digest: ledger.digest)
        let statement = try Statement(subjects: [subject], predicate: root)
        #expect(statement.predicate == root)
        #expect(statement.predicate.references == [])
        let wrong: [([Subject], String)] = [
            ([Subject(name: "ledger.example/2026", digest: .zero)], "/subject/0/digest/sha256"),
            ([Subject(digest: ledger.digest)], "/subject/0/name"),
            ([subject, Subject(digest: .zero)], "/subject"),
        ]
        for (subjects, path) in wrong {
            do throws(AttestationError) {
                _ = try Statement(subjects: subjects, predicate: root)
                Issue.record("\(path) was taken")
            } catch {
                guard case .malformed(.statement, let place, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(place == Self.place(path))
            }
        }
    }

    /// What the subject index lists under `about`, kind by kind.
    @Test func referencesAreThoseOfTheIndex() throws {
        let ledger = JSONValue.string(try AttestationFixtures.ledger().text)
        let (a, b) = (AttestationFixtures.digest("a"), AttestationFixtures.digest("b"))
        let subject = AttestationFixtures.digest("subject")
        func references(_ type: PredicateType, _ predicate: JSONValue) throws -> [Digest] {
            try Statement(subjects: [Subject(digest: subject)], type: type, predicate: predicate)
                .predicate.references
        }
        let correction: JSONValue = [
            "ledger": ledger, "target": .string(a.hex), "action": "supersede",
            "replacement": .string(b.hex), "reason": "clerical",
        ]
        #expect(try references(.correction, correction) == [a, b])
        #expect(
            try references(
                .correction,
                correction.replacing("/action", with: "retract")
                    .replacing("/replacement", with: .null)) == [a])
        #expect(
            try references(
                .replication,
                ["ledger": ledger, "original": .string(a.hex), "own": .string(b.hex)]) == [a, b])
        for type in [PredicateType.response, .spotCheck, .disclosure] {
            #expect(try references(type, ["ledger": ledger]) == [subject])
        }
        for type in [PredicateType.modelIdentity, .evaluationProtocol] {
            #expect(try references(type, ["ledger": ledger]) == [])
        }
        let result = try AttestationFixtures.resultStatement(
            ledger: try AttestationFixtures.ledger())
        #expect(
            result.predicate.references == [AttestationFixtures.digest("protocol")])
        for type in PredicateType.allCases {
            #expect(PredicateType(uri: type.uri) == type)
            #expect(type.uri == Text("urn:assay:\(type.name):v1"))
        }
        #expect(PredicateType.allCases.count == 11)
    }

    @Test func digestsOfDisclosuresAreWellFormedInEveryStatement() throws {
        let ledger = JSONValue.string(try AttestationFixtures.ledger().text)
        let digest = JSONValue.string(
            Base64URL.encode(AttestationFixtures.digest("d").bytes))
        func refusal(_ members: JSONValue) throws -> AttestationError? {
            do throws(AttestationError) {
                _ = try Statement(
                    subjects: [Subject(digest: .zero)], type: .response, predicate: members)
                return nil
            } catch { return error }
        }
        #expect(try refusal(["ledger": ledger, "_sd": [digest], "_sd_alg": "sha-256"]) == nil)
        let wrong: [JSONValue] = [
            ["ledger": ledger, "_sd": digest], ["ledger": ledger, "_sd": [digest, digest]],
            ["ledger": ledger, "_sd": ["abc"]], ["ledger": ledger, "_sd_alg": "sha-512"],
            ["ledger": ledger, "a": ["_sd_alg": "sha-256"]],
            ["ledger": ledger, "_sd": [digest], "a": [["b": ["_sd": [digest]]]]],
            ["ledger": ledger, "_sd": [digest], "a": [["...": digest]]],
        ]
        for predicate in wrong { #expect(try refusal(predicate) != nil) }
    }
}
