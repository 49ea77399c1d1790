import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@testable import AssayHarness

@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct SharedLogTests {
    /// Every log gives what Inspect's own reader gives.
    @Test func agreesWithInspect() throws {
        var differences: [String] = []
        var compared = 0
        let logs = try SharedLog.all()
        for log in logs {
            let read: InspectLog
            do {
                read = try log.read()
            } catch {
                differences.append("\(log): \(error)")
                continue
            }
            compared += 1
            if read.digest.hex != log.expected["sha256"]?.text?.string {
                differences.append("\(log): sha256")
            }
            if read.byteCount != log.expected["bytes"]?.number?.count {
                differences.append("\(log): bytes")
            }
            if read.header.version != log.expected["rawVersion"]?.number?.count {
                differences.append("\(log): version")
            }
            guard let expected = log.expected["inspectReader"] else { continue }
            differences += Comparison(read, expected).differences.map { "\(log): \($0)" }
        }
        #expect(differences == [])
        #expect(compared == 34)
    }

    /// Two logs have one protocol digest exactly where they are logs of one evaluation, and one root
    /// of items exactly where they asked the same.
    @Test func groupsLogsOfOneEvaluation() throws {
        var theirProtocols: [Text: Set<String>] = [:]
        var ourProtocols: [Digest: Set<String>] = [:]
        var theirItems: [Text: Set<String>] = [:]
        var ourItems: [Digest: Set<String>] = [:]
        for log in try SharedLog.all() {
            guard let prototype = log.expected["prototype"] else { continue }
            let read = try log.read()
            theirProtocols[try #require(prototype["protocolDigest"]?.text), default: []]
                .insert(log.path)
            theirItems[try #require(prototype["datasetRoot"]?.text), default: []].insert(log.path)
            ourProtocols[read.protocolDigest, default: []].insert(log.path)
            ourItems[read.itemsRoot, default: []].insert(log.path)
            // Items without tool calls have the prototype's form, so the roots are equal too.
            #expect(read.itemsRoot.hex == prototype["datasetRoot"]?.text?.string)
            #expect(UInt64(read.samples.count) == prototype["leaves"]?.number?.count)
        }
        #expect(Set(theirProtocols.values) == Set(ourProtocols.values))
        #expect(Set(theirItems.values) == Set(ourItems.values))
        #expect(theirProtocols.count == 20)
        #expect(theirItems.count == 19)
    }

    /// One run in three containers gives the same records but for the transcripts.
    @Test func recordsDoNotDependOnTheContainer() throws {
        var forms: [[SampleRecord]] = []
        for log in try SharedLog.all() where log.path.contains("made/agent") {
            var options = try testOptions()
            options.commitsTranscripts = false
            let draft = try AttestationDraft.make(from: try log.read(), options)
            forms.append(try #require(draft.samples).records)
        }
        #expect(forms.count == 3)
        #expect(forms.allSatisfy { $0 == forms[0] })
    }

    /// Every log with a result is attested, and nothing that looks like a path, an address or a
    /// person's name gets into the statement.
    @Test func statementsLeakNothing() throws {
        let allowances = Set(AttestOptions.Allowance.allCases)
        var leaks: [String] = []
        var attested = 0
        var checked = 0
        for log in try SharedLog.all() {
            let read = try log.read()
            let options = try testOptions(allowances)
            let draft: AttestationDraft
            do throws(AttestRefusal) {
                draft = try AttestationDraft.make(from: read, options)
            } catch {
                #expect(error == .noScores)
                continue
            }
            attested += 1
            let statement = try Statement(
                subjects: draft.subjects, predicate: .evaluationResult(draft.result))
            let text = String(decoding: statement.payload, as: UTF8.self)
            for secret in try PrivateTexts(log).texts {
                checked += 1
                if text.contains(secret) { leaks.append("\(log): \(secret)") }
            }
            // Numbers are the harness's own characters.
            for score in read.header.results?.scores ?? [] {
                for metric in score.metrics where metric.value.double.isFinite {
                    #expect(text.contains("\"\(metric.value.lexeme)\""))
                }
            }
        }
        #expect(leaks == [])
        #expect(attested == 33)
        #expect(checked > 500)
    }

    /// The search for leaks finds one where it was asked for.
    @Test func searchFindsThePublishedOrigin() throws {
        let log = try #require(try SharedLog.all().first { $0.path.contains("scout/") })
        var options = try testOptions(Set(AttestOptions.Allowance.allCases))
        options.publishesOrigin = true
        let draft = try AttestationDraft.make(from: try log.read(), options)
        let statement = try Statement(
            subjects: draft.subjects, predicate: .evaluationResult(draft.result))
        let text = String(decoding: statement.payload, as: UTF8.self)
        #expect(try PrivateTexts(log).texts.contains { text.contains($0) })
    }

    /// Which logs need which allowance.
    @Test func refusalsOfRealLogs() throws {
        var refusals: [String: [String]] = [:]
        for log in try SharedLog.all() {
            let reasons = LogAdmission(try log.read()).reasons
            refusals[log.path] = reasons.map { $0.allowance?.flag ?? "none" }
        }
        let untouched = refusals.filter { $0.value.isEmpty }.map(\.key)
        #expect(untouched.count == 21, "\(refusals)")
        func reasons(_ part: String) -> [[String]] {
            refusals.filter { $0.key.contains(part) }.map(\.value)
        }
        #expect(reasons("scores-edited") == [["--allow-edited"]])
        #expect(reasons("header-only/") == [["--header-only"]])
        #expect(reasons("run-failed") == [["--allow-status", "none"]])
        #expect(reasons("metr/") == [["--allow-subset", "--allow-dirty"]])
        #expect(reasons("exercise/") == Array(repeating: [], count: 8))
    }
}

/// Compares a log that was read with the index.
private struct Comparison {
    private(set) var differences: [String] = []

    init(_ log: InspectLog, _ expected: JSONValue) {
        let header = log.header
        check("status", expected["status"], .string(header.status.rawValue))
        check("task", expected["task"], .string(header.spec.task))
        let version = expected["taskVersion"]
        check(
            "taskVersion", version?.number.map { .string($0.lexeme) } ?? version,
            header.spec.taskVersion.map(JSONValue.string))
        check("model", expected["model"], .string(header.spec.model))
        check(
            "created",
            expected["created"]?.text.map { .string($0.string.replacing("+00:00", with: "Z")) },
            header.spec.created.flatMap(Timestamp.init(anyOffset:)).map { .string($0.text) })
        check(
            "harness", expected["harness"], header.spec.packages["inspect_ai"].map(JSONValue.string)
        )
        check(
            "dataset.name", expected["dataset"]?["name"],
            header.spec.datasetName.map(JSONValue.string))
        check(
            "dataset.declaredSamples", expected["dataset"]?["declaredSamples"],
            header.spec.datasetCount.map(JSONValue.count))
        check("sampleRecords", expected["sampleRecords"], .count(UInt64(log.samples.count)))
        check("epochs", expected["epochs"], header.spec.config["epochs"])
        check("invalidated", expected["invalidated"], .bool(header.isInvalidated))
        check(
            "totalSamples", expected["totalSamples"],
            header.results?.totalSamples.map(JSONValue.count))
        check(
            "completedSamples", expected["completedSamples"],
            header.results?.completedSamples.map(JSONValue.count))
        check(
            "sampleErrors", expected["sampleErrors"],
            .count(UInt64(log.samples.count { $0.hasError })))
        let edited = log.samples.reduce(0) { $0 + $1.scores.count { $0.isEdited } }
        check("editedScores", expected["editedScores"], .count(UInt64(edited)))
        scores(log, expected["scores"]?.array ?? [])
    }

    private mutating func scores(_ log: InspectLog, _ expected: [JSONValue]) {
        let scores = log.header.results?.scores ?? []
        check("scores", .count(UInt64(expected.count)), .count(UInt64(scores.count)))
        for (index, (score, expected)) in zip(scores, expected).enumerated() {
            check("scores.name", expected["name"], .string(score.name))
            check("scores.scorer", expected["scorer"], .string(score.scorer))
            check("scores.reducer", expected["reducer"], score.reducer.map(JSONValue.string))
            check("scores.scored", expected["scored"], score.scoredSamples.map(JSONValue.count))
            check(
                "scores.unscored", expected["unscored"], score.unscoredSamples.map(JSONValue.count))
            if let counts = log.metricCheck.counts[index], let stated = score.scoredSamples {
                check("counts.scored", .count(stated), .count(counts.scored))
                check(
                    "counts.unscored", score.unscoredSamples.map(JSONValue.count),
                    .count(counts.unscored))
            }
            for member in expected["metrics"]?.object?.members ?? [] {
                let stated = score.metrics.first { $0.key == member.name }?.value.double
                let wanted =
                    member.value.number?.double ?? member.value.text.flatMap { Double($0.string) }
                if stated != wanted { differences.append("metric \(member.name)") }
            }
        }
        for finding in log.metricCheck.findings where finding.gap != nil && !log.samples.isEmpty {
            differences.append("metric not recomputed: \(finding)")
        }
    }

    private mutating func check(_ name: String, _ wanted: JSONValue?, _ found: JSONValue?) {
        if wanted ?? .null != found ?? .null {
            differences.append(
                "\(name): \(String(describing: wanted)) / \(String(describing: found))")
        }
    }
}

/// The texts of a log that look like a path, an address or a person's name.
private struct PrivateTexts {
    private(set) var texts: Set<String> = []
    private var seen: Set<Text> = []

    private static let separators = Set(" \n\t\"'`(),<>[]{}".utf8)

    /// Members whose texts never belong in a statement.
    private static let privateNames: Set<Text> = [
        "task_file", "location", "model_base_url", "base_url", "origin", "traceback",
        "traceback_ansi", "message", "author", "user", "sandbox", "config",
    ]

    init(_ log: SharedLog) throws {
        let bytes = try readFile(try log.file())
        let limits = StrictJSON.Limits(depth: 256, values: 1 << 22, allowsNonFiniteNumbers: true)
        if bytes.starts(with: [0x50, 0x4b]) {
            let archive = try Archive(MemoryBytes(bytes), limits: ReadingLimits())
            for member in archive.members {
                collect(
                    try StrictJSON.parse(try archive.bytes(of: member), limits: limits),
                    isPrivate: false)
            }
        } else {
            collect(try StrictJSON.parse(bytes, limits: limits), isPrivate: false)
        }
    }

    private mutating func collect(_ value: JSONValue, isPrivate: Bool) {
        switch value {
        case .string(let text):
            if isPrivate, text.utf8.count >= 8 { texts.insert(text.string) }
            guard seen.insert(text).inserted else { return }
            for word in text.utf8.split(whereSeparator: Self.separators.contains)
            where word.count >= 6 && (word.contains(0x2f) || word.contains(0x2e)) {
                let word = String(decoding: word, as: UTF8.self)[...]
                if Self.looksPrivate(word) { texts.insert(String(word)) }
            }
        case .array(let elements):
            for element in elements { collect(element, isPrivate: isPrivate) }
        case .object(let object):
            for member in object.members {
                collect(
                    member.value,
                    isPrivate: isPrivate && member.value.text != nil
                        || Self.privateNames.contains(member.name) && member.value.text != nil)
            }
        case .null, .bool, .number: break
        }
    }

    private static func looksPrivate(_ word: Substring) -> Bool {
        word.contains("://") || word.hasPrefix("/") || word.contains("git@")
            || word.hasSuffix(".py") || word.contains("Users/") || word.contains("/home/")
            || word.contains("localhost")
    }
}
