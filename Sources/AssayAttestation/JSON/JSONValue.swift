public import AssayCrypto

/// A JSON value (RFC 8259) as it was written: numbers keep their text, members their order.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, by its text.
    case number(JSONNumber)
    /// A string, unescaped.
    case string(Text)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

/// The text of a JSON number, exactly as it stood in the source.
///
/// A reader that was told to allow them also yields `NaN`, `Infinity` and `-Infinity`, which some
/// evaluation harnesses write.
public struct JSONNumber: Hashable, Sendable {
    /// The number's characters, all ASCII.
    public let lexeme: String

    /// Creates a number from text that the reader has checked.
    init(checked lexeme: String) { self.lexeme = lexeme }

    /// Creates an integer.
    public init(_ value: Int) { lexeme = String(value) }

    /// Creates an integer.
    public init(_ value: UInt64) { lexeme = String(value) }

    /// The value if the text is the one decimal spelling of an integer from 0 to 2^53-1.
    public var count: UInt64? {
        guard let value = UInt64(canonicalDecimal: lexeme.utf8), value < 1 << 53 else {
            return nil
        }
        return value
    }

    /// The nearest IEEE 754 double; infinite or NaN only for the texts that say so or overflow.
    public var double: Double {
        switch lexeme {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: Double(lexeme) ?? .nan
        }
    }

    /// False for `NaN`, `Infinity` and `-Infinity`, which are not JSON.
    public var isJSON: Bool {
        guard let last = lexeme.utf8.last else { return false }
        return last != UInt8(ascii: "N") && last != UInt8(ascii: "y")
    }
}

/// The members of a JSON object in the order they were written; no two have one name.
public struct JSONObject: Hashable, Sendable {
    /// One name and its value.
    public struct Member: Hashable, Sendable {
        /// The unescaped name.
        public let name: Text
        /// The value.
        public let value: JSONValue
        /// What a search looks at first.
        fileprivate let sketch: UInt32

        /// Creates a member.
        public init(_ name: Text, _ value: JSONValue) {
            self.name = name
            self.value = value
            sketch = Self.sketch(of: name.utf8)
        }

        /// The length of a name and two of its bytes: names with other sketches differ.
        fileprivate static func sketch(of name: some BidirectionalCollection<UInt8>) -> UInt32 {
            UInt32(truncatingIfNeeded: name.count) << 16
                | UInt32(name.first ?? 0) << 8 | UInt32(name.last ?? 0)
        }
    }

    /// The members in order.
    public private(set) var members: [Member]

    /// Creates an object; the names must differ.
    public init(_ members: [Member] = []) { self.members = members }

    /// The value of the member called `name`, by linear search.
    public subscript(name: Text) -> JSONValue? {
        let sketch = Member.sketch(of: name.utf8)
        return members.indices.first {
            members[$0].sketch == sketch && members[$0].name == name
        }.map { members[$0].value }
    }

    /// The member whose name is spelled `name`, by linear search.
    ///
    /// Statements are read for every submission, so nothing is copied or allocated on the way.
    package func member(spelled name: String) -> Member? {
        let sketch = Member.sketch(of: name.utf8)
        for position in members.indices
        where members[position].sketch == sketch && members[position].name.isSpelled(name) {
            return members[position]
        }
        return nil
    }

    /// Adds a member at the end; its name must be new.
    public mutating func append(_ name: Text, _ value: JSONValue) {
        members.append(Member(name, value))
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral
{
    /// Creates an object; the names must differ.
    public init(dictionaryLiteral elements: (Text, JSONValue)...) {
        self = .object(JSONObject(elements.map { JSONObject.Member($0.0, $0.1) }))
    }

    /// Creates an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Creates a string.
    public init(stringLiteral value: String) { self = .string(Text(value)) }

    /// Creates an integer.
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }

    /// Creates a boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// A string value.
    public static func string(_ value: String) -> JSONValue { .string(Text(value)) }

    /// An integer value.
    public static func count(_ value: UInt64) -> JSONValue { .number(JSONNumber(value)) }
}

extension JSONValue {
    /// The members if this is an object.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The elements if this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text if this is a string.
    public var text: Text? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number if this is one.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The truth value if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The member called `name` if this is an object that has it.
    public subscript(name: Text) -> JSONValue? { object?[name] }
}
