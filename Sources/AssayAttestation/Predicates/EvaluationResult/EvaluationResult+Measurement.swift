public import AssayCrypto

extension EvaluationResult {
    /// Numbers of samples; `null` where the harness did not record one.
    public struct Counts: Hashable, Sendable {
        /// Items in the data set.
        public var inDataset: UInt64?
        /// Items that were selected.
        public var selected: UInt64?
        /// Samples that were planned: items times epochs.
        public var planned: UInt64?
        /// Samples that ran without error.
        public var completed: UInt64?
        /// Samples that ended in an error.
        public var failed: UInt64?
        /// Samples with a score.
        public var scored: UInt64?
        /// Samples without a score.
        public var unscored: UInt64?
        /// Samples that were declared invalid.
        public var invalidated: UInt64?
        /// Samples whose score was edited.
        public var edited: UInt64?
        /// Samples that ended at a limit.
        public var limited: UInt64?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            inDataset: UInt64? = nil, selected: UInt64? = nil, planned: UInt64? = nil,
            completed: UInt64? = nil, failed: UInt64? = nil, scored: UInt64? = nil,
            unscored: UInt64? = nil, invalidated: UInt64? = nil, edited: UInt64? = nil,
            limited: UInt64? = nil
        ) {
            self.inDataset = inDataset
            self.selected = selected
            self.planned = planned
            self.completed = completed
            self.failed = failed
            self.scored = scored
            self.unscored = unscored
            self.invalidated = invalidated
            self.edited = edited
            self.limited = limited
        }
    }

    /// One measured value.
    public struct Measurement: Hashable, Sendable {
        /// The metric.
        public var metric: Text?
        /// The name under which the harness reports it.
        public var name: Text?
        /// The scorer.
        public var scorer: Text?
        /// How the scores of epochs were combined.
        public var reducer: Text?
        /// The part of the items that it covers.
        public var group: Group?
        /// The value; `null` where the harness reports no number.
        public var value: DecimalString?
        /// The standard error.
        public var standardError: DecimalString?
        /// An interval around the value.
        public var interval: Interval?
        /// The number of scored samples behind it.
        public var n: UInt64?
        /// How special cases, such as cheating, were treated.
        public var treatment: FreeText?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            metric: Text, name: Text, scorer: Text? = nil, reducer: Text? = nil,
            group: Group? = nil,
            value: DecimalString? = nil, standardError: DecimalString? = nil,
            interval: Interval? = nil, n: UInt64? = nil, treatment: FreeText? = nil
        ) {
            self.metric = metric
            self.name = name
            self.scorer = scorer
            self.reducer = reducer
            self.group = group
            self.value = value
            self.standardError = standardError
            self.interval = interval
            self.n = n
            self.treatment = treatment
        }
    }

    /// A part of the items.
    public struct Group: Hashable, Sendable {
        /// Their language.
        public var language: LanguageTag?
        /// Their category.
        public var category: Text?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(language: LanguageTag? = nil, category: Text? = nil) {
            self.language = language
            self.category = category
        }
    }

    /// An interval around a value.
    public struct Interval: Hashable, Sendable {
        /// Its lower end.
        public var lower: DecimalString?
        /// Its upper end.
        public var upper: DecimalString?
        /// The level of confidence, such as 0.95.
        public var level: DecimalString?
        /// How it was computed.
        public var method: Text?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(lower: DecimalString, upper: DecimalString, level: DecimalString, method: Text)
        {
            self.lower = lower
            self.upper = upper
            self.level = level
            self.method = method
        }
    }

    /// How a value is compared with a threshold.
    public enum Comparator: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// Above it.
        case above = ">"
        /// At or above it.
        case atLeast = ">="
        /// Below it.
        case below = "<"
        /// At or below it.
        case atMost = "<="
        /// Equal to it.
        case equal = "=="
    }

    /// Conformity with a decision rule.
    public struct Verdict: Hashable, Sendable {
        /// The metric.
        public var metric: Text?
        /// How it is compared.
        public var comparator: Comparator?
        /// With what it is compared.
        public var threshold: DecimalString?
        /// Whether it conforms.
        public var passed: Bool?
        /// The leaf hash of the entry that registered the rule.
        public var rule: Digest?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            metric: Text, comparator: Comparator, threshold: DecimalString, passed: Bool,
            rule: Digest? = nil
        ) {
            self.metric = metric
            self.comparator = comparator
            self.threshold = threshold
            self.passed = passed
            self.rule = rule
        }
    }

    /// A model that judged answers.
    public struct Judge: Hashable, Sendable {
        /// Its role in the evaluation.
        public var role: Text?
        /// Its name.
        public var model: Text?
        /// How far it agreed with people.
        public var agreementWithHuman: Agreement?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(role: Text, model: Text, agreementWithHuman: Agreement? = nil) {
            self.role = role
            self.model = model
            self.agreementWithHuman = agreementWithHuman
        }
    }

    /// How far a judge agreed with people.
    public struct Agreement: Hashable, Sendable {
        /// The measure of agreement.
        public var metric: Text?
        /// Its value.
        public var value: DecimalString?
        /// The number of answers that both judged.
        public var n: UInt64?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(metric: Text, value: DecimalString, n: UInt64) {
            self.metric = metric
            self.value = value
            self.n = n
        }
    }
}

