import AssayAttestation
import AssayCrypto

/// What a statement says about a log, field by field (evaluations.md 5.2, column "from Inspect").
struct StatedLog {
    private let log: InspectLog
    private let options: AttestOptions
    private let counts: SampleCounts
    private var texts = PublishableText()

    private var spec: InspectSpec { log.header.spec }

    /// Takes a log that was admitted.
    init(_ log: InspectLog, _ options: AttestOptions) {
        self.log = log
        self.options = options
        counts = SampleCounts(log)
    }

    /// The whole predicate.
    mutating func result(_ tree: SampleTree?) -> EvaluationResult {
        let relation: EvaluationResult.Relation =
            options.relation ?? (options.protocolEntry == nil ? .exploratory : .confirmatory)
        var result = EvaluationResult(
            ledger: options.ledger, protocolEntry: options.protocolEntry, relation: relation)
        result.evaluation = evaluation()
        if !log.isHeaderOnly {
            result.protocolDigest = EvaluationResult.NamedDigest(
                algorithm: "assay-protocol/1", value: log.protocolDigest)
            result.itemsRoot = EvaluationResult.NamedDigest(
                algorithm: "assay-items/1", value: log.itemsRoot)
        }
        result.harness = EvaluationResult.Harness(
            name: "inspect_ai", version: PublishableText.version(spec.packages["inspect_ai"]))
        result.run = run()
        result.observedModel = observedModel()
        result.settings = settings()
        result.counts = statedCounts()
        result.results = measurements()
        result.judge = judges()
        result.evidence = [evidence()]
        result.samples = tree?.commitment(
            transcripts: options.commitsTranscripts ? .committed : .none)
        result.edits = edits()
        result.qualityChecks = options.qualityChecks
        result.access = options.access ?? Unstated.access
        result.independence = options.independence ?? Unstated.independence
        result.assurance = options.assurance ?? Unstated.assurance
        result.authorisedBy = options.authorisedBy ?? Unstated.authorisation
        result.withheld = options.withheld
        let deviations = deviations()
        result.deviations = deviations.isEmpty ? nil : deviations
        return result
    }

    private mutating func evaluation() -> EvaluationResult.Evaluation {
        // The whole name is judged: the last part of a path looks like any name.
        let isName = texts.name(spec.task, "the task's name") == spec.task
        let task = isName ? spec.taskName : PublishableText.notPublished
        var package: EvaluationResult.Package?
        if isName, let name = spec.taskPackage {
            package = EvaluationResult.Package(
                name: name, version: PublishableText.version(spec.packages[name]))
        }
        var revision: EvaluationResult.Revision?
        if let stated = spec.revision, let commit = PublishableText.commit(stated.commit) {
            revision = EvaluationResult.Revision(
                origin: options.publishesOrigin ? stated.origin : nil, commit: commit,
                dirty: stated.isDirty)
        }
        return EvaluationResult.Evaluation(
            name: options.evaluationName ?? task, version: options.evaluationVersion, task: task,
            taskVersion: spec.taskVersion.map { texts.name($0, "the task's version") },
            taskPackage: package, revision: revision)
    }

    private func run() -> EvaluationResult.Run {
        let id =
            PublishableText.identifier(spec.evaluationID)
            ?? PublishableText.identifier(spec.runID) ?? PublishableText.notPublished
        let status: EvaluationResult.RunStatus =
            switch log.header.status {
            case .started: .started
            case .success: .success
            case .cancelled: .cancelled
            case .error: .error
            }
        return EvaluationResult.Run(
            id: id,
            started: (log.header.startedAt ?? spec.created).flatMap(Timestamp.init(anyOffset:)),
            completed: log.header.completedAt.flatMap(Timestamp.init(anyOffset:)), status: status,
            attempt: options.attempt)
    }

