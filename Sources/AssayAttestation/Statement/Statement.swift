public import AssayCrypto
import AssayTLog

/// An in-toto statement (v1) that is well-formed by formats.md sections 3 to 5 and 8: what an
/// envelope's payload says.
public struct Statement: Hashable, Sendable {
    /// The `_type` of every statement.
    public static let type: Text = "https://in-toto.io/Statement/v1"

    /// The bytes from which the statement was read: what is signed.
    public let payload: [UInt8]
    /// What it is about; at least one, no two with one digest.
    public let subjects: [Subject]
    /// What it says.
    public let predicate: Predicate
    /// What it says as JSON, with the members that are not known here.
    public let predicateJSON: JSONValue

    /// Reads a payload.
    ///
    /// - Throws: `notJSON`, or `malformed` with the place.
    public init(parsing payload: [UInt8]) throws(AttestationError) {
        let value: JSONValue
        do {
            value = try StrictJSON.parse(payload)
        } catch {
            throw .notJSON(.statement, error)
        }
        try self.init(payload: payload, reading: JSONCursor(value, in: .statement))
    }

    /// Makes a statement.
    ///
    /// - Throws: `malformed` if the parts do not make a well-formed statement, `tooLarge` if its
    ///   payload would not fit.
    public init(subjects: [Subject], predicate: Predicate) throws(AttestationError) {
        try self.init(subjects: subjects, type: predicate.type, predicate: predicate.json)
    }

    /// Makes a statement from a predicate given as JSON, for instance with withheld members.
    ///
    /// - Throws: `malformed` if the parts do not make a well-formed statement, `tooLarge` if its
    ///   payload would not fit.
    public init(
        subjects: [Subject], type: PredicateType, predicate: JSONValue
    ) throws(AttestationError) {
        let value: JSONValue = [
            "_type": .string(Self.type),
            "subject": subjects.json,
            "predicateType": .string(type.uri),
            "predicate": predicate,
        ]
        let payload = CompactJSON.serialize(value)
        guard payload.count <= Limits.payloadByteCountMax else {
            throw .tooLarge(
                .statement, byteCount: payload.count, limit: Limits.payloadByteCountMax)
        }
        try self.init(parsing: payload)
    }

    /// The kind of statement.
    public var predicateType: PredicateType { predicate.type }

    /// The ledger for which it was made; `nil` for a genesis charter only.
    public var ledger: LedgerID? { predicate.ledger }

    private enum Member: String, MemberName {
        case type = "_type"
        case subject, predicateType, predicate
    }

    private init(payload: [UInt8], reading cursor: JSONCursor) throws(AttestationError) {
        let typeMember = try cursor.member(Member.type)
        guard try typeMember.text() == Self.type else {
            throw typeMember.failure(
                .mismatch(expected: Self.type, found: try typeMember.text()))
        }
        subjects = try Self.subjects(reading: cursor.member(Member.subject))
        let name = try cursor.member(Member.predicateType)
        guard let type = PredicateType(uri: try name.text()) else {
            throw name.failure(
                .notOneOf(PredicateType.allCases.map(\.uri), found: try name.text()))
        }
        let body = try cursor.member(Member.predicate)
        predicateJSON = body.value
        predicate = try Self.predicate(reading: body, type: type, subjects: subjects)
        self.payload = payload
        try checkLedgerSubject(cursor)
    }

    /// The statement of `signed` with another predicate of the same type.
    init(_ signed: Statement, resolvedTo predicateJSON: JSONValue) throws(AttestationError) {
        payload = signed.payload
        subjects = signed.subjects
        self.predicateJSON = predicateJSON
        predicate = try Self.predicate(
            reading: JSONCursor(
                predicateJSON, in: .statement,
                at: JSONPointer.root.member(Text(Member.predicate.rawValue))),
            type: signed.predicateType, subjects: signed.subjects)
    }

    private static func predicate(
        reading cursor: JSONCursor, type: PredicateType, subjects: [Subject]
    ) throws(AttestationError) -> Predicate {
        _ = try cursor.object()
        let withheld = try WithheldMembers.places(in: cursor, type: type)
        return try Predicate(
            reading: JSONCursor(
                cursor.value, in: .statement, at: cursor.path, withheld: withheld),
            type: type, subjects: subjects)
    }

    private static func subjects(reading cursor: JSONCursor) throws(AttestationError) -> [Subject] {
        var subjects: [Subject] = []
        var digests: Set<Digest> = []
        for element in try cursor.elements(1...Limits.subjectCountMax) {
            let subject = try Subject(reading: element)
            guard digests.insert(subject.digest).inserted else {
                throw element.failure(.duplicate(Text(subject.digest.hex)))
            }
            subjects.append(subject)
        }
        return subjects
    }

    /// Statements about the ledger itself have one subject: the origin, with the digest of the
    /// charter that is amended or of the ledger (formats.md section 5).
    private func checkLedgerSubject(_ cursor: JSONCursor) throws(AttestationError) {
        let expectedDigest: Digest?
        let expectedName: Text?
        switch predicate {
        case .charter(let charter):
            expectedName = charter.origin.text
            expectedDigest = charter.isGenesis ? charter.genesisSubject.digest : nil
        case .memberKeys(let keys):
            expectedName = nil
            expectedDigest = keys.ledger.digest
        case .indexRoot(let root):
            expectedName = nil
            expectedDigest = root.ledger.digest
        case .evaluationResult, .correction, .other: return
        }
        let list = try cursor.member(Member.subject)
        guard let subject = subjects.first, subjects.count == 1 else {
            throw list.failure(.tooMany(count: subjects.count, most: 1))
        }
        let place = list.path.element(0)
        guard let name = subject.name else {
            throw .malformed(.statement, place.member("name"), .missing)
        }
        if let expectedName, name != expectedName {
            throw .malformed(
                .statement, place.member("name"), .mismatch(expected: expectedName, found: name))
        }
        if let expectedDigest, subject.digest != expectedDigest {
            throw .malformed(
                .statement, place.member("digest").member("sha256"),
                .mismatch(expected: Text(expectedDigest.hex), found: Text(subject.digest.hex)))
        }
    }
}
