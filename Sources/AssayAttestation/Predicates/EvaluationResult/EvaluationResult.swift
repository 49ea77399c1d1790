public import AssayCrypto

/// The predicate of a result: one run of one evaluation (evaluations.md section 5.2, with
/// formats.md taking precedence).
///
/// A property that must be stated and is `nil` is either `null` in the statement, which says that
/// the harness did not record it, or withheld: ``isWithheld(_:)`` tells which. A producer fills in
/// what it knows, and withholds members of the finished predicate by ``Withholding``.
public struct EvaluationResult: Hashable, Sendable {
    /// How the run stands to a registered protocol.
    public enum Relation: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// As registered before the run.
        case confirmatory
        /// Without a registered plan.
        case exploratory
        /// Registered after the run had begun.
        case registeredLate = "registered-late"
    }

    /// The sentence that every result states about its own scope (ISO/IEC 17025, 7.8.2.1 l).
    public static let scope: Text =
        "This result relates only to the model and the items identified in it."

    /// The ledger.
    public var ledger: LedgerID
    /// The leaf hash of the registered protocol's entry.
    public var protocolEntry: Digest?
    /// How the run stands to it.
    public var relation: Relation?
    /// What was evaluated with.
    public var evaluation: Evaluation?
    /// The digest of the protocol by content; `null` where there is no sample evidence.
    public var protocolDigest: NamedDigest?
    /// The root over the evaluated items; `null` where there is no sample evidence.
    public var itemsRoot: NamedDigest?
    /// The program that ran it.
    public var harness: Harness?
    /// The run.
    public var run: Run?
    /// Which model was asked for, and which answered.
    public var observedModel: ObservedModel?
    /// The settings.
    public var settings: Settings?
    /// Numbers of samples.
    public var counts: Counts?
    /// The measured values.
    public var results: [Measurement]?
    /// Conformity with decision rules.
    public var verdicts: [Verdict]?
    /// Models that judged answers.
    public var judge: [Judge]?
    /// Files that stand behind the result.
    public var evidence: [Evidence]?
    /// The commitment to every sample; `null` where there is no sample evidence.
    public var samples: SampleCommitment?
    /// Changes to scores and samples after the run.
    public var edits: [Edit]?
    /// Where the run departed from its protocol.
    public var deviations: [FreeText]?
    /// Checks of the transcripts.
    public var qualityChecks: QualityChecks?
    /// What the institute was allowed to see and use.
    public var access: Access?
    /// Who paid, and who may have influenced.
    public var independence: Independence?
    /// How far the result can be relied on, by whose word.
    public var assurance: Assurance?
    /// What is kept back, and why; may be empty.
    public var withheld: [WithheldItem]
    /// Who authorised the statement.
    public var authorisedBy: Authorisation?
    /// The sentence on scope; every statement has the same one.
    public var statementOfScope: Text?

    /// Creates a result with what every one has; the other members are set afterwards.
    public init(ledger: LedgerID, protocolEntry: Digest? = nil, relation: Relation) {
        self.ledger = ledger
        self.protocolEntry = protocolEntry
        self.relation = relation
        withheld = []
        statementOfScope = Self.scope
    }

    /// Whether the member at a place of the predicate, such as `/results/0/value`, is listed as
    /// withheld.
    public func isWithheld(_ place: JSONPointer) -> Bool {
        withheld.contains { $0.path == place }
    }

    /// Whether the member at a place of the predicate must always be shown: the ledger, the list of
    /// what is withheld, and references to other entries (formats.md section 11).
    static func isNeverWithheld(_ place: JSONPointer) -> Bool {
        let tokens = place.tokens
        guard let first = tokens.first else { return true }
        let isReference = tokens.count == 3 && first == "verdicts" && tokens[2] == "rule"
        let isReserved = tokens.contains(where: DisclosureNames.contain)
        return isReference || isReserved || ["ledger", "protocol", "withheld"].contains(first)
    }
}

extension EvaluationResult: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case ledger
        case protocolEntry = "protocol"
        case relation, evaluation, protocolDigest, itemsRoot, harness, run, observedModel, settings
        case counts, results, verdicts, judge, evidence, samples, edits, deviations, qualityChecks
        case access, independence, assurance, withheld, authorisedBy, statementOfScope
    }

    /// Reads the predicate.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        ledger = try cursor.required(Member.ledger)
        protocolEntry = try cursor.nullable(Member.protocolEntry)
        relation = try cursor.disclosable(Member.relation)
        evaluation = try cursor.disclosable(Member.evaluation)
        protocolDigest = try cursor.disclosableOrNull(Member.protocolDigest)
        itemsRoot = try cursor.disclosableOrNull(Member.itemsRoot)
        harness = try cursor.disclosable(Member.harness)
        run = try cursor.disclosable(Member.run)
        observedModel = try cursor.disclosable(Member.observedModel)
        settings = try cursor.disclosable(Member.settings)
        counts = try cursor.disclosable(Member.counts)
        results = try cursor.disclosable(Member.results)
        verdicts = try cursor.optional(Member.verdicts)
        judge = try cursor.optional(Member.judge)
        evidence = try cursor.disclosable(Member.evidence)
        samples = try cursor.disclosableOrNull(Member.samples)
        edits = try cursor.optional(Member.edits)
        deviations = try cursor.optional(Member.deviations)
        qualityChecks = try cursor.optional(Member.qualityChecks)
        access = try cursor.disclosable(Member.access)
        independence = try cursor.disclosable(Member.independence)
        assurance = try cursor.disclosable(Member.assurance)
        withheld = try cursor.required(Member.withheld)
        authorisedBy = try cursor.disclosable(Member.authorisedBy)
        statementOfScope = try cursor.disclosable(Member.statementOfScope)
        if let statementOfScope, statementOfScope != Self.scope {
            throw cursor.failure(
                Member.statementOfScope,
                .mismatch(expected: Self.scope, found: statementOfScope))
        }
    }

    /// The predicate as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.addOrNull(Member.protocolEntry, protocolEntry)
        object.add(Member.relation, relation)
        object.add(Member.evaluation, evaluation)
        object.addOrNull(Member.protocolDigest, protocolDigest)
        object.addOrNull(Member.itemsRoot, itemsRoot)
        object.add(Member.harness, harness)
        object.add(Member.run, run)
        object.add(Member.observedModel, observedModel)
        object.add(Member.settings, settings)
        object.add(Member.counts, counts)
        object.add(Member.results, results)
        object.add(Member.verdicts, verdicts)
        object.add(Member.judge, judge)
        object.add(Member.evidence, evidence)
        object.addOrNull(Member.samples, samples)
        object.add(Member.edits, edits)
        object.add(Member.deviations, deviations)
        object.add(Member.qualityChecks, qualityChecks)
        object.add(Member.access, access)
        object.add(Member.independence, independence)
        object.add(Member.assurance, assurance)
        object.add(Member.withheld, withheld)
        object.add(Member.authorisedBy, authorisedBy)
        object.add(Member.statementOfScope, statementOfScope)
        return .object(object)
    }
}
