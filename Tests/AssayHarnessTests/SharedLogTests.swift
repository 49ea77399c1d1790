import AssayAttestation
import AssayCrypto
import AssayHarness
import AssayTestSupport
import Testing

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
            #expect(UInt64(read.samples.count) == prototype["leaves"]?.number?.count)
        }
        #expect(Set(theirProtocols.values) == Set(ourProtocols.values))
        #expect(Set(theirItems.values) == Set(ourItems.values))
        #expect(theirProtocols.count == 20)
        #expect(theirItems.count == 19)
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
