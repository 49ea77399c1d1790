import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct StatementTests {
    static func refusal(_ payload: [UInt8]) -> AttestationError? {
        do throws(AttestationError) {
            _ = try Statement(parsing: payload)
            return nil
        } catch { return error }
    }

    static func place(_ path: String) -> JSONPointer { JSONPointer(Text(path)) ?? .root }

    /// The refusal of a payload in which a text was replaced, which must occur in it.
    static func refusal(
        _ payload: [UInt8], replacing old: String, with new: String
    ) throws -> AttestationError? {
        var text = String(decoding: payload, as: UTF8.self)
        let position = try #require(text.firstRange(of: old), "\(old) does not occur")
        text.replaceSubrange(position, with: new)
        return refusal([UInt8](text.utf8))
    }

    @Test func genesisCharterMakesAnIdentity() throws {
        let entry = try AttestationFixtures.genesis()
        let statement = try Statement(parsing: entry.envelope.payload)
        #expect(statement.predicateType == .charter)
        #expect(statement.ledger == nil)
        guard case .charter(let charter) = statement.predicate else {
            Issue.record("no charter")
            return
        }
        #expect(charter == (try AttestationFixtures.charter()))
        #expect(charter.members.map(\.id) == ["northland", "southport", "eastmark", "isleton"])
        #expect(charter.witnesses.quorum?.split == 1)
        #expect(statement.subjects == [charter.genesisSubject])
        let ledger = try AttestationFixtures.ledger()
        #expect(ledger.text.string == "assay1:" + entry.leafHash.hex)
        #expect(LedgerID(ledger.text) == ledger)
    }

    @Test func resultRoundTrips() throws {
        let ledger = try AttestationFixtures.ledger()
        let statement = try AttestationFixtures.resultStatement(ledger: ledger)
        let read = try Statement(parsing: statement.payload)
        #expect(read == statement)
        guard case .evaluationResult(let result) = read.predicate else {
            Issue.record("no result")
            return
        }
        #expect(result == (try AttestationFixtures.result(ledger: ledger)))
        #expect(read.predicate.references == [AttestationFixtures.digest("protocol")])
        #expect(
            read.subjects.first?.digest
                == SHA256.hash([UInt8]("assay-model/1\0example-lab/atlas-2@2026-10-01".utf8)))
    }

    @Test func unknownMembersAreKept() throws {
        let ledger = try AttestationFixtures.ledger()
        let statement = try AttestationFixtures.resultStatement(ledger: ledger)
        let text = String(decoding: statement.payload, as: UTF8.self)
        let more = text.replacing(
            #""predicate":{"#, with: #""extra":[1.5],"predicate":{"new":{"a":-1e3},"#)
        let read = try Statement(parsing: [UInt8](more.utf8))
        #expect(read.predicate == statement.predicate)
        #expect(read.predicateJSON["new"]?["a"]?.number?.lexeme == "-1e3")
        #expect(read.payload == [UInt8](more.utf8))
    }

    @Test func refusesStatementsThatAreNotWellFormed() throws {
        let ledger = try AttestationFixtures.ledger()
        let payload = try AttestationFixtures.resultStatement(ledger: ledger).payload
        func expect(
            _ old: String, _ new: String, _ path: String, _ reason: Malformation
        ) throws {
            let found = try Self.refusal(payload, replacing: old, with: new)
            #expect(found == .malformed(.statement, Self.place(path), reason), "\(old) to \(new)")
        }
        let model = ModelSubject.served(
            try #require(ModelID("example-lab/atlas-2@2026-10-01"))
        ).digest.hex
        try expect(
            "Statement/v1", "Statement/v0.1", "/_type",
            .mismatch(expected: Statement.type, found: "https://in-toto.io/Statement/v0.1"))
        try expect(
            "urn:assay:evaluation-result:v1", "urn:assay:evaluation-result:v2", "/predicateType",
            .notOneOf(
                PredicateType.allCases.map(\.uri), found: "urn:assay:evaluation-result:v2"))
        try expect(
            #"[{"name":"example-lab/atlas-2@2026-10-01","digest":{"sha256":"\#(model)"}}]"#, "[]",
            "/subject", .tooFew(count: 0, least: 1))
        try expect(
            #"{"sha256":"\#(model)"}}"#,
            #"{"sha256":"\#(model)"}},{"digest":{"sha256":"\#(model)"}}"#, "/subject/1",
            .duplicate(Text(model)))
        try expect(#""sha256":"\#(model)""#, #""sha512":"""#, "/subject/0/digest/sha256", .missing)
        try expect(
            #""sha256":"\#(model)""#, #""sha256":"\#(model.uppercased())""#,
            "/subject/0/digest/sha256",
            .notWritten(.hexDigest, found: Text(model.uppercased())))
        try expect(#""ledger":"\#(ledger)","#, "", "/predicate/ledger", .missing)
        try expect(
            #""ledger":"assay1:"#, #""ledger":"ASSAY1:"#, "/predicate/ledger",
            .notWritten(.ledgerID, found: Text("ASSAY1:" + ledger.digest.hex)))
        try expect(
            #""0.825""#, "0.825", "/predicate/results/0/value",
            .wrongType(expected: .string, found: .number))
        try expect(
            #""0.825""#, #""NaN""#, "/predicate/results/0/value",
            .notWritten(.decimal, found: "NaN"))
        try expect(
            #""planned":120"#, #""planned":120.0"#, "/predicate/counts/planned",
            .notACount("120.0"))
        try expect(
            #""planned":120"#, #""planned":9007199254740992"#, "/predicate/counts/planned",
            .notACount("9007199254740992"))
        try expect(
            #""planned":120"#, #""planned":true"#, "/predicate/counts/planned",
            .wrongType(expected: .number, found: .boolean))
        try expect(#""planned":120,"#, "", "/predicate/counts/planned", .missing)
        try expect(
            "2026-11-01T09:00:00Z", "2026-02-30T09:00:00Z", "/predicate/run/started",
            .notWritten(.timestamp, found: "2026-02-30T09:00:00Z"))
        try expect(
            EvaluationResult.scope.string, "Certified safe.", "/predicate/statementOfScope",
            .mismatch(expected: EvaluationResult.scope, found: "Certified safe."))
        try expect(
            #""withheld":[]"#, #""withheld":[{"path":"/ledger","reason":"other"}]"#,
            "/predicate/withheld/0/path", .neverWithheld)
        #expect(
            try Self.refusal(payload, replacing: "}", with: "}}")?.description.contains("JSON")
                == true)
    }

    /// Any decimal of the grammar is kept as it is printed.
    @Test func decimalsAreKeptVerbatim() throws {
        let ledger = try AttestationFixtures.ledger()
        let text = String(
            decoding: try AttestationFixtures.resultStatement(ledger: ledger).payload,
            as: UTF8.self)
        for value in ["0.90", "1e400", "-0.0", "1e-07", String(repeating: "9", count: 300)] {
            let changed = text.replacing(#""value":"0.825""#, with: #""value":"\#(value)""#)
            let statement = try Statement(parsing: [UInt8](changed.utf8))
            guard case .evaluationResult(let result) = statement.predicate else {
                Issue.record("no result")
                return
            }
            #expect(result.results?.first?.value?.text == Text(value))
        }
    }
}
