package import AssayCrypto

/// A JSON value together with its place in its document, so that every refusal can say where.
package struct JSONCursor: Sendable {
    /// The value.
    package let value: JSONValue
    /// Where it stands.
    package let path: JSONPointer
    /// The document in which it stands.
    package let document: AttestationError.Document
    /// The places that the document lists as withheld.
    let withheld: Set<JSONPointer>

    /// Creates a cursor at the root of a document, or at a place inside a larger one.
    package init(
        _ value: JSONValue, in document: AttestationError.Document, at path: JSONPointer = .root,
        withheld: Set<JSONPointer> = []
    ) {
        self.value = value
        self.path = path
        self.document = document
        self.withheld = withheld
    }

    private func cursor(_ value: JSONValue, at path: JSONPointer) -> JSONCursor {
        JSONCursor(value, in: document, at: path, withheld: withheld)
    }

    /// The error for something wrong with this value.
    package func failure(_ malformation: Malformation) -> AttestationError {
        .malformed(document, path, malformation)
    }

    /// The error for something wrong with a member of this value, present or not.
    package func failure(
        _ name: some MemberName, _ malformation: Malformation
    ) -> AttestationError {
        .malformed(document, path.member(Text(name.rawValue)), malformation)
    }

    /// The error for a value of another type than expected.
    package func wrongType(expected: JSONType) -> AttestationError {
        failure(.wrongType(expected: expected, found: value.type))
    }

    /// The members of this value, which must be an object.
    package func object() throws(AttestationError) -> JSONObject {
        guard let object = value.object else { throw wrongType(expected: .object) }
        return object
    }

    /// The text of this value, which must be a string and may be empty.
    package func text() throws(AttestationError) -> Text {
        guard let text = value.text else { throw wrongType(expected: .string) }
        return text
    }

    /// The elements of this value, which must be an array with a number of elements in `counts`.
    package func elements(
        _ counts: ClosedRange<Int> = 0...Int.max
    ) throws(AttestationError) -> [JSONCursor] {
        guard let elements = value.array else { throw wrongType(expected: .array) }
        guard elements.count >= counts.lowerBound else {
            throw failure(.tooFew(count: elements.count, least: counts.lowerBound))
        }
        guard elements.count <= counts.upperBound else {
            throw failure(.tooMany(count: elements.count, most: counts.upperBound))
        }
        return elements.enumerated().map { cursor($1, at: path.element($0)) }
    }

    /// The members of this value, which must be an object, each with its place.
    package func members() throws(AttestationError) -> [(name: Text, place: JSONCursor)] {
        try object().members.map { ($0.name, cursor($0.value, at: path.member($0.name))) }
    }

    /// The member called `name`, or `nil` if this object has none.
    package func member(_ name: Text) throws(AttestationError) -> JSONCursor? {
        try object()[name].map { cursor($0, at: path.member(name)) }
    }

    /// The member called `name`, which must be there.
    package func member(_ name: some MemberName) throws(AttestationError) -> JSONCursor {
        guard let member = try memberIfPresent(name) else { throw failure(name, .missing) }
        return member
    }

    /// The member called `name`, or `nil` if this object has none.
    private func memberIfPresent(_ name: some MemberName) throws(AttestationError) -> JSONCursor? {
        guard let member = try object().member(spelled: name.rawValue) else { return nil }
        return cursor(member.value, at: path.member(member.name))
    }

    /// Refuses members with other names than those of `names`.
    package func refuseUnknownMembers<Name: MemberName>(
        besides names: Name.Type
    ) throws(AttestationError) {
        for member in try object().members
        where !Name.allCases.contains(where: { member.name.isSpelled($0.rawValue) }) {
            throw AttestationError.malformed(
                document, path.member(member.name), .unexpectedMember)
        }
    }
}

extension JSONCursor {
    /// Reads a member that must be there.
    package func required<Value: JSONConvertible>(
        _ name: some MemberName
    ) throws(AttestationError) -> Value {
        try Value(reading: member(name))
    }

    /// Reads a member that must be there and may be `null`.
    package func nullable<Value: JSONConvertible>(
        _ name: some MemberName
    ) throws(AttestationError) -> Value? {
        let member = try member(name)
        return member.value == .null ? nil : try Value(reading: member)
    }

    /// Reads a member that may be absent but not `null`.
    package func optional<Value: JSONConvertible>(
        _ name: some MemberName
    ) throws(AttestationError) -> Value? {
        guard let member = try memberIfPresent(name) else { return nil }
        return try Value(reading: member)
    }

    /// Reads a member that must be there or be withheld, which gives `nil`.
    package func disclosable<Value: JSONConvertible>(
        _ name: some MemberName
    ) throws(AttestationError) -> Value? {
        try isWithheld(name) ? nil : required(name)
    }

    /// Reads a member that must be there or be withheld, and may be `null`; both give `nil`.
    package func disclosableOrNull<Value: JSONConvertible>(
        _ name: some MemberName
    ) throws(AttestationError) -> Value? {
        try isWithheld(name) ? nil : nullable(name)
    }

    /// Whether a member is absent and listed as withheld.
    private func isWithheld(_ name: some MemberName) throws(AttestationError) -> Bool {
        guard !withheld.isEmpty else { return false }
        let name = Text(name.rawValue)
        return try object()[name] == nil && withheld.contains(path.member(name))
    }
}
