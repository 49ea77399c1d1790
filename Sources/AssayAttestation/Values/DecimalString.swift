public import AssayCrypto

/// A quantity as the harness printed it: `-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?`, never NaN
/// (formats.md section 3).
///
/// It is kept and compared as text, so that no parser can change a result.
public struct DecimalString: Hashable, Sendable {
    /// The characters.
    public let text: Text

    /// Creates a quantity; text of another grammar gives `nil`.
    public init?(_ text: Text) {
        var rest = text.utf8[...]
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard Self.takeDigits(&rest) else { return nil }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard Self.takeDigits(&rest) else { return nil }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
                rest.removeFirst()
            }
            guard Self.takeDigits(&rest) else { return nil }
        }
        guard rest.isEmpty else { return nil }
        self.text = text
    }

    /// Creates a quantity from a JSON number, whose grammar is a part of this one; `NaN` and the
    /// infinities give `nil`.
    public init?(_ number: JSONNumber) {
        self.init(Text(number.lexeme))
    }

    /// The nearest double, for comparing and plotting only; infinite when the text overflows.
    public var double: Double { Double(text.string) ?? .nan }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Bool {
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest.removeFirst(digits.count)
        return !digits.isEmpty
    }
}

extension DecimalString: CustomStringConvertible {
    /// The characters.
    public var description: String { text.string }
}

extension DecimalString: JSONConvertible {
    /// Reads a string of the grammar.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let value = DecimalString(text) else {
            throw cursor.failure(.notWritten(.decimal, found: text))
        }
        self = value
    }

    /// The characters as a JSON string.
    package var json: JSONValue { .string(text) }
}
