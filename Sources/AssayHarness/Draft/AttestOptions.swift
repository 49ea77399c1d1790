package import AssayAttestation
package import AssayCrypto

/// What the one who attests decides or declares beside the log.
package struct AttestOptions: Sendable {
    /// What is attested although it is not a whole and untouched run.
    package enum Allowance: String, Hashable, Sendable, CaseIterable {
        /// A run that did not end well.
        case status = "--allow-status"
        /// Samples that were marked invalid.
        case invalidated = "--allow-invalidated"
        /// A log without samples.
        case headerOnly = "--header-only"
        /// A part of the data set, or of the samples that were planned.
        case subset = "--allow-subset"
        /// Source code that was changed after its commit.
        case dirty = "--allow-dirty"
        /// Scores, tags or metadata that were edited after the run.
        case edited = "--allow-edited"

        /// The option of `assay attest` that allows it.
        package var flag: String { rawValue }
    }

    /// The ledger that the statement is for.
    package var ledger: LedgerID
    /// The model; derived from the log where there is none and the log names it in full.
    package var model: ModelSubject?
    /// The leaf hash of the registered protocol's entry.
    package var protocolEntry: Digest?
    /// How the run stands to it; exploratory without a protocol and confirmatory with one where
    /// nothing is said.
    package var relation: EvaluationResult.Relation?
    /// Which attempt at its protocol this was, from 1.
    package var attempt: UInt64?
    /// The name and version of the evaluation; the task's name where there is none.
    package var evaluationName: Text?
    package var evaluationVersion: Text?
    /// The bytes from which the salts of samples are made.
    package var secret: SampleSecret
    /// What is attested although it is not a whole and untouched run.
    package var allowances: Set<Allowance> = []
    /// Who can get the log.
    package var availability: EvaluationResult.Availability = .withheld
    /// Whether the address of the source repository is stated.
    ///
    /// It may name a host that is not public.
    package var publishesOrigin = false
    /// Whether the statement commits to transcripts.
    package var commitsTranscripts = true
    /// What the institute was allowed to see and use.
    ///
    /// Where nothing is said, the statement says that what stands there is no claim.
    package var access: EvaluationResult.Access?
    /// Who paid, and who may have influenced; as with access.
    package var independence: EvaluationResult.Independence?
    /// How far the result can be relied on; as with access.
    package var assurance: EvaluationResult.Assurance?
    /// Who authorised the statement; as with access.
    package var authorisedBy: EvaluationResult.Authorisation?
    /// Checks of the transcripts.
    package var qualityChecks: EvaluationResult.QualityChecks?
    /// What else departed from the protocol.
    package var deviations: [FreeText] = []
    /// What is kept back, and why; the caller takes it out of the finished predicate.
    package var withheld: [WithheldItem] = []

    /// Creates options with what every statement needs.
    package init(ledger: LedgerID, secret: SampleSecret) {
        self.ledger = ledger
        self.secret = secret
    }
}

/// Why a log is not attested.
package enum AttestRefusal: Error, Hashable, Sendable {
    /// The run did not end well.
    case status(InspectHeader.Status)
    /// So many samples were marked invalid, or the log as a whole was.
    case invalidated(samples: UInt64)
    /// The log holds no samples.
    case headerOnly
    /// Only a part of the data set was selected.
    case subset(selected: UInt64, inDataset: UInt64)
    /// Samples that were planned are not in the log.
    case missingSamples(planned: UInt64, found: UInt64)
    /// The log has more samples than were planned.
    case surplusSamples(planned: UInt64, found: UInt64)
    /// The source code was changed after its commit.
    case dirtyRevision
    /// Scores were edited after the run, or tags and metadata.
    case edited(scores: UInt64, updates: UInt64)
    /// The run has no scores.
    case noScores
    /// The log does not name the model as `developer/name`.
    case modelNeeded(requested: Text)
    /// The log's samples do not make records.
    case samples(SampleTreeError)
    /// A sample does not make a record.
    case record(SampleID, AttestationError)
    /// The log could not be read again.
    case log(EvaluationLogError)

    /// What allows it; `nil` where nothing does.
    package var allowance: AttestOptions.Allowance? {
        switch self {
        case .status: .status
        case .invalidated: .invalidated
        case .headerOnly: .headerOnly
        case .subset, .missingSamples: .subset
        case .dirtyRevision: .dirty
        case .edited: .edited
        case .surplusSamples, .noScores, .modelNeeded, .samples, .record, .log: nil
        }
    }
}

extension AttestRefusal: CustomStringConvertible {
    /// The reason, and the option that allows it.
    package var description: String {
        allowance.map { "\(reason) (\($0.flag) attests it all the same, and says so)" } ?? reason
    }

    private var reason: String {
        switch self {
        case .status(let status): "the run's status is \(status.rawValue)"
        case .invalidated(let samples):
            "the log was invalidated after the run (\(samples) samples are marked)"
        case .headerOnly: "the log holds no samples: there is no evidence beside the header"
        case .subset(let selected, let inDataset):
            "only \(selected) of the data set's \(inDataset) items were selected"
        case .missingSamples(let planned, let found):
            "\(planned) samples were planned and the log holds \(found)"
        case .surplusSamples(let planned, let found):
            "\(planned) samples were planned and the log holds \(found)"
        case .dirtyRevision: "the task's source code had changes that were not committed"
        case .edited(let scores, let updates):
            "the log was edited after the run (\(scores) scores, \(updates) other updates)"
        case .noScores: "the log has no scores"
        case .modelNeeded(let requested):
            "the log calls the model \(requested): "
                + "say which it was, as developer/name@snapshot (--model-id)"
        case .samples(let error): "the samples do not make a tree: \(error)"
        case .record(let id, let error): "sample \(id) does not make a record: \(error)"
        case .log(let error): error.description
        }
    }
}
