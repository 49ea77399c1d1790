import AssayAttestation
import AssayCrypto
import AssayHarness

/// Makes small Inspect logs, right in every respect but those that a test changes.
struct LogBuilder {
    /// One sample.
    struct Sample {
        var id: String
        var epoch = 1
        var value: String
        /// More members, as JSON text with a comma before it.
        var more = ""
        /// The input, as JSON text; made from the id where there is none.
        var input: String?
        /// Leaves out the empty events, for samples that bring their own.
        var dropsEvents = false
        var history = "[]"

        init(_ id: String, _ value: String, epoch: Int = 1, more: String = "") {
            self.id = id
            self.value = value
            self.epoch = epoch
            self.more = more
        }

        /// The sample's JSON text.
        var json: String { json(respondingModel: "atlas-2-0101") }

        func json(respondingModel: String) -> String {
            """
            {"id": \(id), "epoch": \(epoch), "input": \(input ?? "\"What is \(quoted(id))?\""), "target": ["x"], \
            "messages": [], "output": {"model": "\(respondingModel)", "choices": [], \
            "completion": "an answer"}, "scores": {"match": {"value": \(value), \
            "answer": "an answer", "history": \(history)}}\
            \(dropsEvents ? "" : ", \"events\": []")\(more)}
            """
        }

        private func quoted(_ id: String) -> String { id.filter { $0 != "\"" } }
    }

    var samples: [Sample]
    var accuracy = "0.5"
    var standardError: String?
    var status = "success"
    var version = "2"
    var reducer: String?
    var scoreName = "match"
    var respondingModel = "atlas-2-0101"
    var plannedCount: Int?
    var hasScores = true
    /// Members of the log, of `eval`, of its `config` and of the score, as JSON text with a comma
    /// before it.
    var moreLog = ""
    var moreSpec = ""
    var moreConfig = ""
    var moreScore = ""
    var datasetCount: Int?
    var task = "\"quiz\""
    var taskVersion = "\"1.0\""
    var model = "mockllm/example-lab/atlas-2"

    init(_ samples: [Sample]) { self.samples = samples }

    /// Four samples of which two are right.
    static let simple: LogBuilder = {
        var builder = LogBuilder([
            Sample("\"a\"", "\"C\""), Sample("\"b\"", "\"I\""), Sample("\"c\"", "\"C\""),
            Sample("\"d\"", "\"I\""),
        ])
        builder.standardError = "0.28867513459481287"
        return builder
    }()

    private var ids: [String] {
        samples.map(\.id).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private var score: String {
        let error =
            standardError.map {
                """
                , "stderr": {"name": "stderr", "value": \($0), "params": {}}
                """
            } ?? ""
        return """
            {"name": "\(scoreName)", "scorer": "match"\
            \(reducer.map { ", \"reducer\": \"\($0)\"" } ?? "")\(moreScore), \
            "metrics": {"accuracy": {"name": "accuracy", "value": \(accuracy), "params": {}}\
            \(error)}}
            """
    }

    /// The header's members without the braces.
    private var headerMembers: String {
        """
        "version": \(version), "status": "\(status)", "eval": {"eval_id": "e1", \
        "run_id": "r1", "created": "2026-11-24T20:46:16+00:00", "task": \(task), \
        "task_version": \(taskVersion), "dataset": {"name": "toy", \
        "samples": \(datasetCount ?? ids.count), "sample_ids": [\(ids.joined(separator: ","))]}, \
        "model": "\(model)", "config": {"epochs": 1\(moreConfig)}, \
        "packages": {"inspect_ai": "0.3.285"}\(moreSpec)}, "plan": {"name": "plan", \
        "steps": [{"solver": "generate", "params": {}}], "config": {}}, \
        "results": {"total_samples": \(plannedCount ?? samples.count), "completed_samples": \(samples.count), \
        "scores": [\(hasScores ? score : "")]}, "stats": {"started_at": "2026-11-24T20:46:16+00:00", \
        "completed_at": "2026-11-24T20:46:20+00:00"}\(moreLog)
        """
    }

    /// The log as one JSON text.
    var json: [UInt8] {
        Array(
            "{\(headerMembers), \"samples\": [\(samples.map { $0.json(respondingModel: respondingModel) }.joined(separator: ", "))]}"
                .utf8
        )
    }

    /// The header alone.
    var header: [UInt8] { Array("{\(headerMembers)}".utf8) }

    /// The archive's writer.
    var archive: ArchiveWriter {
        var members = [ArchiveWriter.Member("_journal/start.json", Array("{}".utf8), method: 93)]
        for sample in samples {
            let id = sample.id.filter { $0 != "\"" }
            members.append(
                ArchiveWriter.Member(
                    "samples/\(id)_epoch_\(sample.epoch).json", Array(sample.json.utf8), method: 93)
            )
        }
        members.append(ArchiveWriter.Member("header.json", header, method: 93))
        return ArchiveWriter(members)
    }
}

/// Reads a log, or gives the error.
func reading(_ bytes: [UInt8]) -> Result<InspectLog, EvaluationLogError> {
    do throws(EvaluationLogError) {
        return .success(try EvaluationLog.read(bytes: bytes))
    } catch {
        return .failure(error)
    }
}

extension Result {
    /// The error, if this is one.
    var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
