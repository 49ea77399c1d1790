import AssayAttestation
import AssayCrypto
import Testing

@testable import AssayHarness

@Suite
struct InspectLogTests {
    @Test func containersHoldOneEvaluation() throws {
        let builder = LogBuilder.simple
        let json = try EvaluationLog.read(bytes: builder.json)
        let archive = try EvaluationLog.read(bytes: builder.archive.bytes())
        #expect(json.container == .json)
        #expect(archive.container == .archive)
        #expect(json.itemsRoot == archive.itemsRoot)
        #expect(json.protocolDigest == archive.protocolDigest)
        #expect(json.itemCount == 4)
        #expect(json.samples.map(\.itemDigest) == archive.samples.map(\.itemDigest))
        #expect(json.samples.map(\.outputDigest) == archive.samples.map(\.outputDigest))
        #expect(json.digest == SHA256.hash(builder.json))
        #expect(json.samples.allSatisfy { $0.respondingModel == "atlas-2-0101" })
        for (sample, other) in zip(json.samples, archive.samples) {
            let source = try #require(builder.samples.first { $0.id == "\"\(sample.id)\"" })
            for (log, sample) in [(json, sample), (archive, other)] {
                var bytes: [UInt8] = []
                try log.forEachPiece(of: sample) { bytes += $0 }
                #expect(bytes == Array(source.json.utf8))
            }
        }
    }

    /// What changes the question changes the items and the protocol; how it was transported does
    /// not.
    @Test func digestsTellEvaluationsApart() throws {
        let base = try EvaluationLog.read(bytes: LogBuilder.simple.json)
        func changed(_ change: (inout LogBuilder) -> Void) throws -> (Bool, Bool) {
            var builder = LogBuilder.simple
            change(&builder)
            let log = try EvaluationLog.read(bytes: builder.json)
            return (log.itemsRoot != base.itemsRoot, log.protocolDigest != base.protocolDigest)
        }
        func expect(
            _ items: Bool, _ protocols: Bool, _ change: (inout LogBuilder) -> Void,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let found = try changed(change)
            #expect(found == (items, protocols), sourceLocation: sourceLocation)
        }
        try expect(true, true) { $0.samples[0].id = "\"z\"" }
        try expect(true, true) { $0.samples[0].more = ", \"choices\": [\"x\", \"y\"]" }
        try expect(false, false) { $0.samples[0].more = ", \"choices\": []" }
        try expect(false, false) { $0.samples.reverse() }
        try expect(false, true) { $0.task = "\"other\"" }
        try expect(false, false) { $0.task = "\"package/quiz\"" }
        try expect(false, true) { $0.taskVersion = "1" }
        try expect(false, true) { $0.moreConfig = ", \"message_limit\": 8" }
        try expect(false, true) { $0.moreConfig = ", \"epochs_reducer\": [\"mode\"]" }
        try expect(false, false) { $0.moreConfig = ", \"epochs_reducer\": [\"mean\"]" }
        try expect(false, false) { $0.moreConfig = ", \"fail_on_error\": 0.5, \"max_tasks\": 4" }
        try expect(false, true) { $0.moreSpec = ", \"model_generate_config\": {\"top_p\": 0.5}" }
        try expect(false, false) {
            $0.moreSpec =
                ", \"model_generate_config\": {\"seed\": 5, \"timeout\": 9, \"top_p\": null}"
        }
        try expect(false, true) {
            $0.moreSpec = ", \"model_roles\": {\"grader\": {\"model\": \"lab/judge\"}}"
        }
        try expect(false, true) {
            $0.moreSpec = ", \"scorers\": [{\"name\": \"match\", \"options\": {\"x\": NaN}}]"
        }
        try expect(false, true) {
            $0.samples[0].more =
                ", \"events\": [{\"event\": \"model\", \"tools\": [{\"name\": \"bash\"}]}]"
            $0.samples[0].dropsEvents = true
        }
    }

    /// A judge's base URL and arguments are no part of the protocol.
    @Test func judgesAreWhatTheyAreNotWhereTheyRun() throws {
        func digest(_ judge: String) throws -> Digest {
            var builder = LogBuilder.simple
            builder.moreSpec = ", \"model_roles\": {\"grader\": \(judge)}"
            return try EvaluationLog.read(bytes: builder.json).protocolDigest
        }
        let plain = try digest(#"{"model": "lab/judge", "config": {}}"#)
        #expect(
            try digest(#"[{"model": "lab/judge", "base_url": "http://h", "args": {"k": 1}}]"#)
                == plain)
        #expect(try digest(#"{"model": "lab/judge", "config": {"temperature": 1}}"#) != plain)
        #expect(try digest(#"{"model": "lab/judge-2", "config": {}}"#) != plain)
    }

    @Test func idsKeepTheirType() throws {
        var builder = LogBuilder([
            .init("\"7\"", "1"), .init("7", "0"), .init("-3", "1"), .init("10", "0"),
            .init("\"a/b c/様_epoch_2\"", "1"), .init("\"a/b\"", "0"),
        ])
        builder.accuracy = "0.5"
        let log = try EvaluationLog.read(bytes: builder.json)
        #expect(
            log.samples.map(\.id) == [
                .number(-3), .number(7), .number(10), .text("7"), .text("a/b"),
                .text("a/b c/様_epoch_2"),
            ])
        #expect(log.itemCount == 6)
        builder.samples.removeFirst(2)
        let archive = try EvaluationLog.read(bytes: builder.archive.bytes())
        #expect(archive.samples.map(\.id) == log.samples.map(\.id).filter { $0.description != "7" })
        var float = LogBuilder([.init("1.5", "1")])
        float.accuracy = "1"
        #expect(reading(float.json).error == .unexpected("sample.id"))
    }