    private mutating func observedModel() -> EvaluationResult.ObservedModel {
        var responded: [Text: UInt64] = [:]
        var backends: [Text: UInt64] = [:]
        for sample in log.samples {
            if let model = sample.respondingModel, !model.isEmpty {
                responded[texts.name(model, "the name of a model that answered"), default: 0] += 1
            }
            for (fingerprint, count) in sample.backends {
                guard let name = PublishableText.identifier(fingerprint) else { continue }
                backends[name, default: 0] += count
            }
        }
        func isBefore(_ left: (key: Text, value: UInt64), _ right: (key: Text, value: UInt64))
            -> Bool
        {
            left.value != right.value ? left.value > right.value : left.key < right.key
        }
        return EvaluationResult.ObservedModel(
            requested: texts.name(spec.model, "the name that the model was asked for by"),
            responded: responded.sorted(by: isBefore).map { .init(name: $0.key, count: $0.value) },
            backends: backends.sorted(by: isBefore).map {
                .init(fingerprint: $0.key, count: $0.value)
            },
            baseUrlClass: baseURLClass())
    }

    /// The kind of address that requests went to; never the address.
    private func baseURLClass() -> EvaluationResult.BaseURLClass {
        guard let address = spec.baseURL?.string.lowercased(), !address.isEmpty else {
            // The provider's own, unless the environment said otherwise, which no log records.
            return .unknown
        }
        let host = address.split(separator: "//", maxSplits: 1).last ?? ""
        let isLocal = ["localhost", "127.", "[::1]", "0.0.0.0"].contains { host.hasPrefix($0) }
        return isLocal ? .local : .custom
    }

    private mutating func settings() -> EvaluationResult.Settings {
        EvaluationResult.Settings(
            generation: PublishableSettings.generation(
                ProtocolDigest.effectiveGeneration(log.header)),
            limits: PublishableSettings.limits(ProtocolDigest.limits(spec)), epochs: spec.epochs,
            reducers: spec.reducers.map {
                PublishableText.word($0) ?? PublishableText.notPublished
            },
            tools: texts.names(ProtocolDigest.tools(log.samples), "the name of a tool"),
            sandbox: spec.sandboxType.map { PublishableText.word($0) ?? "other" })
    }

    private func statedCounts() -> EvaluationResult.Counts {
        EvaluationResult.Counts(
            inDataset: counts.inDataset, selected: counts.selected, planned: counts.planned,
            completed: counts.completed, failed: counts.failed, scored: counts.scored,
            unscored: counts.unscored,
            invalidated: log.isHeaderOnly ? nil : counts.invalidated,
            edited: log.isHeaderOnly ? nil : counts.edited, limited: counts.limited)
    }

    private mutating func judges() -> [EvaluationResult.Judge]? {
        var judges: [EvaluationResult.Judge] = []
        for role in spec.modelRoles.members {
            for model in role.value.array ?? [role.value] {
                guard let name = model["model"]?.text else { continue }
                judges.append(
                    EvaluationResult.Judge(
                        role: texts.name(role.name, "a role of a model"),
                        model: texts.name(name, "the name of a model in a role")))
            }
        }
        return judges.isEmpty ? nil : judges
    }

    private func evidence() -> EvaluationResult.Evidence {
        EvaluationResult.Evidence(
            kind: .log, mediaType: log.container == .json ? "application/json" : "application/zip",
            sha256: log.digest, bytes: log.byteCount, availability: options.availability)
    }

    // MARK: Measurements

    /// The metrics of the header.
    ///
    /// A standard error stands with the mean that it belongs to.
    private mutating func measurements() -> [EvaluationResult.Measurement] {
        var measurements: [EvaluationResult.Measurement] = []
        for (index, score) in (log.header.results?.scores ?? []).enumerated() {
            let errors = score.metrics.filter { $0.isPlain("stderr") }
            let hasMean = score.metrics.contains { $0.isPlain("accuracy") || $0.isPlain("mean") }
            let ownError = errors.count == 1 && hasMean ? errors.first : nil
            for metric in score.metrics where metric != ownError {
                let isMean = metric.isPlain("accuracy") || metric.isPlain("mean")
                measurements.append(
                    EvaluationResult.Measurement(
                        metric: texts.name(metric.key, "the name of a metric"),
                        name: texts.name(score.name, "the name of a score"),
                        scorer: texts.name(score.scorer, "the name of a scorer"),
                        reducer: score.reducer.map {
                            PublishableText.word($0) ?? PublishableText.notPublished
                        },
                        value: DecimalString(metric.value),
                        standardError: isMean
                            ? ownError.flatMap { DecimalString($0.value) } : nil,
                        n: scoredCount(of: score, at: index)))
            }
        }
        return measurements
    }

