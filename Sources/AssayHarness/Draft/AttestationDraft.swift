package import AssayAttestation
import AssayCrypto

/// A statement about a log, ready to be shown, withheld from in part, and signed.
package struct AttestationDraft: Sendable {
    /// What the statement is about: the model.
    package let subjects: [Subject]
    /// What it says.
    package let result: EvaluationResult
    /// The records of all samples with the secret of their salts; absent without samples.
    package let samples: SampleTree?

    /// Makes the statement about `log`.
    ///
    /// - Throws: `AttestRefusal`; its `allowance` is what allows to go on, if anything does.
    package static func make(
        from log: InspectLog, _ options: AttestOptions
    ) throws(AttestRefusal) -> AttestationDraft {
        try LogAdmission(log).check(options.allowances)
        let model: ModelSubject
        if let given = options.model { model = given } else { model = try servedModel(of: log) }
        let tree =
            try log.isHeaderOnly
            ? nil
            : log.sampleTree(
                secret: options.secret, commitsTranscripts: options.commitsTranscripts)
        var statement = StatedLog(log, options)
        return AttestationDraft(
            subjects: [model.subject()], result: statement.result(tree), samples: tree)
    }

    /// The model that the log asks for, by the name that it has without its provider.
    ///
    /// Inspect writes `provider/name`, and `provider/developer/name` where the provider serves other
    /// people's models; where only one name follows, the provider is the developer.
    private static func servedModel(of log: InspectLog) throws(AttestRefusal) -> ModelSubject {
        let requested = log.header.spec.model
        guard PublishableText.isName(requested),
            let slash = requested.utf8.firstIndex(of: UInt8(ascii: "/")),
            let name = Text(validating: requested.utf8[(slash + 1)...]),
            let id = ModelID(name) ?? ModelID(requested)
        else { throw .modelNeeded(requested: requested) }
        return .served(id)
    }
}

/// What about a log speaks against attesting it.
struct LogAdmission {
    /// The reasons, in the order in which they are told.
    let reasons: [AttestRefusal]

    /// Judges a log.
    init(_ log: InspectLog) {
        var reasons: [AttestRefusal] = []
        let header = log.header
        if header.status != .success { reasons.append(.status(header.status)) }
        if log.isHeaderOnly { reasons.append(.headerOnly) }
        if header.results?.scores.isEmpty ?? true { reasons.append(.noScores) }
        let counts = SampleCounts(log)
        if header.isInvalidated || counts.invalidated > 0 {
            reasons.append(.invalidated(samples: counts.invalidated))
        }
        if let selected = counts.selected, let inDataset = counts.inDataset, selected < inDataset {
            reasons.append(.subset(selected: selected, inDataset: inDataset))
        }
        if !log.isHeaderOnly, let planned = counts.planned {
            let found = UInt64(log.samples.count)
            if found < planned { reasons.append(.missingSamples(planned: planned, found: found)) }
            if found > planned { reasons.append(.surplusSamples(planned: planned, found: found)) }
        }
        if header.spec.revision?.isDirty ?? false { reasons.append(.dirtyRevision) }
        if counts.edited > 0 || !header.updates.isEmpty {
            reasons.append(
                .edited(scores: counts.edited, updates: UInt64(header.updates.count)))
        }
        self.reasons = reasons
    }

    /// Throws the first reason that is not allowed.
    ///
    /// A run that failed may have no scores: whoever allows the status attests just that.
    func check(_ allowances: Set<AttestOptions.Allowance>) throws(AttestRefusal) {
        for reason in reasons {
            if let allowance = reason.allowance, allowances.contains(allowance) { continue }
            if reason == .noScores, hasBadStatus, allowances.contains(.status) { continue }
            throw reason
        }
    }

    private var hasBadStatus: Bool {
        reasons.contains { if case .status = $0 { true } else { false } }
    }
}

/// Numbers of samples of a log.
struct SampleCounts {
    let inDataset: UInt64?
    let selected: UInt64?
    let planned: UInt64?
    let completed: UInt64?
    let failed: UInt64?
    let scored: UInt64?
    let unscored: UInt64?
    let invalidated: UInt64
    let edited: UInt64
    let limited: UInt64?

    /// Counts a log's samples; without samples, the header's numbers stand.
    init(_ log: InspectLog) {
        let header = log.header
        let samples = log.samples
        inDataset = header.spec.datasetCount
        let distinct = Set(samples.map(\.id)).count
        selected =
            header.spec.selectedIDs.map { UInt64(Set($0).count) }
            ?? (samples.isEmpty ? nil : UInt64(distinct))
        let epochs = header.spec.epochs
        planned =
            header.results?.totalSamples
            ?? selected.map { $0.multipliedReportingOverflow(by: epochs) }
            .flatMap { $0.overflow ? nil : $0.partialValue }
        func count(_ isCounted: (InspectSample) -> Bool) -> UInt64 {
            UInt64(samples.count(where: isCounted))
        }
        invalidated = count(\.isInvalidated)
        edited = count { $0.scores.contains(where: \.isEdited) }
        guard !samples.isEmpty else {
            completed = header.results?.completedSamples
            (failed, scored, unscored, limited) = (nil, nil, nil, nil)
            return
        }
        completed = count { !$0.hasError }
        failed = count(\.hasError)
        scored = count { $0.isScored }
        unscored = count { !$0.hasError && !$0.isScored }
        limited = count { $0.limit != nil }
    }
}

extension InspectSample {
    /// Whether the sample ended without error and each of its scores has a value.
    fileprivate var isScored: Bool {
        !hasError && !scores.isEmpty && scores.allSatisfy { $0.value != .unscored }
    }
}