    /// An infinite number lies within any tolerance that grows with it.
    @Test(arguments: ["1e999", "-1e999", "Infinity", "-Infinity"])
    func numbersBeyondADoubleAgreeWithNothing(stated: String) throws {
        var builder = LogBuilder.simple
        builder.accuracy = stated
        let expected = EvaluationLogError.metricMismatch(
            MetricMismatch(
                score: "match", reducer: nil, metric: "accuracy", stated: stated,
                recomputed: 0.5))
        #expect(reading(builder.json).error == expected)
        builder = .simple
        builder.standardError = stated
        #expect(reading(builder.json).error != nil)
        builder = LogBuilder([.init("\"a\"", "1e308"), .init("\"b\"", "1e308")])
        builder.accuracy = "0.3"
        #expect(reading(builder.json).error != nil)
    }

    @Test func doctoredNumbersAreFound() throws {
        var builder = LogBuilder.simple
        builder.accuracy = "0.75"
        let expected = EvaluationLogError.metricMismatch(
            MetricMismatch(
                score: "match", reducer: nil, metric: "accuracy", stated: "0.75", recomputed: 0.5))
        #expect(reading(builder.json).error == expected)
        #expect(reading(builder.archive.bytes()).error == expected)
        #expect(expected.description.contains("0.75") && expected.description.contains("0.5"))
        builder = .simple
        builder.standardError = "0.1"
        #expect(reading(builder.json).error != nil)
        builder.standardError = "0.288675134594812"
        #expect(reading(builder.json).error == nil)
        builder.accuracy = "0.500000002"
        #expect(reading(builder.json).error != nil)
        builder.accuracy = "NaN"
        #expect(reading(builder.json).error != nil)
    }

    @Test func unscoredAndFailedSamplesDoNotCount() throws {
        var builder = LogBuilder.simple
        builder.samples.append(.init("\"e\"", "NaN"))
        builder.samples.append(.init("\"f\"", "\"C\"", more: ", \"error\": {\"message\": \"/x\"}"))
        builder.samples.append(.init("\"g\"", "\"C\"", more: ", \"error\": null"))
        builder.accuracy = "0.6"
        builder.standardError = nil
        let log = try EvaluationLog.read(bytes: builder.json)
        #expect(log.samples.map(\.hasError) == [false, false, false, false, false, true, false])
        let counts = try #require(log.metricCheck.counts[0])
        #expect(counts == (5, 1))
        // A run told to score errors counts them.
        builder.moreConfig = ", \"score_on_error\": true"
        #expect(reading(builder.json).error != nil)
        builder.accuracy = "0.6666666666666666"
        #expect(reading(builder.json).error == nil)
    }

