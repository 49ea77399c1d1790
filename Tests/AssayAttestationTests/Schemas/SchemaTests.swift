import AssayAttestation
import AssayCrypto
import AssayTestSupport
import AssayVerification
import Glibc
import Testing

/// Holds the Swift types, the JSON Schemas and the examples against each other.
@Suite struct SchemaTests {
    /// The files are what the fixtures make; `ASSAY_WRITE_EXAMPLES=1` writes them.
    @Test func examplesAreWhatTheTypesMake() throws {
        let examples = try Examples.all()
        if unsafe getenv("ASSAY_WRITE_EXAMPLES") != nil {
            for example in examples {
                let folder = "\(Schemas.folder)/examples/\(example.kind.rawValue)"
                unsafe _ = mkdir("\(Schemas.folder)/examples", 0o755)
                unsafe _ = mkdir(folder, 0o755)
                try writeFile(example.bytes, to: example.path)
            }
        }
        var different: [String] = []
        for example in examples {
            guard unsafe access(example.path, R_OK) == 0,
                try readFile(example.path) == example.bytes
            else {
                different.append("\(example.kind.rawValue)/\(example.name)")
                continue
            }
        }
        #expect(different == [])
        let files = try ChildProcess.run(["find", Schemas.folder + "/examples", "-type", "f"])
        #expect(files.text.split(separator: "\n").count == examples.count)
        #expect(Set(examples.map(\.path)).count == examples.count)
        for kind in SchemaKind.allCases {
            let names = examples.filter { $0.kind == kind }.map(\.name)
            #expect(names.contains { $0.hasPrefix("valid-") }, "\(kind) has no valid example")
            #expect(names.contains { $0.hasPrefix("invalid-") }, "\(kind) has no invalid example")
        }
    }

    @Test func examplesAreJudgedAlikeByTypesAndSchemas() throws {
        let examples = try Examples.all()
        let verdicts = try Schemas.verdicts(examples.map { ($0.kind, $0.value) })
        for (example, schemaAccepts) in zip(examples, verdicts) {
            let name = "\(example.kind.rawValue)/\(example.name)"
            let refusal = example.kind.refusal(of: example.value)
            let isValid = example.name.hasPrefix("valid-")
            #expect((refusal == nil) == isValid, "\(name): \(String(describing: refusal))")
            let isBeyondSchema = example.name.hasPrefix("invalid-beyond-schema-")
            #expect(schemaAccepts == (isValid || isBeyondSchema), "\(name): schema")
        }
        #expect(examples.count > 90)
    }

    /// Every small change of every valid example is judged alike by its type and its schema.
    ///
    /// What only the types refuse is of a kind that schemas cannot say; nothing is refused by a
    /// schema only.
    @Test(arguments: SchemaKind.allCases)
    func everySmallChangeIsJudgedAlike(kind: SchemaKind) throws {
        let examples = try Examples.all().filter {
            $0.kind == kind && $0.name.hasPrefix("valid-")
        }
        var mutants: [(what: String, value: JSONValue)] = []
        for example in examples {
            // What lies deeper in a predicate is changed where the predicate itself is judged.
            let changed = try example.value.mutants { place in
                kind != .statement || place.tokens.first != "predicate" || place.tokens.count < 3
            }
            mutants += changed.map { ("\(example.name) \($0)", $1) }
        }
        let verdicts = try Schemas.verdicts(mutants.map { (kind, $0.value) })
        var disagreements: [String] = []
        var (taken, refused) = (0, 0)
        for (mutant, schemaAccepts) in zip(mutants, verdicts) {
            guard let refusal = kind.refusal(of: mutant.value) else {
                taken += 1
                if !schemaAccepts {
                    disagreements.append("\(mutant.what): only the schema refuses")
                }
                continue
            }
            refused += 1
            if schemaAccepts, !isBeyondSchemas(refusal, in: mutant.value) {
                disagreements.append("\(mutant.what): only the type refuses: \(refusal)")
            }
        }
        #expect(disagreements == [])
        #expect(refused > 20)
        #expect(taken > 0)
    }

    private func isBeyondSchemas(_ refusal: AttestationError, in value: JSONValue) -> Bool {
        guard case .malformed(_, let place, let malformation) = refusal else { return false }
        if malformation.isBeyondSchemas { return true }
        // A member may be absent if it is listed as withheld; a schema sees only that there are
        // digests beside the gap.
        guard malformation == .missing, let parent = place.parent else { return false }
        return [
            parent, JSONPointer(Text(String(parent.description.dropFirst("/predicate".count)))),
        ]
        .contains { $0?.value(in: value)?["_sd"] != nil }
    }

    @Test func theExampleOfABundleIsVerified() throws {
        var verifier = BundleVerifier(trust: TrustInput(ledger: try AttestationFixtures.ledger()))
        let report = verifier.report(on: try Examples.bundle().bytes)
        #expect(report.verdict == .verifiedAsShown, "\(String(describing: report.rejection))")
    }

