public import AssayCrypto

extension EvaluationResult {
    /// What the model was evaluated with.
    public struct Evaluation: Hashable, Sendable {
        /// The name of the evaluation.
        public var name: Text?
        /// Its version, as its publisher counts.
        public var version: Text?
        /// The task's name in the harness, without a package prefix.
        public var task: Text?
        /// The task's version; numbers as text.
        public var taskVersion: Text?
        /// The package that the task came from.
        public var taskPackage: Package?
        /// The revision of the source that ran.
        public var revision: Revision?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(
            name: Text, version: Text? = nil, task: Text, taskVersion: Text? = nil,
            taskPackage: Package? = nil, revision: Revision? = nil
        ) {
            self.name = name
            self.version = version
            self.task = task
            self.taskVersion = taskVersion
            self.taskPackage = taskPackage
            self.revision = revision
        }
    }

    /// A package of a programming language.
    public struct Package: Hashable, Sendable {
        /// Its name.
        public var name: Text?
        /// Its version.
        public var version: Text?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(name: Text, version: Text? = nil) {
            self.name = name
            self.version = version
        }
    }

    /// A revision of a source repository.
    public struct Revision: Hashable, Sendable {
        /// Where the repository is published.
        public var origin: Text?
        /// The commit, perhaps shortened.
        public var commit: Text?
        /// Whether files differed from the commit.
        public var dirty: Bool?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(origin: Text? = nil, commit: Text, dirty: Bool? = nil) {
            self.origin = origin
            self.commit = commit
            self.dirty = dirty
        }
    }

    /// A digest with the name and version of how it was made.
    public struct NamedDigest: Hashable, Sendable {
        /// The method, such as `assay-protocol/1`.
        public var algorithm: Text?
        /// The digest.
        public var value: Digest?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(algorithm: Text, value: Digest) {
            self.algorithm = algorithm
            self.value = value
        }
    }

    /// The program that ran the evaluation.
    public struct Harness: Hashable, Sendable {
        /// Its name.
        public var name: Text?
        /// Its version.
        public var version: Text?
        /// The SHA-256 of its package.
        public var digest: Digest?

        /// Creates the value; a member that is left out is `null` or absent.
        public init(name: Text, version: Text? = nil, digest: Digest? = nil) {
            self.name = name
            self.version = version
            self.digest = digest
        }
    }
}

extension EvaluationResult.Evaluation: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case name, version, task, taskVersion, taskPackage, revision
    }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        name = try cursor.disclosable(Member.name)
        version = try cursor.disclosableOrNull(Member.version)
        task = try cursor.disclosable(Member.task)
        taskVersion = try cursor.disclosableOrNull(Member.taskVersion)
        taskPackage = try cursor.disclosableOrNull(Member.taskPackage)
        revision = try cursor.disclosableOrNull(Member.revision)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.name, name)
        object.addOrNull(Member.version, version)
        object.add(Member.task, task)
        object.addOrNull(Member.taskVersion, taskVersion)
        object.addOrNull(Member.taskPackage, taskPackage)
        object.addOrNull(Member.revision, revision)
        return .object(object)
    }
}

extension EvaluationResult.Package: JSONObjectConvertible {
    package enum Member: String, MemberName { case name, version }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        name = try cursor.disclosable(Member.name)
        version = try cursor.disclosableOrNull(Member.version)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.name, name)
        object.addOrNull(Member.version, version)
        return .object(object)
    }
}

extension EvaluationResult.Revision: JSONObjectConvertible {
    package enum Member: String, MemberName { case origin, commit, dirty }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        origin = try cursor.disclosableOrNull(Member.origin)
        commit = try cursor.disclosable(Member.commit)
        dirty = try cursor.disclosableOrNull(Member.dirty)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.addOrNull(Member.origin, origin)
        object.add(Member.commit, commit)
        object.addOrNull(Member.dirty, dirty)
        return .object(object)
    }
}

extension EvaluationResult.NamedDigest: JSONObjectConvertible {
    package enum Member: String, MemberName { case algorithm, value }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        algorithm = try cursor.disclosable(Member.algorithm)
        value = try cursor.disclosable(Member.value)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.algorithm, algorithm)
        object.add(Member.value, value)
        return .object(object)
    }
}

extension EvaluationResult.Harness: JSONObjectConvertible {
    package enum Member: String, MemberName { case name, version, digest }

    /// Reads the members.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        name = try cursor.disclosable(Member.name)
        version = try cursor.disclosableOrNull(Member.version)
        digest = try cursor.optional(Member.digest)
    }

    /// The members as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.name, name)
        object.addOrNull(Member.version, version)
        object.add(Member.digest, digest)
        return .object(object)
    }
}