extension EvaluationResult.Counts: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case inDataset, selected, planned, completed, failed, scored, unscored, invalidated
        case edited, limited
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        inDataset = try cursor.disclosableOrNull(Member.inDataset)
        selected = try cursor.disclosableOrNull(Member.selected)
        planned = try cursor.disclosableOrNull(Member.planned)
        completed = try cursor.disclosableOrNull(Member.completed)
        failed = try cursor.disclosableOrNull(Member.failed)
        scored = try cursor.disclosableOrNull(Member.scored)
        unscored = try cursor.disclosableOrNull(Member.unscored)
        invalidated = try cursor.disclosableOrNull(Member.invalidated)
        edited = try cursor.disclosableOrNull(Member.edited)
        limited = try cursor.disclosableOrNull(Member.limited)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.addOrNull(Member.inDataset, inDataset)
        object.addOrNull(Member.selected, selected)
        object.addOrNull(Member.planned, planned)
        object.addOrNull(Member.completed, completed)
        object.addOrNull(Member.failed, failed)
        object.addOrNull(Member.scored, scored)
        object.addOrNull(Member.unscored, unscored)
        object.addOrNull(Member.invalidated, invalidated)
        object.addOrNull(Member.edited, edited)
        object.addOrNull(Member.limited, limited)
        return .object(object)
    }
}

extension EvaluationResult.Measurement: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case metric, name, scorer, reducer, group, value, standardError, interval, n, treatment
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        metric = try cursor.disclosable(Member.metric)
        name = try cursor.disclosable(Member.name)
        scorer = try cursor.optional(Member.scorer)
        reducer = try cursor.optional(Member.reducer)
        group = try cursor.optional(Member.group)
        value = try cursor.disclosableOrNull(Member.value)
        standardError = try cursor.optional(Member.standardError)
        interval = try cursor.optional(Member.interval)
        n = try cursor.disclosableOrNull(Member.n)
        treatment = try cursor.optional(Member.treatment)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.metric, metric)
        object.add(Member.name, name)
        object.add(Member.scorer, scorer)
        object.add(Member.reducer, reducer)
        object.add(Member.group, group)
        object.addOrNull(Member.value, value)
        object.add(Member.standardError, standardError)
        object.add(Member.interval, interval)
        object.addOrNull(Member.n, n)
        object.add(Member.treatment, treatment)
        return .object(object)
    }
}

extension EvaluationResult.Group: JSONObjectConvertible {
    package enum Member: String, MemberName { case language, category }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        language = try cursor.optional(Member.language)
        category = try cursor.optional(Member.category)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.language, language)
        object.add(Member.category, category)
        return .object(object)
    }
}

extension EvaluationResult.Interval: JSONObjectConvertible {
    package enum Member: String, MemberName { case lower, upper, level, method }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        lower = try cursor.disclosable(Member.lower)
        upper = try cursor.disclosable(Member.upper)
        level = try cursor.disclosable(Member.level)
        method = try cursor.disclosable(Member.method)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.lower, lower)
        object.add(Member.upper, upper)
        object.add(Member.level, level)
        object.add(Member.method, method)
        return .object(object)
    }
}

extension EvaluationResult.Verdict: JSONObjectConvertible {
    package enum Member: String, MemberName { case metric, comparator, threshold, passed, rule }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        metric = try cursor.disclosable(Member.metric)
        comparator = try cursor.disclosable(Member.comparator)
        threshold = try cursor.disclosable(Member.threshold)
        passed = try cursor.disclosable(Member.passed)
        rule = try cursor.optional(Member.rule)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.metric, metric)
        object.add(Member.comparator, comparator)
        object.add(Member.threshold, threshold)
        object.add(Member.passed, passed)
        object.add(Member.rule, rule)
        return .object(object)
    }
}

extension EvaluationResult.Judge: JSONObjectConvertible {
    package enum Member: String, MemberName { case role, model, agreementWithHuman }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        role = try cursor.disclosable(Member.role)
        model = try cursor.disclosable(Member.model)
        agreementWithHuman = try cursor.optional(Member.agreementWithHuman)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.role, role)
        object.add(Member.model, model)
        object.add(Member.agreementWithHuman, agreementWithHuman)
        return .object(object)
    }
}

extension EvaluationResult.Agreement: JSONObjectConvertible {
    package enum Member: String, MemberName { case metric, value, n }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        metric = try cursor.disclosable(Member.metric)
        value = try cursor.disclosable(Member.value)
        n = try cursor.disclosable(Member.n)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.metric, metric)
        object.add(Member.value, value)
        object.add(Member.n, n)
        return .object(object)
    }
}
