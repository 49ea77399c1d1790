public import AssayCrypto

extension EvaluationResult {
    /// How much of the model could be seen.
    public enum AccessLevel: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// Its answers.
        case black
        /// Some of its inside.
        case grey
        /// All of it.
        case white
    }

    /// The state of the safeguards.
    public enum Safeguards: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// As in service.
        case on
        /// Reduced.
        case reduced
        /// Removed.
        case removed
    }

    /// What the institute was allowed to see and use.
    public struct Access: Hashable, Sendable {
        /// How much of the model could be seen.
        public var level: AccessLevel?
        /// The state of the safeguards.
        public var safeguards: Safeguards?
        /// Whether the model was not yet released.
        public var preRelease: Bool?
        /// Who gave access.
        public var from: Text?
        /// During which time.
        public var period: Period?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            level: AccessLevel, safeguards: Safeguards, preRelease: Bool, from: Text? = nil,
            period: Period? = nil
        ) {
            self.level = level
            self.safeguards = safeguards
            self.preRelease = preRelease
            self.from = from
            self.period = period
        }
    }

    /// A stretch of time.
    public struct Period: Hashable, Sendable {
        /// Its beginning.
        public var start: Timestamp?
        /// Its end.
        public var end: Timestamp?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(start: Timestamp, end: Timestamp) {
            self.start = start
            self.end = end
        }
    }

    /// How the evaluator stands to the developer, in the words of Every Eval Ever.
    public enum Relationship: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// The developer itself.
        case firstParty = "first_party"
        /// Another party.
        case thirdParty = "third_party"
        /// Both together.
        case collaborative
        /// Otherwise.
        case other
    }

    /// Who paid, and who may have influenced.
    public struct Independence: Hashable, Sendable {
        /// How the evaluator stands to the developer.
        public var relationship: Relationship?
        /// Who paid.
        public var fundedBy: Text?
        /// Who saw the statement before it was signed.
        public var reviewedBefore: [Text]?
        /// Whether an agreement restricts what may be said.
        public var nda: Bool?
        /// Conflicts of interest.
        public var conflicts: FreeText?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            relationship: Relationship, fundedBy: Text? = nil, reviewedBefore: [Text], nda: Bool,
            conflicts: FreeText? = nil
        ) {
            self.relationship = relationship
            self.fundedBy = fundedBy
            self.reviewedBefore = reviewedBefore
            self.nda = nda
            self.conflicts = conflicts
        }
    }

    /// By whose word something holds.
    public enum Declarer: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// The one who signs the statement.
        case issuer
    }

    /// How far the result can be relied on.
    public struct Assurance: Hashable, Sendable {
        /// The level, in the words of the scheme it is from.
        public var level: Text?
        /// By whose word.
        public var declaredBy: Declarer?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(level: Text, declaredBy: Declarer) {
            self.level = level
            self.declaredBy = declaredBy
        }
    }

    /// Who authorised the statement.
    public struct Authorisation: Hashable, Sendable {
        /// The role.
        public var role: Text?
        /// The name.
        public var name: Text?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(role: Text, name: Text? = nil) {
            self.role = role
            self.name = name
        }
    }
}

extension EvaluationResult.Access: JSONObjectConvertible {
    package enum Member: String, MemberName { case level, safeguards, preRelease, from, period }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        level = try cursor.disclosable(Member.level)
        safeguards = try cursor.disclosable(Member.safeguards)
        preRelease = try cursor.disclosable(Member.preRelease)
        from = try cursor.disclosableOrNull(Member.from)
        period = try cursor.disclosableOrNull(Member.period)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.level, level)
        object.add(Member.safeguards, safeguards)
        object.add(Member.preRelease, preRelease)
        object.addOrNull(Member.from, from)
        object.addOrNull(Member.period, period)
        return .object(object)
    }
}

extension EvaluationResult.Period: JSONObjectConvertible {
    package enum Member: String, MemberName { case start, end }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        start = try cursor.disclosable(Member.start)
        end = try cursor.disclosable(Member.end)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.start, start)
        object.add(Member.end, end)
        return .object(object)
    }
}

extension EvaluationResult.Independence: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case relationship, fundedBy, reviewedBefore, nda, conflicts
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        relationship = try cursor.disclosable(Member.relationship)
        fundedBy = try cursor.disclosableOrNull(Member.fundedBy)
        reviewedBefore = try cursor.disclosable(Member.reviewedBefore)
        nda = try cursor.disclosable(Member.nda)
        conflicts = try cursor.disclosableOrNull(Member.conflicts)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.relationship, relationship)
        object.addOrNull(Member.fundedBy, fundedBy)
        object.add(Member.reviewedBefore, reviewedBefore)
        object.add(Member.nda, nda)
        object.addOrNull(Member.conflicts, conflicts)
        return .object(object)
    }
}

extension EvaluationResult.Assurance: JSONObjectConvertible {
    package enum Member: String, MemberName { case level, declaredBy }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        level = try cursor.disclosable(Member.level)
        declaredBy = try cursor.disclosable(Member.declaredBy)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.level, level)
        object.add(Member.declaredBy, declaredBy)
        return .object(object)
    }
}

extension EvaluationResult.Authorisation: JSONObjectConvertible {
    package enum Member: String, MemberName { case role, name }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        role = try cursor.disclosable(Member.role)
        name = try cursor.optional(Member.name)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.role, role)
        object.add(Member.name, name)
        return .object(object)
    }
}
