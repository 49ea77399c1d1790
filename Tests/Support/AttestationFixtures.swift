package import AssayAttestation
package import AssayCrypto
import AssayTLog
import Testing

/// Test keys, charters and statements, made from seeds that say what they are.
package enum AttestationFixtures {
    /// The Ed25519 key whose seed is the hash of `name`.
    package static func key(_ name: String) throws -> PrivateKey {
        try PrivateKey(
            seed: SHA256.hash([UInt8]("test key of \(name)".utf8)).bytes, algorithm: .ed25519)
    }

    /// The origin of the fixtures.
    package static let origin = "ledger.example/2026"

    /// The names of the members.
    package static let memberNames = ["northland", "southport", "eastmark", "isleton"]

    /// A genesis charter of four institutes in two groups, each with a key for governance and one
    /// for attesting, with three witnesses of which two suffice.
    package static func charter(
        auditing: Text = "group audit 1 w1 w2\nquorum audit\n"
    ) throws -> Charter {
        let origin = try #require(Origin(Text(origin)))
        let log = try NoteFixtures.signer(Self.origin, .ed25519).verifierKey
        let witnesses = try ["w1", "w2", "w3"].map { name in
            let key = try NoteFixtures.signer("witness.example/\(name)", .ed25519Cosignature)
            return "witness \(name) \(key.verifierKey.text)\n"
        }
        let members = try memberNames.enumerated().map { position, name in
            CharterMember(
                id: Text(name), name: Text("Institute of \(name)"), jurisdiction: "XX",
                group: position < 2 ? "west" : "east",
                keys: [
                    MemberKey(publicKey: try key("\(name) govern").publicKey, uses: [.govern]),
                    MemberKey(publicKey: try key("\(name) attest").publicKey, uses: [.attest]),
                ])
        }
        return try Charter(
            origin: origin, checkpointKeys: [log], entryKeys: [try key("entries").publicKey],
            members: members,
            voting: """
                group west any northland southport
                group east any eastmark isleton
                group amend all west east
                quorum amend

                """,
            witnesses: Text(
                witnesses.joined() + "group all-witnesses 2 w1 w2 w3\nquorum all-witnesses\n"),
            auditing: auditing)
    }

    /// Every key that must sign the genesis charter.
    package static func charterSigners() throws -> [PrivateKey] {
        try [key("entries")]
            + memberNames.flatMap { try [key("\($0) govern"), key("\($0) attest")] }
    }

    /// The entry of the genesis charter.
    package static func genesis(
        auditing: Text = "group audit 1 w1 w2\nquorum audit\n"
    ) throws -> LogEntry {
        let charter = try charter(auditing: auditing)
        let statement = try Statement(
            subjects: [charter.genesisSubject], predicate: .charter(charter))
        return LogEntry(try Envelope.sign(statement.payload, with: try charterSigners()))
    }

    /// The identity of the ledger that the genesis charter begins.
    package static func ledger() throws -> LedgerID { LedgerID(try genesis().leafHash) }

    /// The digest of a text, for places that take any digest.
    package static func digest(_ text: String) -> Digest { SHA256.hash([UInt8](text.utf8)) }

    private static func decimal(_ text: String) throws -> DecimalString {
        try #require(DecimalString(Text(text)))
    }

    private static func time(_ text: String) throws -> Timestamp {
        try #require(Timestamp(Text(text)))
    }

    /// A result with every member that a result can have.
    package static func result(ledger: LedgerID) throws -> EvaluationResult {
        typealias Result = EvaluationResult
        let english = try #require(LanguageTag("en"))
        var result = Result(
            ledger: ledger, protocolEntry: digest("protocol"), relation: .confirmatory)
        result.evaluation = Result.Evaluation(
            name: "arithmetic", version: "1.1.0", task: "arithmetic", taskVersion: "2",
            taskPackage: Result.Package(name: "example-evals", version: "0.4.0"),
            revision: Result.Revision(
                origin: "https://example.org/evals.git", commit: "4be2c9a", dirty: false))
        result.protocolDigest = Result.NamedDigest(
            algorithm: "assay-protocol/1", value: digest("protocol digest"))
        result.itemsRoot = Result.NamedDigest(
            algorithm: "assay-items/1", value: digest("items"))
        result.harness = Result.Harness(
            name: "inspect-ai", version: "0.3.285", digest: digest("harness"))
        result.run = Result.Run(
            id: "GkzHhWvPWcNbTzbqgFNbJA", started: try time("2026-11-01T09:00:00Z"),
            completed: try time("2026-11-01T09:04:31.25Z"), status: .success, attempt: 1,
            hardware: FreeText("one machine of 8 cores"))
        result.observedModel = Result.ObservedModel(
            requested: "example-lab/atlas-2",
            responded: [Result.NamedCount(name: "atlas-2", count: 120)],
            backends: [Result.FingerprintCount(fingerprint: "fp_560af6e559", count: 120)],
            requestIdsRoot: digest("request ids"), baseUrlClass: .provider)
        var generation = SettingMap()
        generation["temperature"] = .text("0.7")
        generation["maxTokens"] = .count(512)
        generation["parallelToolCalls"] = .flag(false)
        generation["stop"] = .texts(["\n\n"])
        result.settings = Result.Settings(
            generation: generation, limits: SettingMap(), epochs: 1, reducers: ["mean"],
            tools: ["bash"], sandbox: "docker")
        result.counts = Result.Counts(
            inDataset: 200, selected: 120, planned: 120, completed: 120, failed: 0, scored: 120,
            unscored: 0, invalidated: 0, edited: 0, limited: 0)
        result.results = [
            Result.Measurement(
                metric: "accuracy", name: "includes", scorer: "includes", reducer: "mean",
                group: Result.Group(language: english, category: "sums"),
                value: try decimal("0.825"), standardError: try decimal("3.48e-02"),
                interval: Result.Interval(
                    lower: try decimal("0.757"), upper: try decimal("0.893"),
                    level: try decimal("0.95"), method: "normal"),
                n: 120, treatment: FreeText("refusals count as wrong", language: english))
        ]
        result.verdicts = [
            Result.Verdict(
                metric: "accuracy", comparator: .atLeast, threshold: try decimal("0.8"),
                passed: true, rule: digest("protocol"))
        ]
        result.judge = [
            Result.Judge(
                role: "grader", model: "example-lab/judge-1",
                agreementWithHuman: Result.Agreement(
                    metric: "kappa", value: try decimal("0.71"), n: 60))
        ]
        result.evidence = [
            Result.Evidence(
                kind: .log, mediaType: "application/zip", sha256: digest("log"), bytes: 290_114,
                availability: .onRequest)
        ]
        result.samples = Result.SampleCommitment(
            algorithm: .assaySamples1, count: 120, root: digest("samples"),
            transcripts: .committed)
        result.edits = [
            Result.Edit(
                by: "scorer", reason: FreeText("typing error"),
                when: try time("2026-11-02T10:00:00Z"), what: FreeText("one score"))
        ]
        result.deviations = [FreeText("two items were run again")]
        result.qualityChecks = Result.QualityChecks(
            transcriptsReviewed: 30, share: try decimal("0.25"), method: FreeText("reading"),
            findings: FreeText("nothing unusual"))
        result.access = Result.Access(
            level: .black, safeguards: .on, preRelease: false, from: "public service",
            period: Result.Period(
                start: try time("2026-10-01T00:00:00Z"), end: try time("2026-11-30T00:00:00Z")))
        result.independence = Result.Independence(
            relationship: .thirdParty, fundedBy: "the state", reviewedBefore: ["example-lab"],
            nda: false, conflicts: FreeText("none known"))
        result.assurance = Result.Assurance(level: "self-declared", declaredBy: .issuer)
        result.authorisedBy = Result.Authorisation(role: "head of testing", name: "A. Example")
        return result
    }

    /// The statement of a result on a served model.
    package static func resultStatement(ledger: LedgerID) throws -> Statement {
        let model = try #require(ModelID("example-lab/atlas-2@2026-10-01"))
        return try Statement(
            subjects: [ModelSubject.served(model).subject()],
            predicate: .evaluationResult(try result(ledger: ledger)))
    }
}