    @Test func scoresOfSeveralValuesAreCheckedByKey() throws {
        var builder = LogBuilder([
            .init("1", #"{"good": 1, "bad": 0.25}"#), .init("2", #"{"good": 0, "bad": NaN}"#),
            .init("3", "NaN"),
        ])
        builder.scoreName = "bad"
        builder.accuracy = "0.25"
        let counts = try #require(try EvaluationLog.read(bytes: builder.json).metricCheck.counts[0])
        #expect(counts == (1, 2))
        builder.accuracy = "0.125"
        #expect(reading(builder.json).error != nil)
    }

    @Test func metricsOfTheTaskItselfAreLeftAlone() throws {
        var builder = LogBuilder.simple
        builder.accuracy = "17"
        builder.moreSpec =
            ", \"scorers\": [{\"name\": \"match\", \"metrics\": [{\"name\": \"accuracy\"}]}]"
        let log = try EvaluationLog.read(bytes: builder.json)
        #expect(log.metricCheck.findings.map(\.gap) == [.unknownMetric, nil])
    }

    @Test func refusesWhatIsNoLog() throws {
        #expect(reading([]).error == .unknownHarness)
        #expect(reading(Array("name: x".utf8)).error == .unknownHarness)
        #expect(reading(Array(#"{"a": 1}"#.utf8)).error == .unknownHarness)
        #expect(
            reading(Array(#"{"results": {}, "versions": {}}"#.utf8)).error
                == .unsupportedHarness(.lmEvaluationHarness))
        #expect(
            reading(Array(#"{"schema_version": "0.3.0", "evaluation_id": "x"}"#.utf8)).error
                == .unsupportedHarness(.everyEvalEver))
        #expect(EvaluationLogError.unknownHarness.description.contains("Inspect"))
        let other = ArchiveWriter([ArchiveWriter.Member("x", [1])])
        #expect(reading(other.bytes()).error == .unknownHarness)
        var crashed = LogBuilder.simple.archive
        crashed.members.removeLast()
        #expect(reading(crashed.bytes()).error == .noHeader)
        var builder = LogBuilder.simple
        builder.version = "4"
        #expect(reading(builder.json).error == .unknownVersion("4"))
        builder.version = "3"
        #expect(reading(builder.json).error == nil)
        #expect(reading(builder.json + [0x20, 0x0a]).error == nil)
        #expect(reading(builder.json + [0x7b]).error != nil)
    }

    @Test func refusesDoubledAndStraySamples() throws {
        var builder = LogBuilder.simple
        builder.samples.append(builder.samples[0])
        let doubled = EvaluationLogError.duplicateSample(id: .text("a"), epoch: 1)
        #expect(reading(builder.json).error == doubled)
        // In an archive the later member of one name stands for both, as when a sample is retried.
        #expect(reading(builder.archive.bytes()).error == nil)
        var archive = LogBuilder.simple.archive
        archive.members[2].name = Array("samples/another_epoch_1.json".utf8)
        archive.members[2].plain = archive.members[1].plain
        #expect(reading(archive.bytes()).error == doubled)
        archive = LogBuilder.simple.archive
        archive.members[1].name = Array("samples/a.json".utf8)
        #expect(reading(archive.bytes()).error == .strayMember("samples/a.json"))
    }

    @Test func refusesFilesThatAreNoFiles() {
        for path in ["/dev/zero", "/tmp", "/dev/null"] {
            #expect(throws: EvaluationLogError.notRegularFile(path: Text(path))) {
                try EvaluationLog.read(path: path)
            }
        }
        #expect(throws: EvaluationLogError.self) { try EvaluationLog.read(path: "/nowhere/x") }
    }

    /// Cut anywhere and changed anywhere, a log is refused or read, and nothing traps.
    @Test func survivesDamage() throws {
        let builder = LogBuilder.simple
        var acceptedCuts = 0
        for bytes in [builder.json, builder.archive.bytes()] {
            for count in 0..<bytes.count where reading(Array(bytes[..<count])).error == nil {
                acceptedCuts += 1
            }
            var generator = SplitMix(state: 7)
            for _ in 0..<3000 {
                var copy = bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    copy[Int.random(in: copy.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = reading(copy)
            }
        }
        #expect(acceptedCuts == 0)
    }

    @Test func refusesDeepAndLongLogs() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        for member in ["metadata", "store", "input", "events"] {
            var builder = LogBuilder.simple
            builder.samples[0].more = ", \"\(member)2\": \(deep)"
            #expect(reading(builder.json).error == .exceeds(.depth, limit: 256, member: nil))
        }
        var limits = ReadingLimits()
        limits.samples = 3
        #expect(throws: EvaluationLogError.exceeds(.samples, limit: 3, member: nil)) {
            try EvaluationLog.read(bytes: LogBuilder.simple.json, limits: limits)
        }
    }

    @Test func backendsAndToolsComeFromModelCalls() throws {
        var builder = LogBuilder.simple
        let call = { (fingerprint: String) in
            #"{"event": "model", "tools": [{"name": "t1", "parameters": {}}], "call": {"request": {}, "#
                + #""response": {"id": "x", "system_fingerprint": "\#(fingerprint)"}}}"#
        }
        for (index, fingerprint) in ["fp_1", "fp_2", "fp_1"].enumerated() {
            builder.samples[index].dropsEvents = true
            builder.samples[index].more = """
                , "events": [{"event": "state"}, \(call(fingerprint)), \
                {"event": "model", "role": "grader", "call": {"response": {"system_fingerprint": "j"}}}, \
                {"event": "model", "tools": [{"name": "t2"}], "call": null}]
                """
        }
        let log = try EvaluationLog.read(bytes: builder.json)
        let backends = log.samples.reduce(into: [Text: UInt64]()) {
            $0.merge($1.backends, uniquingKeysWith: +)
        }
        #expect(backends == ["fp_1": 2, "fp_2": 1])
        #expect(log.samples[0].offeredTools == ["t1"])
    }

    @Test func attachmentsAreResolved() throws {
        let image =
            #"[{"role": "user", "content": [{"type": "image", "image": "attachment://k"}]}]"#
        func log(_ input: String, _ attachments: String) throws -> InspectLog {
            var builder = LogBuilder.simple
            builder.samples[0].input = input
            builder.samples[0].more = ", \"attachments\": \(attachments)"
            return try EvaluationLog.read(bytes: builder.json)
        }
        let one = try log(image, #"{"k": "data:x", "other": "y"}"#)
        let renamed = try log(
            image.replacing("attachment://k", with: "attachment://0"), #"{"0": "data:x"}"#)
        let other = try log(image, #"{"k": "data:y"}"#)
        let inline = try log(image.replacing("attachment://k", with: "data:x"), "{}")
        #expect(one.itemsRoot == renamed.itemsRoot)
        #expect(one.itemsRoot == inline.itemsRoot)
        #expect(one.itemsRoot != other.itemsRoot)
    }
}

/// A small generator whose numbers are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
