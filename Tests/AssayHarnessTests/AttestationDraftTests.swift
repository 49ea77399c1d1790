import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@testable import AssayHarness

/// Options with everything that a test needs.
func testOptions(_ allowances: Set<AttestOptions.Allowance> = []) throws -> AttestOptions {
    let secret = try #require(SampleSecret(bytes: Array(0..<32)))
    var options = AttestOptions(ledger: LedgerID(SHA256.hash([1])), secret: secret)
    options.model = .served(try #require(ModelID("example-lab/atlas-2@2026-11")))
    options.allowances = allowances
    return options
}

@Suite
struct AttestationDraftTests {
    private func draft(
        _ builder: LogBuilder, _ options: AttestOptions? = nil
    ) throws -> AttestationDraft {
        let options = try options ?? testOptions()
        return try AttestationDraft.make(from: try EvaluationLog.read(bytes: builder.json), options)
    }

    @Test func statesWhatTheLogSays() throws {
        let draft = try self.draft(.simple)
        let result = draft.result
        #expect(draft.subjects.map(\.digest) == [try testOptions().model?.digest])
        #expect(result.relation == .exploratory)
        #expect(result.evaluation?.name == "quiz")
        #expect(result.evaluation?.taskVersion == "1.0")
        #expect(result.harness == .init(name: "inspect_ai", version: "0.3.285"))
        #expect(
            result.run
                == .init(
                    id: "e1", started: Timestamp("2026-11-24T20:46:16Z"),
                    completed: Timestamp("2026-11-24T20:46:20Z"), status: .success))
        #expect(result.observedModel?.requested == "mockllm/example-lab/atlas-2")
        #expect(result.observedModel?.responded == [.init(name: "atlas-2-0101", count: 4)])
        #expect(
            result.counts
                == .init(
                    inDataset: 4, selected: 4, planned: 4, completed: 4, failed: 0, scored: 4,
                    unscored: 0, invalidated: 0, edited: 0, limited: 0))
        #expect(
            result.results == [
                .init(
                    metric: "accuracy", name: "match", scorer: "match",
                    value: DecimalString("0.5"),
                    standardError: DecimalString("0.28867513459481287"), n: 4)
            ])
        #expect(result.samples?.count == 4)
        #expect(result.samples?.transcripts == .committed)
        #expect(result.samples?.root == draft.samples?.head.root)
        #expect(result.edits == nil)
        let statement = try Statement(
            subjects: draft.subjects, predicate: .evaluationResult(result))
        #expect(statement.predicate == .evaluationResult(result))
        #expect(try self.draft(.simple).result == result)
    }

    /// Numbers are stated as the harness wrote them.
    @Test func numbersKeepTheirSpelling() throws {
        for (spelling, error) in [
            ("0.50", "2.8867513459481287e-1"), ("5e-1", "0.288675134594812870"),
        ] {
            var builder = LogBuilder.simple
            builder.accuracy = spelling
            builder.standardError = error
            let measurement = try #require(try draft(builder).result.results?.first)
            #expect(measurement.value?.text == Text(spelling))
            #expect(measurement.standardError?.text == Text(error))
        }
    }

    // MARK: Refusals

    @Test func refusesWhatIsNotWholeUnlessAllowed() throws {
        var cases: [(AttestOptions.Allowance, AttestRefusal, LogBuilder)] = []
        func add(
            _ allowance: AttestOptions.Allowance, _ refusal: AttestRefusal,
            _ change: (inout LogBuilder) -> Void
        ) {
            var builder = LogBuilder.simple
            change(&builder)
            cases.append((allowance, refusal, builder))
        }
        for status in [InspectHeader.Status.started, .cancelled, .error] {
            add(.status, .status(status)) { $0.status = status.rawValue }
        }
        add(.invalidated, .invalidated(samples: 0)) { $0.moreLog = ", \"invalidated\": true" }
        add(.invalidated, .invalidated(samples: 1)) {
            $0.samples[1].more = ", \"invalidation\": {\"author\": \"someone\"}"
        }
        add(.subset, .subset(selected: 4, inDataset: 100)) { $0.datasetCount = 100 }
        add(.subset, .missingSamples(planned: 5, found: 4)) { $0.plannedCount = 5 }
        add(.dirty, .dirtyRevision) {
            $0.moreSpec =
                ", \"revision\": {\"type\": \"git\", \"commit\": \"abcdef12\", \"dirty\": true}"
        }
        add(.edited, .edited(scores: 1, updates: 0)) { $0.samples[0].history = "[{}, {}]" }
        add(.edited, .edited(scores: 0, updates: 1)) {
            $0.moreLog = """
                , "log_updates": [{"edits": [{}, {}], "provenance": {"author": "someone", \
                "timestamp": "2026-11-25T10:00:00+02:00"}}]
                """
        }
        for (allowance, refusal, builder) in cases {
            #expect(throws: refusal) { try draft(builder) }
            #expect(refusal.allowance == allowance)
            #expect(refusal.description.contains(allowance.flag))
            let others = Set(AttestOptions.Allowance.allCases).subtracting([allowance])
            #expect(throws: refusal) { try draft(builder, testOptions(others)) }
            let allowed = try draft(builder, testOptions([allowance]))
            let plain = try draft(.simple)
            #expect(
                (allowed.result.deviations ?? []).count == (plain.result.deviations ?? []).count + 1
            )
            let text = try Statement(
                subjects: allowed.subjects, predicate: .evaluationResult(allowed.result)
            ).payload
            #expect(!String(decoding: text, as: UTF8.self).contains("someone"))
            #expect(allowed.result.run?.status?.rawValue == builder.status)
        }
        #expect(cases.count == 10)
    }

    @Test func editsAreStatedWithTheirTime() throws {
        var builder = LogBuilder.simple
        builder.samples[0].history = "[{}, {}]"
        builder.moreLog = """
            , "log_updates": [{"edits": [{}], "provenance": {"timestamp": "2026-11-25T10:00:00+02:00"}}]
            """
        let edits = try #require(try draft(builder, testOptions([.edited])).result.edits)
        #expect(edits.map(\.when) == [nil, Timestamp("2026-11-25T08:00:00Z")])
    }

    @Test func headerAloneIsNoEvidence() throws {
        let log = try EvaluationLog.read(bytes: LogBuilder.simple.header)
        #expect(throws: AttestRefusal.headerOnly) {
            try AttestationDraft.make(from: log, testOptions())
        }
        let draft = try AttestationDraft.make(from: log, testOptions([.headerOnly]))
        #expect(draft.samples == nil)
        #expect(draft.result.samples == nil)
        #expect(draft.result.itemsRoot == nil)
        #expect(draft.result.protocolDigest == nil)
        #expect(draft.result.counts?.planned == 4)
        #expect(draft.result.counts?.failed == nil)
        #expect(draft.result.deviations?.first?.text.string.contains("No sample evidence") == true)
    }

    @Test func nothingAllowsARunWithoutScores() throws {
        var builder = LogBuilder.simple
        builder.hasScores = false
        #expect(throws: AttestRefusal.noScores) {
            try self.draft(builder, testOptions(Set(AttestOptions.Allowance.allCases)))
        }
        #expect(AttestRefusal.noScores.allowance == nil)
        // But that a run failed can be attested.
        builder.status = "error"
        let draft = try self.draft(builder, testOptions([.status]))
        #expect(draft.result.results == [])
        #expect(draft.result.run?.status == .error)
    }

    @Test func modelIsDerivedFromTheNameWithoutItsProvider() throws {
        var options = try testOptions()
        options.model = nil
        let cases: [(String, Text)] = [
            ("mockllm/example-lab/atlas-2@2026-11", "example-lab/atlas-2@2026-11"),
            ("mockllm/example-lab/atlas-2", "example-lab/atlas-2"),
            ("openai/gpt-4o-mini", "openai/gpt-4o-mini"),
        ]
        for (requested, expected) in cases {
            var builder = LogBuilder.simple
            builder.model = requested
            #expect(try draft(builder, options).subjects.map(\.name) == [expected])
        }
        var builder = LogBuilder.simple
        builder.model = "atlas"
        #expect(throws: AttestRefusal.modelNeeded(requested: "atlas")) {
            try draft(builder, options)
        }
    }

    // MARK: Secrets

    /// Whatever field of a log holds a path, an address or a person, the statement does not.
    @Test func pathsAndAddressesStayInside() throws {
        for canary in [
            "/home/canary/models/x", "file:///canary", "http://canary.internal:8000/v1",
            "canary.example.org/x", "someone@canary.org", "C:\\canary", "../canary", "~/canary",
            "data//canary", "10.1.2.3/canary", "canary\\nTraceback",
        ] {
            let json = canary.replacing("\\n", with: "\u{1}").replacing("\\", with: "\\\\")
                .replacing("\u{1}", with: "\\n")
            var builder = LogBuilder.simple
            builder.task = "\"\(json)\""
            builder.taskVersion = "\"\(json)\""
            builder.model = json
            builder.scoreName = json
            builder.reducer = "mean"
            builder.moreConfig =
                ", \"epochs_reducer\": [\"\(json)\"], \"message_limit\": \"\(json)\""
            builder.moreScore = ", \"params\": {\"p\": \"\(json)\"}"
            builder.moreSpec = """
                , "task_file": "\(json)", "model_base_url": "\(json)", "task_args": {"a": "\(json)"}, \
                "model_roles": {"\(json)": {"model": "\(json)", "base_url": "\(json)"}}, \
                "revision": {"origin": "\(json)", "commit": "\(json)"}, "tags": ["\(json)"], \
                "sandbox": {"type": "\(json)", "config": "\(json)"}, "metadata": {"m": "\(json)"}, \
                "model_generate_config": {"system_message": "\(json)", "reasoning_effort": "\(json)"}
                """
            builder.moreLog = """
                , "error": {"message": "\(json)", "traceback": "\(json)"}, "log_updates": [{"edits": [], \
                "provenance": {"author": "\(json)", "timestamp": "\(json)", "reason": "\(json)"}}]
                """
            builder.samples[0].dropsEvents = true
            builder.samples[0].more = """
                , "error": {"message": "\(json)", "traceback": "\(json)"}, \
                "limit": {"type": "\(json)"}, "events": [{"event": "model", \
                "tools": [{"name": "\(json)"}], \
                "call": {"response": {"system_fingerprint": "\(json)"}}}]
                """
            builder.accuracy = "0.3333333333333333"
            builder.standardError = nil
            builder.respondingModel = json
            let draft = try self.draft(builder, testOptions(Set(AttestOptions.Allowance.allCases)))
            let statement = try Statement(
                subjects: draft.subjects, predicate: .evaluationResult(draft.result))
            let text = String(decoding: statement.payload, as: UTF8.self)
            #expect(!text.contains("canary"), "\(canary)")
            #expect(text.contains("not-published"))
        }
    }

    @Test(arguments: [
        "openai/gpt-4o-mini", "hf/meta-llama/Llama-3.1-8B", "google/gemini-1.5-pro@001",
        "inspect_evals/mmlu_0_shot", "gpt-4o-2024-08-06", "1.2.0", "claude-3.5", "模型/一",
        "azureai/Meta-Llama-3-1-405B-Instruct-jqf", "accuracy", "C: all",
    ])
    func namesPass(name: String) {
        #expect(PublishableText.isName(Text(name)))
    }

    // MARK: Samples

    @Test func recordsOpenAndRecomputeTheMetric() throws {
        let builder = LogBuilder.simple
        let log = try EvaluationLog.read(bytes: builder.archive.bytes())
        let draft = try AttestationDraft.make(from: log, testOptions())
        let tree = try #require(draft.samples)
        let commitment = try #require(draft.result.samples)
        var right = 0
        for index in 0..<tree.count {
            let opening = try tree.opening(at: LeafIndex(index))
            let transcript = try #require(try log.transcript(at: index))
            let record = try opening.verified(
                against: commitment, transcript: transcript,
                transcriptSalt: tree.secret.transcriptSalt(at: index))
            let sample = try #require(
                builder.samples.first {
                    "\"\($0.id.dropFirst().dropLast())\"" == $0.id
                        && .text(Text(String($0.id.dropFirst().dropLast()))) == record.key.id
                })
            #expect(transcript == Array(sample.json.utf8))
            if record.scores[0].value == "C" { right += 1 }
        }
        #expect(Double(right) / Double(tree.count) == draft.result.results?.first?.value?.double)
        // The tree by its definition.
        let secret = Array(0..<32 as Range<UInt8>)
        let leaves = tree.records.enumerated().map { index, record in
            let code = HMACSHA256.code(
                key: secret, message: Array("assay-sample".utf8) + UInt64(index).bigEndianBytes)
            return MerkleTree.leafHash(of: code.bytes.prefix(16) + record.bytes)
        }
        #expect(MerkleTree.root(ofLeafHashes: leaves) == commitment.root)
    }

    @Test func recordsHoldDecimalStrings() throws {
        var builder = LogBuilder([
            .init("1", "1.0"), .init("2", "1e-7"), .init("3", "NaN"), .init("4", "true"),
            .init("5", #""C""#),
        ])
        builder.accuracy = "0.750000025"
        let tree = try #require(try draft(builder).samples)
        #expect(tree.records.map { $0.scores[0].value } == ["1", "1e-7", .null, true, "C"])
        builder = LogBuilder([.init("1", #"{"a": 0.50, "b": [1]}"#)])
        #expect(throws: EvaluationLogError.self) { try EvaluationLog.read(bytes: builder.json) }
        builder = LogBuilder([.init("1", #"{"a": 0.50, "b": null}"#)])
        builder.scoreName = "a"
        builder.accuracy = "0.5"
        let records = try #require(try draft(builder).samples).records
        #expect(records[0].scores[0].value == ["a": "0.5", "b": .null])
    }

    @Test func transcriptsNeedNotBeCommitted() throws {
        var options = try testOptions()
        options.commitsTranscripts = false
        let draft = try self.draft(.simple, options)
        #expect(draft.result.samples?.transcripts == EvaluationResult.Transcripts.none)
        #expect(draft.samples?.records.allSatisfy { $0.transcript == nil } == true)
    }
}