    /// The members of every object of a schema are those of its Swift type.
    @Test func memberListsAreEqual() throws {
        typealias Result = EvaluationResult
        func names<Type: JSONObjectConvertible>(_ type: Type.Type) -> [String] {
            Type.Member.allCases.map(\.rawValue)
        }
        let table: [(schema: String, object: String, members: [String])] = [
            ("envelope", "", names(EnvelopeDraft.self)),
            ("envelope", "/properties/signatures/items", names(Envelope.Signature.self)),
            ("charter", "", names(Charter.self)),
            ("charter", "/$defs/member", names(CharterMember.self)),
            ("types", "/$defs/memberKey", names(MemberKey.self)),
            ("types", "/$defs/freeText/oneOf/1", names(FreeText.self)),
            ("member-keys", "", names(MemberKeys.self)),
            ("member-keys", "/$defs/revocation", names(MemberKeys.Revocation.self)),
            ("index-root", "", names(IndexRoot.self)),
            ("correction", "", names(Correction.self)),
            ("evaluation-result", "", names(Result.self)),
            ("evaluation-result", "/$defs/evaluation", names(Result.Evaluation.self)),
            ("evaluation-result", "/$defs/package", names(Result.Package.self)),
            ("evaluation-result", "/$defs/revision", names(Result.Revision.self)),
            ("evaluation-result", "/$defs/namedDigest", names(Result.NamedDigest.self)),
            ("evaluation-result", "/$defs/harness", names(Result.Harness.self)),
            ("evaluation-result", "/$defs/run", names(Result.Run.self)),
            ("evaluation-result", "/$defs/observedModel", names(Result.ObservedModel.self)),
            ("evaluation-result", "/$defs/namedCount", names(Result.NamedCount.self)),
            ("evaluation-result", "/$defs/fingerprintCount", names(Result.FingerprintCount.self)),
            ("evaluation-result", "/$defs/settings", names(Result.Settings.self)),
            ("evaluation-result", "/$defs/counts", names(Result.Counts.self)),
            ("evaluation-result", "/$defs/measurement", names(Result.Measurement.self)),
            ("evaluation-result", "/$defs/group", names(Result.Group.self)),
            ("evaluation-result", "/$defs/interval", names(Result.Interval.self)),
            ("evaluation-result", "/$defs/verdict", names(Result.Verdict.self)),
            ("evaluation-result", "/$defs/judge", names(Result.Judge.self)),
            ("evaluation-result", "/$defs/agreement", names(Result.Agreement.self)),
            ("evaluation-result", "/$defs/evidence", names(Result.Evidence.self)),
            ("evaluation-result", "/$defs/samples", names(Result.SampleCommitment.self)),
            ("evaluation-result", "/$defs/edit", names(Result.Edit.self)),
            ("evaluation-result", "/$defs/qualityChecks", names(Result.QualityChecks.self)),
            ("evaluation-result", "/$defs/access", names(Result.Access.self)),
            ("evaluation-result", "/$defs/period", names(Result.Period.self)),
            ("evaluation-result", "/$defs/independence", names(Result.Independence.self)),
            ("evaluation-result", "/$defs/assurance", names(Result.Assurance.self)),
            ("evaluation-result", "/$defs/withheldItem", names(WithheldItem.self)),
            ("evaluation-result", "/$defs/authorisation", names(Result.Authorisation.self)),
            ("bundle", "", names(Bundle.self)),
            ("bundle", "/$defs/entry", names(Bundle.Entry.self)),
            ("bundle", "/$defs/handover", names(Bundle.Handover.self)),
            ("bundle", "/$defs/lookup", names(Bundle.Lookup.self)),
            ("bundle", "/$defs/pin", names(Bundle.Pin.self)),
            ("bundle", "/$defs/opening", names(Bundle.Opening.self)),
        ]
        for (name, place, members) in table {
            let schema = try Schemas.schema(name)
            let pointer = try #require(JSONPointer(Text(place + "/properties")))
            let properties = try #require(pointer.value(in: schema)?.object, "\(name)\(place)")
            let listed = properties.members.map(\.name.string).filter { !$0.hasPrefix("_sd") }
            #expect(listed.sorted() == members.sorted(), "\(name)\(place)")
        }
        // No object of a result is left out of the table.
        let defs = try #require(try Schemas.schema("evaluation-result")["$defs"]?.object)
        let inTable = table.filter { $0.schema == "evaluation-result" }.map(\.object)
        for definition in defs.members where definition.name != "settingMap" {
            #expect(inTable.contains("/$defs/\(definition.name)"), "\(definition.name)")
        }
    }

    @Test func predicateTypesAreThoseOfTheStatementSchema() throws {
        let schema = try Schemas.schema("statement")
        let listed = schema["properties"]?["predicateType"]?["enum"]?.array
        #expect(listed == PredicateType.allCases.map { .string($0.uri) })
    }
}
