import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@Suite struct DisclosureTests {
    static func salts() -> () -> [UInt8] {
        var count: UInt64 = 0
        return {
            count += 1
            return [UInt8](SHA256.hash(count.bigEndianBytes).bytes.prefix(16))
        }
    }

    static func place(_ path: String) -> JSONPointer { JSONPointer(Text(path)) ?? .root }

    static func error(_ body: () throws(DisclosureError) -> Void) -> DisclosureError? {
        do throws(DisclosureError) {
            try body()
            return nil
        } catch { return error }
    }

    static func parsed(_ text: String) throws -> JSONValue {
        try StrictJSON.parse([UInt8](text.utf8))
    }

    static func disclosure(_ json: String) -> Text { Text(Base64URL.encode([UInt8](json.utf8))) }

    @Test func refusesTextsThatAreNoDisclosures() {
        let cases: [(Text, DisclosureError)] = [
            ("WyJh=", .notBase64URL),
            (Self.disclosure("[1"), .notJSON(JSONError(.unexpectedEnd, at: 2))),
            (Self.disclosure(#"{"a":1}"#), .notAnArray),
            (Self.disclosure(#"["s"]"#), .wrongLength(1)),
            (Self.disclosure(#"["s","n",1,2]"#), .wrongLength(4)),
            (Self.disclosure(#"[1,"n",2]"#), .saltIsNoText),
            (Self.disclosure(#"["s",1,2]"#), .nameIsNoText),
            (Self.disclosure(#"["s","_sd",[]]"#), .reservedName("_sd")),
            (Self.disclosure(#"["s","...",""]"#), .reservedName("...")),
        ]
        for (text, expected) in cases {
            #expect(
                Self.error { () throws(DisclosureError) in _ = try Disclosure(text) } == expected)
        }
        #expect(
            Self.error { () throws(DisclosureError) in
                _ = try Disclosure(salt: [1, 2, 3], name: "a", value: 1)
            } == .wrongSaltLength(3))
    }

    @Test func refusesDocumentsWithTwoMeanings() throws {
        let shown = try Disclosure(Self.disclosure(#"["salt","name",{"x":1}]"#))
        let element = try Disclosure(Self.disclosure(#"["salt",5]"#))
        let (d, e) = (shown.digest, element.digest)
        let cases: [(String, [Disclosure], DisclosureError)] = [
            (#"{"_sd":"\#(d)"}"#, [shown], .malformedDigests(at: Self.place("/_sd"))),
            (#"{"_sd":[1]}"#, [], .malformedDigests(at: Self.place("/_sd"))),
            (#"{"_sd":["\#(d)","\#(d)"]}"#, [shown], .digestTwice(d, at: .root)),
            (
                #"{"_sd":["\#(d)"],"a":{"_sd":["\#(d)"]}}"#, [shown],
                .digestTwice(d, at: .root)
            ),
            (#"{"_sd":["\#(e)"]}"#, [element], .wrongKind(at: .root)),
            (#"{"a":[{"...":"\#(d)"}]}"#, [shown], .wrongKind(at: Self.place("/a/0"))),
            (
                #"{"a":[{"...":"\#(e)","b":1}]}"#, [element],
                .malformedElement(at: Self.place("/a/0"))
            ),
            (#"{"...":"\#(e)"}"#, [element], .malformedElement(at: Self.place("/..."))),
            (#"{"_sd":["\#(d)"],"name":1}"#, [shown], .nameCollision(Self.place("/name"))),
            (#"{"a":1}"#, [shown], .notReferenced(d)),
            (#"{"_sd":["\#(d)"]}"#, [shown, shown], .givenTwice(d)),
            (
                #"{"_sd_alg":"sha-512","_sd":["\#(d)"]}"#, [shown],
                .unsupportedAlgorithm(at: Self.place("/_sd_alg"))
            ),
            (
                #"{"a":{"_sd_alg":"sha-256"}}"#, [],
                .unsupportedAlgorithm(at: Self.place("/a/_sd_alg"))
            ),
        ]
        for (text, disclosures, expected) in cases {
            let document = try Self.parsed(text)
            let found = Self.error { () throws(DisclosureError) in
                _ = try ResolvedDocument(document, disclosures: disclosures)
            }
            #expect(found == expected, "\(text)")
            #expect(found?.description.isEmpty == false)
        }
    }

    static let withheldPlaces = [
        "/results/0/value", "/results/0/interval", "/settings", "/evidence/0/sha256",
        "/authorisedBy/name", "/observedModel/requested",
    ]

    /// A result that lists what it withholds, and the statement from which that was taken out.
    static func withheld() throws -> (EvaluationResult, Statement, [Disclosure]) {
        let ledger = try AttestationFixtures.ledger()
        var result = try AttestationFixtures.result(ledger: ledger)
        result.withheld = withheldPlaces.map {
            WithheldItem(path: place($0), reason: .hazard)
        }
        let withholding = try Withholding(
            result, places: withheldPlaces.map(place), salt: salts())
        let model = Subject(digest: AttestationFixtures.digest("model"))
        let statement = try Statement(
            subjects: [model], type: .evaluationResult, predicate: withholding.predicate)
        return (result, statement, withholding.disclosures)
    }

    @Test func withheldMembersAreHiddenAndComeBack() throws {
        let (result, statement, disclosures) = try Self.withheld()
        #expect(disclosures.count == Self.withheldPlaces.count)
        let text = String(decoding: statement.payload, as: UTF8.self)
        for hidden in ["0.825", "0.893", "bash", "A. Example", "example-lab/atlas-2\""] {
            #expect(!text.contains(hidden), "\(hidden) is shown")
        }
        guard case .evaluationResult(let shown) = statement.predicate else {
            Issue.record("no result")
            return
        }
        #expect(shown.results?.first?.value == nil)
        #expect(shown.isWithheld(Self.place("/results/0/value")))
        #expect(shown.settings == nil)
        #expect(shown.counts == result.counts)

        let whole = try statement.disclosing(disclosures)
        #expect(whole.predicate == .evaluationResult(result))
        #expect(whole.payload == statement.payload)

        // Each part alone brings back itself and nothing else.
        for disclosure in disclosures {
            let partly = try statement.disclosing([disclosure])
            #expect(partly.predicate != statement.predicate)
            #expect(partly.predicate != whole.predicate)
        }
        for position in disclosures.indices {
            var altered = [UInt8](disclosures[position].text.utf8)
            altered[8] ^= 1
            var given = disclosures
            guard let text = Text(validating: altered) else { continue }
            do throws(DisclosureError) {
                given[position] = try Disclosure(text)
                _ = try statement.disclosing(given)
                Issue.record("an altered disclosure was taken")
            } catch { continue }
        }
    }

    @Test func nothingIsMissingWithoutBeingListed() throws {
        let ledger = try AttestationFixtures.ledger()
        let (_, statement, _) = try Self.withheld()
        let text = String(decoding: statement.payload, as: UTF8.self)
        func refusal(_ old: String, _ new: String) throws -> AttestationError? {
            try StatementTests.refusal(statement.payload, replacing: old, with: new)
        }
        #expect(
            try refusal(#"{"path":"/results/0/value","reason":"hazard"},"#, "")
                == .malformed(.statement, Self.place("/predicate/results/0/value"), .missing))
        // A listed member without a digest is absent, not withheld.
        let digests = try #require(statement.predicateJSON["_sd"]?.array)
        #expect(digests.count == 1)
        let list = #""_sd":["\#(digests[0].text ?? "")"]"#
        #expect(text.contains(list))
        #expect(
            try refusal(list, #""_sd":[]"#)
                == .malformed(
                    .statement, Self.place("/predicate"),
                    .withheldWithoutDigest(listed: 1, digests: 0)))
        #expect(
            try refusal(list, #""_sd_alg":"md5",\#(list)"#)
                == .malformed(
                    .statement, Self.place("/predicate/_sd_alg"),
                    .notOneOf(["sha-256"], found: "md5")))
        var result = try AttestationFixtures.result(ledger: ledger)
        for path in ["/ledger", "/protocol", "/withheld", "/verdicts/0/rule", "/_sd", ""] {
            result.withheld = [WithheldItem(path: Self.place(path), reason: .other)]
            let subject = Subject(digest: AttestationFixtures.digest("model"))
            #expect(
                throws: AttestationError.malformed(
                    .statement, Self.place("/predicate/withheld/0/path"), .neverWithheld)
            ) {
                try Statement(subjects: [subject], predicate: .evaluationResult(result))
            }
            #expect(throws: DisclosureError.neverWithheld(Self.place(path))) {
                try Withholding(result, places: [Self.place(path)], salt: Self.salts())
            }
        }
    }

    @Test func nestedWithholding() throws {
        let ledger = try AttestationFixtures.ledger()
        var result = try AttestationFixtures.result(ledger: ledger)
        let places = ["/observedModel", "/observedModel/requested"].map(Self.place)
        result.withheld = places.map { WithheldItem(path: $0, reason: .commercial) }
        let withholding = try Withholding(result, places: places, salt: Self.salts())
        let statement = try Statement(
            subjects: [Subject(digest: AttestationFixtures.digest("model"))],
            type: .evaluationResult, predicate: withholding.predicate)
        let outer = try #require(withholding.disclosures.last)
        let inner = try #require(withholding.disclosures.first)
        let partly = try statement.disclosing([outer])
        guard case .evaluationResult(let shown) = partly.predicate else {
            Issue.record("no result")
            return
        }
        #expect(shown.observedModel?.requested == nil)
        #expect(shown.observedModel?.responded == result.observedModel?.responded)
        #expect(
            try statement.disclosing([inner, outer]).predicate == .evaluationResult(result))
        #expect(throws: DisclosureError.notReferenced(inner.digest)) {
            try statement.disclosing([inner])
        }
    }

    /// A producer who commits to something malformed, or hides a reference, is found out when it
    /// is disclosed.
    @Test func whatIsDisclosedMustBeWellFormed() throws {
        let ledger = try AttestationFixtures.ledger()
        let salt = [UInt8](repeating: 3, count: 16)
        let reference = try Disclosure(
            salt: salt, name: "replacement", value: .string(AttestationFixtures.digest("x").hex))
        let correction = try Statement(
            subjects: [Subject(digest: AttestationFixtures.digest("payload"))], type: .correction,
            predicate: [
                "ledger": .string(ledger.text),
                "target": .string(AttestationFixtures.digest("target").hex),
                "action": "retract", "reason": "clerical", "_sd": [.string(reference.digest)],
            ])
        #expect(throws: DisclosureError.neverWithheld(Self.place("/replacement"))) {
            try correction.disclosing([reference])
        }

        var result = try AttestationFixtures.result(ledger: ledger)
        result.withheld = [WithheldItem(path: Self.place("/counts"), reason: .other)]
        let wrong = try Disclosure(salt: salt, name: "counts", value: 5)
        let withholding = try Withholding(
            result, places: [Self.place("/counts")], salt: { salt })
        let honest = try #require(withholding.disclosures.first)
        let text = String(decoding: CompactJSON.serialize(withholding.predicate), as: UTF8.self)
            .replacing(honest.digest.string, with: wrong.digest.string)
        let statement = try Statement(
            subjects: [Subject(digest: AttestationFixtures.digest("model"))],
            type: .evaluationResult, predicate: try Self.parsed(text))
        #expect(
            throws: DisclosureError.malformedResult(
                .malformed(
                    .statement, Self.place("/predicate/counts"),
                    .wrongType(expected: .object, found: .number)))
        ) { try statement.disclosing([wrong]) }
        #expect(throws: DisclosureError.notReferenced(honest.digest)) {
            try statement.disclosing([honest])
        }
    }
}
