package import AssayCrypto

/// A value with one place in a JSON document: read from a cursor, written as JSON.
package protocol JSONConvertible: Sendable {
    /// Reads the value at `cursor`.
    init(reading cursor: JSONCursor) throws(AttestationError)
    /// The value as JSON.
    var json: JSONValue { get }
}

/// The member names of one kind of object, as a closed list that tests compare with the schema.
package protocol MemberName: RawRepresentable<String>, CaseIterable, Sendable {}

/// An object whose members are a closed list.
package protocol JSONObjectConvertible: JSONConvertible {
    /// The object's member names.
    associatedtype Member: MemberName
}

/// A word of a closed list.
package protocol ClosedWord: JSONConvertible, RawRepresentable<String>, CaseIterable {}

extension ClosedWord {
    /// Reads a word of the list.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let word = Self.allCases.first(where: { text.isSpelled($0.rawValue) }) else {
            throw cursor.failure(
                .notOneOf(Self.allCases.map { Text($0.rawValue) }, found: text))
        }
        self = word
    }

    /// The word as a JSON string.
    package var json: JSONValue { .string(rawValue) }
}

extension Text: JSONConvertible {
    /// Reads a string that is not empty.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        self = try cursor.text()
        guard !isEmpty else { throw cursor.failure(.emptyText) }
    }

    /// The text as a JSON string.
    package var json: JSONValue { .string(self) }
}

extension Bool: JSONConvertible {
    /// Reads `true` or `false`.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        guard let value = cursor.value.bool else { throw cursor.wrongType(expected: .boolean) }
        self = value
    }

    /// The truth value as JSON.
    package var json: JSONValue { .bool(self) }
}

extension UInt64: JSONConvertible {
    /// Reads an integer from 0 to 2^53-1.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        guard let number = cursor.value.number else { throw cursor.wrongType(expected: .number) }
        guard let count = number.count else {
            throw cursor.failure(.notACount(Text(number.lexeme)))
        }
        self = count
    }

    /// The number as JSON; it must be below 2^53.
    package var json: JSONValue { .count(self) }
}

extension Digest: JSONConvertible {
    /// Reads 64 lower-case hex digits.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let digest = Digest(hex: text.utf8) else {
            throw cursor.failure(.notWritten(.hexDigest, found: text))
        }
        self = digest
    }

    /// The digest as a string of hex digits.
    package var json: JSONValue { .string(hex) }
}

extension Array: JSONConvertible where Element: JSONConvertible {
    /// Reads every element of an array.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        self = []
        for element in try cursor.elements() {
            append(try Element(reading: element))
        }
    }

    /// The elements as a JSON array.
    package var json: JSONValue { .array(map { $0.json }) }
}

extension JSONValue: JSONConvertible {
    /// Takes the value as it is.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        self = cursor.value
    }

    /// The value itself.
    package var json: JSONValue { self }
}

extension JSONValue {
    /// The value's type.
    package var type: JSONType {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

extension JSONObject {
    /// Adds a member unless there is no value for it.
    package mutating func add<Value: JSONConvertible>(_ name: some MemberName, _ value: Value?) {
        guard let value else { return }
        append(Text(name.rawValue), value.json)
    }

    /// Adds a member, `null` if there is no value for it.
    package mutating func addOrNull<Value: JSONConvertible>(
        _ name: some MemberName, _ value: Value?
    ) {
        append(Text(name.rawValue), value?.json ?? .null)
    }
}
