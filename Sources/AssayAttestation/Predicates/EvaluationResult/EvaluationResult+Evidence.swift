public import AssayCrypto

extension EvaluationResult {
    /// What a file of evidence is.
    public enum EvidenceKind: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// A log of the harness.
        case log
        /// An analysis.
        case analysis
        /// A report.
        case report
        /// An attestation by trusted hardware.
        case tee
        /// A zero-knowledge proof.
        case zk
    }

    /// Who can get a file of evidence.
    public enum Availability: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// Everyone.
        case open = "public"
        /// Whoever asks.
        case onRequest = "on-request"
        /// Named parties.
        case named
        /// Nobody.
        case withheld
    }

    /// A file that stands behind the result.
    public struct Evidence: Hashable, Sendable {
        /// What it is.
        public var kind: EvidenceKind?
        /// Its media type.
        public var mediaType: Text?
        /// The SHA-256 of its bytes.
        public var sha256: Digest?
        /// The number of its bytes.
        public var bytes: UInt64?
        /// Who can get it.
        public var availability: Availability?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            kind: EvidenceKind, mediaType: Text, sha256: Digest, bytes: UInt64,
            availability: Availability
        ) {
            self.kind = kind
            self.mediaType = mediaType
            self.sha256 = sha256
            self.bytes = bytes
            self.availability = availability
        }
    }

    /// Whether sample records commit to transcripts.
    public enum Transcripts: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// They do.
        case committed
        /// They do not.
        case none
    }

    /// The commitment to every sample (formats.md section 11).
    public struct SampleCommitment: Hashable, Sendable {
        /// How it was made.
        public var algorithm: SampleAlgorithm?
        /// The number of samples.
        public var count: UInt64?
        /// The root over their salted records.
        public var root: Digest?
        /// Whether records commit to transcripts.
        public var transcripts: Transcripts?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            algorithm: SampleAlgorithm, count: UInt64, root: Digest, transcripts: Transcripts
        ) {
            self.algorithm = algorithm
            self.count = count
            self.root = root
            self.transcripts = transcripts
        }
    }

    /// How a sample commitment is made.
    public enum SampleAlgorithm: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// The tree of formats.md section 11.
        case assaySamples1 = "assay-samples/1"
    }

    /// A change to scores or samples after the run.
    public struct Edit: Hashable, Sendable {
        /// By which role.
        public var by: Text?
        /// Why.
        public var reason: FreeText?
        /// When.
        public var when: Timestamp?
        /// What was changed.
        public var what: FreeText?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            by: Text? = nil, reason: FreeText? = nil, when: Timestamp? = nil, what: FreeText
        ) {
            self.by = by
            self.reason = reason
            self.when = when
            self.what = what
        }
    }

    /// Checks of the transcripts.
    public struct QualityChecks: Hashable, Sendable {
        /// How many were read.
        public var transcriptsReviewed: UInt64?
        /// Which share of all that is.
        public var share: DecimalString?
        /// How.
        public var method: FreeText?
        /// What was found.
        public var findings: FreeText?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            transcriptsReviewed: UInt64, share: DecimalString? = nil, method: FreeText,
            findings: FreeText
        ) {
            self.transcriptsReviewed = transcriptsReviewed
            self.share = share
            self.method = method
            self.findings = findings
        }
    }
}

extension EvaluationResult.Evidence: JSONObjectConvertible {
    package enum Member: String, MemberName { case kind, mediaType, sha256, bytes, availability }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        kind = try cursor.disclosable(Member.kind)
        mediaType = try cursor.disclosable(Member.mediaType)
        sha256 = try cursor.disclosable(Member.sha256)
        bytes = try cursor.disclosable(Member.bytes)
        availability = try cursor.disclosable(Member.availability)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.kind, kind)
        object.add(Member.mediaType, mediaType)
        object.add(Member.sha256, sha256)
        object.add(Member.bytes, bytes)
        object.add(Member.availability, availability)
        return .object(object)
    }
}

extension EvaluationResult.SampleCommitment: JSONObjectConvertible {
    package enum Member: String, MemberName { case algorithm, count, root, transcripts }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        algorithm = try cursor.disclosable(Member.algorithm)
        count = try cursor.disclosable(Member.count)
        root = try cursor.disclosable(Member.root)
        transcripts = try cursor.disclosable(Member.transcripts)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.algorithm, algorithm)
        object.add(Member.count, count)
        object.add(Member.root, root)
        object.add(Member.transcripts, transcripts)
        return .object(object)
    }
}

extension EvaluationResult.Edit: JSONObjectConvertible {
    package enum Member: String, MemberName { case by, reason, when, what }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        by = try cursor.optional(Member.by)
        reason = try cursor.optional(Member.reason)
        when = try cursor.optional(Member.when)
        what = try cursor.disclosable(Member.what)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.by, by)
        object.add(Member.reason, reason)
        object.add(Member.when, when)
        object.add(Member.what, what)
        return .object(object)
    }
}

extension EvaluationResult.QualityChecks: JSONObjectConvertible {
    package enum Member: String, MemberName { case transcriptsReviewed, share, method, findings }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        transcriptsReviewed = try cursor.disclosable(Member.transcriptsReviewed)
        share = try cursor.disclosableOrNull(Member.share)
        method = try cursor.disclosable(Member.method)
        findings = try cursor.disclosable(Member.findings)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.transcriptsReviewed, transcriptsReviewed)
        object.addOrNull(Member.share, share)
        object.add(Member.method, method)
        object.add(Member.findings, findings)
        return .object(object)
    }
}
