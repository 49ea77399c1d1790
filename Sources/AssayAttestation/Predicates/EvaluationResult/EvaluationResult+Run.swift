public import AssayCrypto

extension EvaluationResult {
    /// How a run ended, in the words of Inspect.
    public enum RunStatus: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// It did not end.
        case started
        /// It ended as planned.
        case success
        /// It was stopped.
        case cancelled
        /// It failed.
        case error
    }

    /// One run of the evaluation.
    public struct Run: Hashable, Sendable {
        /// The harness's name for the run.
        public var id: Text?
        /// When it began.
        public var started: Timestamp?
        /// When it ended.
        public var completed: Timestamp?
        /// How it ended.
        public var status: RunStatus?
        /// Which attempt at its protocol this was, from 1.
        public var attempt: UInt64?
        /// The hardware.
        public var hardware: FreeText?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            id: Text, started: Timestamp? = nil, completed: Timestamp? = nil, status: RunStatus,
            attempt: UInt64? = nil, hardware: FreeText? = nil
        ) {
            self.id = id
            self.started = started
            self.completed = completed
            self.status = status
            self.attempt = attempt
            self.hardware = hardware
        }
    }

    /// Where requests to the model went; never the address itself.
    public enum BaseURLClass: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// The provider's public service.
        case provider
        /// Another address.
        case custom
        /// The machine itself.
        case local
        /// The log does not say.
        case unknown
    }

    /// Which model was asked for, and which answered.
    public struct ObservedModel: Hashable, Sendable {
        /// The name that was asked for.
        public var requested: Text?
        /// The names that answered, with numbers of samples.
        public var responded: [NamedCount]?
        /// The back ends that answered, with numbers of answers.
        public var backends: [FingerprintCount]?
        /// The root over the ids of the requests.
        public var requestIdsRoot: Digest?
        /// Where requests went.
        public var baseUrlClass: BaseURLClass?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            requested: Text, responded: [NamedCount], backends: [FingerprintCount],
            requestIdsRoot: Digest? = nil, baseUrlClass: BaseURLClass
        ) {
            self.requested = requested
            self.responded = responded
            self.backends = backends
            self.requestIdsRoot = requestIdsRoot
            self.baseUrlClass = baseUrlClass
        }
    }

    /// A name and how often it occurred.
    public struct NamedCount: Hashable, Sendable {
        /// The name.
        public var name: Text?
        /// How often.
        public var count: UInt64?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(name: Text, count: UInt64) {
            self.name = name
            self.count = count
        }
    }

    /// A back end's fingerprint and how often it occurred.
    public struct FingerprintCount: Hashable, Sendable {
        /// The fingerprint.
        public var fingerprint: Text?
        /// How often.
        public var count: UInt64?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(fingerprint: Text, count: UInt64) {
            self.fingerprint = fingerprint
            self.count = count
        }
    }

    /// The settings of the run.
    public struct Settings: Hashable, Sendable {
        /// Settings of generation, without those of transport.
        public var generation: SettingMap?
        /// Limits on samples.
        public var limits: SettingMap?
        /// How often each item was run.
        public var epochs: UInt64?
        /// How the scores of epochs were combined.
        public var reducers: [Text]?
        /// The tools that the model could use.
        public var tools: [Text]?
        /// The kind of sandbox.
        public var sandbox: Text?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            generation: SettingMap, limits: SettingMap, epochs: UInt64? = nil, reducers: [Text],
            tools: [Text], sandbox: Text? = nil
        ) {
            self.generation = generation
            self.limits = limits
            self.epochs = epochs
            self.reducers = reducers
            self.tools = tools
            self.sandbox = sandbox
        }
    }
}

extension EvaluationResult.Run: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case id, started, completed, status, attempt, hardware
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        id = try cursor.disclosable(Member.id)
        started = try cursor.disclosableOrNull(Member.started)
        completed = try cursor.disclosableOrNull(Member.completed)
        status = try cursor.disclosable(Member.status)
        attempt = try cursor.disclosableOrNull(Member.attempt)
        hardware = try cursor.optional(Member.hardware)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.id, id)
        object.addOrNull(Member.started, started)
        object.addOrNull(Member.completed, completed)
        object.add(Member.status, status)
        object.addOrNull(Member.attempt, attempt)
        object.add(Member.hardware, hardware)
        return .object(object)
    }
}

extension EvaluationResult.ObservedModel: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case requested, responded, backends, requestIdsRoot, baseUrlClass
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        requested = try cursor.disclosable(Member.requested)
        responded = try cursor.disclosable(Member.responded)
        backends = try cursor.disclosable(Member.backends)
        requestIdsRoot = try cursor.optional(Member.requestIdsRoot)
        baseUrlClass = try cursor.disclosable(Member.baseUrlClass)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.requested, requested)
        object.add(Member.responded, responded)
        object.add(Member.backends, backends)
        object.add(Member.requestIdsRoot, requestIdsRoot)
        object.add(Member.baseUrlClass, baseUrlClass)
        return .object(object)
    }
}

extension EvaluationResult.NamedCount: JSONObjectConvertible {
    package enum Member: String, MemberName { case name, count }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        name = try cursor.disclosable(Member.name)
        count = try cursor.disclosable(Member.count)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.name, name)
        object.add(Member.count, count)
        return .object(object)
    }
}

extension EvaluationResult.FingerprintCount: JSONObjectConvertible {
    package enum Member: String, MemberName { case fingerprint, count }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        fingerprint = try cursor.disclosable(Member.fingerprint)
        count = try cursor.disclosable(Member.count)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.fingerprint, fingerprint)
        object.add(Member.count, count)
        return .object(object)
    }
}

extension EvaluationResult.Settings: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case generation, limits, epochs, reducers, tools, sandbox
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        generation = try cursor.disclosable(Member.generation)
        limits = try cursor.disclosable(Member.limits)
        epochs = try cursor.disclosableOrNull(Member.epochs)
        reducers = try cursor.disclosable(Member.reducers)
        tools = try cursor.disclosable(Member.tools)
        sandbox = try cursor.disclosableOrNull(Member.sandbox)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.generation, generation)
        object.add(Member.limits, limits)
        object.addOrNull(Member.epochs, epochs)
        object.add(Member.reducers, reducers)
        object.add(Member.tools, tools)
        object.addOrNull(Member.sandbox, sandbox)
        return .object(object)
    }
}