    /// How many samples have a value, as counted from the samples; without them, as the header
    /// says.
    private func scoredCount(of score: InspectScore, at index: Int) -> UInt64? {
        log.metricCheck.counts[index]?.scored ?? score.scoredSamples
    }

    // MARK: What differs

    private func edits() -> [EvaluationResult.Edit]? {
        var edits: [EvaluationResult.Edit] = []
        if counts.edited > 0 {
            edits.append(
                EvaluationResult.Edit(what: english("scores of \(counts.edited) samples")))
        }
        if counts.invalidated > 0 {
            edits.append(
                EvaluationResult.Edit(
                    what: english("\(counts.invalidated) samples were marked invalid")))
        }
        for update in log.header.updates {
            edits.append(
                EvaluationResult.Edit(
                    when: update.timestamp.flatMap(Timestamp.init(anyOffset:)),
                    what: english("\(update.editCount) edits of tags or metadata")))
        }
        return edits.isEmpty ? nil : edits
    }

    private func deviations() -> [FreeText] {
        var sentences = LogAdmission(log).reasons.map(Self.sentence)
        sentences += uncheckedMetrics()
        if !texts.omissions.isEmpty {
            let fields = texts.omissions.map(\.string).joined(separator: ", ")
            sentences.append("Not published, since it could be a path or an address: \(fields).")
        }
        sentences += Unstated.sentences(options)
        return options.deviations + sentences.map(english)
    }

    private func uncheckedMetrics() -> [String] {
        guard !log.isHeaderOnly, let scores = log.header.results?.scores else { return [] }
        return log.metricCheck.findings.compactMap { finding in
            guard let gap = finding.gap else { return nil }
            let score = scores[finding.scoreIndex]
            let metric = score.metrics[finding.metricIndex].key
            guard PublishableText.isName(score.name), PublishableText.isName(metric) else {
                return "A metric was not recomputed from the samples: \(gap.rawValue)."
            }
            return "\(metric) of \(score.name) was not recomputed from the samples: "
                + "\(gap.rawValue)."
        }
    }

    private static func sentence(_ reason: AttestRefusal) -> String {
        switch reason {
        case .status(let status): "The run's status is \(status.rawValue)."
        case .headerOnly: "No sample evidence: the log holds its header alone."
        case .invalidated(let samples):
            "The log was invalidated after the run; \(samples) samples are marked."
        case .subset(let selected, let inDataset):
            "\(selected) of the data set's \(inDataset) items were selected."
        case .missingSamples(let planned, let found):
            "\(planned) samples were planned; the log holds \(found)."
        case .dirtyRevision: "The task's source code had changes that were not committed."
        case .edited(let scores, let updates):
            "The log was edited after the run: \(scores) scores, \(updates) other updates."
        case .noScores: "The run has no scores."
        case .surplusSamples, .modelNeeded, .samples, .record, .log: reason.description
        }
    }

    private func english(_ text: String) -> FreeText {
        FreeText(Text(text), language: LanguageTag("en"))
    }
}

extension InspectMetric {
    /// Whether this is the metric of that name, not a part of another and without parameters.
    fileprivate func isPlain(_ name: Text) -> Bool {
        self.name == name && group == nil && !hasParameters
    }
}

/// What a statement says where the issuer declared nothing.
///
/// The vocabulary has no word for it, so the first values stand there, and a sentence among the
/// deviations says that they are no claim.
enum Unstated {
    static let access = EvaluationResult.Access(level: .black, safeguards: .on, preRelease: false)
    static let independence = EvaluationResult.Independence(
        relationship: .other, reviewedBefore: [], nda: false)
    static let assurance = EvaluationResult.Assurance(level: "not-stated", declaredBy: .issuer)
    static let authorisation = EvaluationResult.Authorisation(role: "not-stated")

    /// Sentences about what was not declared.
    static func sentences(_ options: AttestOptions) -> [String] {
        var sentences: [String] = []
        if options.access == nil {
            sentences.append(
                "The issuer did not declare its access: what stands there is no claim.")
        }
        if options.independence == nil {
            sentences.append(
                "The issuer did not declare its independence: what stands there is no claim.")
        }
        return sentences
    }
}
