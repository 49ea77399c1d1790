import AssayAttestation
import AssayCrypto

extension InspectHeader {
    /// The members of a log that make up its header.
    static let memberNames: Set<Text> = [
        "version", "status", "eval", "plan", "results", "stats", "invalidated", "log_updates",
    ]

    /// Reads a header from the members of a log that are called as in `memberNames`.
    init(_ members: JSONObject) throws(EvaluationLogError) {
        let log = try LogObject(.object(members), "log")
        if let number = log["version"] {
            guard let version = number.number?.count, (1...3).contains(version) else {
                throw .unknownVersion(Text(number.number?.lexeme ?? "that is no number"))
            }
            self.version = version
        } else {
            version = nil
        }
        guard let status = Status(rawValue: try log.requiredText("status").string) else {
            throw .unexpected("log.status")
        }
        self.status = status
        spec = try InspectSpec(try log.requiredObject("eval"))
        plan = try InspectPlan(try log.object("plan"))
        results = try log.object("results").map { object throws(EvaluationLogError) in
            try InspectResults(object)
        }
        let stats = try log.object("stats")
        startedAt = try stats?.text("started_at").flatMap { $0.isEmpty ? nil : $0 }
        completedAt = try stats?.text("completed_at").flatMap { $0.isEmpty ? nil : $0 }
        isInvalidated = try log.truth("invalidated")
        var updates: [InspectUpdate] = []
        for update in try log.objects("log_updates") {
            updates.append(
                InspectUpdate(
                    timestamp: try update.object("provenance")?.text("timestamp"),
                    editCount: try update.array("edits").count))
        }
        self.updates = updates
    }
}

extension InspectSpec {
    init(_ object: LogObject) throws(EvaluationLogError) {
        evaluationID = try object.text("eval_id")
        runID = try object.text("run_id")
        created = try object.text("created")
        task = try object.requiredText("task")
        switch object["task_version"] {
        case nil: taskVersion = nil
        case .string(let text): taskVersion = text
        case .number(let number): taskVersion = Text(number.lexeme)
        default: throw .unexpected("log.eval.task_version")
        }
        let dataset = try object.object("dataset")
        datasetName = try dataset?.text("name")
        datasetCount = try dataset?.count("samples")
        if dataset?["sample_ids"] == nil {
            selectedIDs = nil
        } else {
            var ids: [SampleID] = []
            for value in try dataset?.array("sample_ids") ?? [] {
                guard let id = SampleID(value) else {
                    throw .unexpected("log.eval.dataset.sample_ids")
                }
                ids.append(id)
            }
            selectedIDs = ids
        }
        sandboxType = try object.object("sandbox")?.text("type")
        model = try object.requiredText("model")
        baseURL = try object.text("model_base_url")
        modelSettings = try object.object("model_generate_config")?.members ?? JSONObject()
        modelRoles = try object.object("model_roles")?.members ?? JSONObject()
        config = try object.object("config")?.members ?? JSONObject()
        revision = try object.object("revision").map { revision throws(EvaluationLogError) in
            InspectRevision(
                origin: try revision.text("origin"), commit: try revision.text("commit"),
                isDirty: try revision.truth("dirty"))
        }
        var packages: [Text: Text] = [:]
        for member in try object.object("packages")?.members.members ?? [] {
            packages[member.name] = member.value.text
        }
        self.packages = packages
        if object["scorers"] == nil {
            scorers = nil
        } else {
            var scorers: [InspectScorer] = []
            for scorer in try object.objects("scorers") {
                scorers.append(
                    InspectScorer(
                        name: try scorer.requiredText("name"), options: scorer["options"] ?? [:],
                        metricNames: Self.metricNames(in: scorer["metrics"] ?? .null)))
            }
            self.scorers = scorers
        }
    }

    /// The names of all metrics in a list, a map of lists, or a list of both.
    private static func metricNames(in value: JSONValue) -> Set<Text> {
        switch value {
        case .array(let elements):
            return elements.reduce(into: []) { $0.formUnion(metricNames(in: $1)) }
        case .object(let object):
            if let name = object["name"]?.text { return [name] }
            return object.members.reduce(into: []) { $0.formUnion(metricNames(in: $1.value)) }
        default: return []
        }
    }
}

extension InspectPlan {
    init(_ object: LogObject?) throws(EvaluationLogError) {
        var steps: [Step] = []
        for step in try object?.objects("steps") ?? [] {
            steps.append(
                Step(
                    solver: try step.requiredText("solver"),
                    parameters: step["params_passed"] ?? step["params"] ?? [:]))
        }
        self.steps = steps
        settings = try object?.object("config")?.members ?? JSONObject()
    }
}

extension InspectResults {
    init(_ object: LogObject) throws(EvaluationLogError) {
        totalSamples = try object.count("total_samples")
        completedSamples = try object.count("completed_samples")
        var scores: [InspectScore] = []
        for score in try object.objects("scores") { scores.append(try InspectScore(score)) }
        // The oldest logs have one scorer, as an object, and its metrics beside each other.
        if object["scores"] == nil, let scorer = try object.object("scorer") {
            let name = try scorer.requiredText("name")
            scores.append(
                InspectScore(
                    name: name, scorer: name, reducer: nil, scoredSamples: nil,
                    unscoredSamples: nil, metrics: try InspectMetric.all(in: object)))
        }
        self.scores = scores
    }
}

extension InspectScore {
    init(_ object: LogObject) throws(EvaluationLogError) {
        name = try object.requiredText("name")
        scorer = try object.text("scorer") ?? name
        reducer = try object.text("reducer")
        scoredSamples = try object.count("scored_samples")
        unscoredSamples = try object.count("unscored_samples")
        metrics = try InspectMetric.all(in: object)
    }
}

extension InspectMetric {
    /// The metrics of the member `metrics` of a score.
    static func all(in score: LogObject) throws(EvaluationLogError) -> [InspectMetric] {
        guard let metrics = try score.object("metrics") else { return [] }
        var all: [InspectMetric] = []
        for member in metrics.members.members {
            let metric = try LogObject(
                member.value, metrics.path.appending(member.name.string))
            guard let value = metric["value"]?.number else {
                throw .unexpected(metric.path.appending("value"))
            }
            // Logs before 2025 call the parameters options.
            let parameters = metric["params"] ?? metric["options"]
            all.append(
                InspectMetric(
                    key: member.name, name: try metric.text("name") ?? member.name,
                    group: try metric.text("group"), value: value,
                    hasParameters: parameters?.object?.members.isEmpty == false))
        }
        return all
    }
}
