public import AssayCrypto

/// What a result commits to about one sample (formats.md section 11, evaluations.md section 5.4).
///
/// Its bytes are the RFC 8785 form of an object with exactly these members. Numbers in scores are
/// decimal strings, so that no parser can change them.
public struct SampleRecord: Hashable, Sendable {
    /// The id of an item: a number or a text, and 7 is not "7".
    public enum ID: Hashable, Sendable {
        /// A whole number, of magnitude below 2^53.
        case number(Int64)
        /// A text.
        case text(Text)
    }

    /// What identifies a sample within its result, and orders the records.
    public struct Key: Hashable, Sendable {
        /// The id of the item.
        public let id: ID
        /// Which run of the item, from 1.
        public let epoch: UInt64

        /// Creates a key.
        public init(id: ID, epoch: UInt64) {
            self.id = id
            self.epoch = epoch
        }
    }

    /// One score of the sample.
    public struct Score: Hashable, Sendable {
        /// The scorer's name.
        public let name: Text
        /// The value: a text, a truth value, `null` for none, or arrays and objects of these;
        /// numbers are decimal strings.
        public let value: JSONValue
        /// The digest of the answer that was scored.
        public let answerDigest: Digest?

        /// Creates a score.
        public init(name: Text, value: JSONValue, answerDigest: Digest? = nil) {
            self.name = name
            self.value = value
            self.answerDigest = answerDigest
        }
    }

    /// The item and the run of it.
    public let key: Key
    /// The digest of the item.
    public let item: Digest
    /// The digest of the model's output; `nil` if there was none.
    public let output: Digest?
    /// The scores, sorted by name; no two have one name.
    public let scores: [Score]
    /// Whether the sample ended in an error; its text may hold paths and is not kept.
    public let error: Bool
    /// The kind of limit at which the sample ended.
    public let limit: Text?
    /// Whether the sample was declared invalid.
    public let invalidated: Bool
    /// The commitment to the transcript; `nil` where transcripts are not committed.
    public let transcript: Digest?

    /// Creates a record.
    ///
    /// - Throws: `malformed` for two scores of one name, a JSON number in a score, an id of
    ///   magnitude 2^53 or more, or empty texts.
    public init(
        key: Key, item: Digest, output: Digest?, scores: [Score], error: Bool = false,
        limit: Text? = nil, invalidated: Bool = false, transcript: Digest? = nil
    ) throws(AttestationError) {
        self.key = key
        self.item = item
        self.output = output
        self.scores = scores.sorted { $0.name < $1.name }
        self.error = error
        self.limit = limit
        self.invalidated = invalidated
        self.transcript = transcript
        for (left, right) in zip(self.scores, self.scores.dropFirst()) where left.name == right.name
        {
            throw .malformed(
                .record, JSONPointer.root.member("scores"), .duplicate(left.name))
        }
        _ = try SampleRecord(reading: JSONCursor(json, in: .record))
    }

    /// Reads a record, which must be in its RFC 8785 form.
    ///
    /// - Throws: `tooLarge`, `notJSON`, `malformed` or `notCanonical`.
    public init(bytes: [UInt8]) throws(AttestationError) {
        guard bytes.count <= Limits.recordByteCountMax else {
            throw .tooLarge(.record, byteCount: bytes.count, limit: Limits.recordByteCountMax)
        }
        let value: JSONValue
        do {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.record, error)
        }
        self = try SampleRecord(reading: JSONCursor(value, in: .record))
        guard self.bytes == bytes else {
            let position = zip(self.bytes, bytes).enumerated().first { $1.0 != $1.1 }?.offset
            throw .notCanonical(
                .record, differsAt: position ?? min(self.bytes.count, bytes.count))
        }
    }

    /// The record in its RFC 8785 form.
    public var bytes: [UInt8] {
        do {
            return try JCS.serialize(json)
        } catch {
            preconditionFailure("a record has no numbers but whole ones")
        }
    }
}

extension SampleRecord.Key: Comparable {
    /// Orders by id, then by epoch: numbers come before texts, texts by their bytes.
    public static func < (left: SampleRecord.Key, right: SampleRecord.Key) -> Bool {
        switch (left.id, right.id) {
        case (.number(let a), .number(let b)): (a, left.epoch) < (b, right.epoch)
        case (.text(let a), .text(let b)): (a, left.epoch) < (b, right.epoch)
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}

extension SampleRecord: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case id, epoch, item, output, scores, error, limit, invalidated, transcript
    }

    /// Reads the members of a record; others are refused.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        key = Key(
            id: try cursor.required(Member.id), epoch: try cursor.required(Member.epoch))
        item = try cursor.required(Member.item)
        output = try cursor.nullable(Member.output)
        var scores: [Score] = []
        let list = try cursor.member(Member.scores)
        for member in try list.members() {
            scores.append(try Score(name: member.name, reading: member.place))
        }
        self.scores = scores.sorted { $0.name < $1.name }
        error = try cursor.required(Member.error)
        limit = try cursor.nullable(Member.limit)
        invalidated = try cursor.required(Member.invalidated)
        transcript = try cursor.nullable(Member.transcript)
    }

    /// The record as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.id, key.id)
        object.add(Member.epoch, key.epoch)
        object.add(Member.item, item)
        object.addOrNull(Member.output, output)
        object.append(
            Text(Member.scores.rawValue),
            .object(JSONObject(scores.map { JSONObject.Member($0.name, $0.json) })))
        object.add(Member.error, error)
        object.addOrNull(Member.limit, limit)
        object.add(Member.invalidated, invalidated)
        object.addOrNull(Member.transcript, transcript)
        return .object(object)
    }
}

extension SampleRecord.ID: JSONConvertible {
    /// Reads a whole number or a string.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        guard let number = cursor.value.number else {
            self = .text(try Text(reading: cursor))
            return
        }
        guard let value = Int64(number.lexeme), String(value) == number.lexeme,
            value.magnitude < Limits.countEnd
        else { throw cursor.failure(.notACount(Text(number.lexeme))) }
        self = .number(value)
    }

    /// The id as JSON.
    package var json: JSONValue {
        switch self {
        case .number(let number): .number(JSONNumber(Int(number)))
        case .text(let text): .string(text)
        }
    }
}

extension SampleRecord.Score {
    enum Member: String, MemberName { case value, answerDigest }

    init(name: Text, reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        self.name = name
        let value = try cursor.member(Member.value)
        guard !value.value.holdsNumber else {
            throw value.failure(.wrongType(expected: .string, found: .number))
        }
        self.value = value.value
        answerDigest = try cursor.nullable(Member.answerDigest)
    }

    var json: JSONValue {
        var object = JSONObject()
        object.add(Member.value, value)
        object.addOrNull(Member.answerDigest, answerDigest)
        return .object(object)
    }
}

extension JSONValue {
    /// Whether a JSON number stands in the value at any depth.
    fileprivate var holdsNumber: Bool {
        switch self {
        case .number: true
        case .null, .bool, .string: false
        case .array(let elements): elements.contains(where: \.holdsNumber)
        case .object(let object): object.members.contains(where: \.value.holdsNumber)
        }
    }
}
