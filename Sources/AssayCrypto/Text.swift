/// UTF-8 text that is compared byte for byte.
///
/// Swift compares `String` by canonical equivalence, under which different bytes can be equal (the
/// Kelvin sign equals the letter K). Names, origins and JSON members from outside are `Text`.
public struct Text: Hashable, Sendable {
    /// The bytes, which are valid UTF-8.
    public let utf8: [UInt8]

    /// Creates text from bytes; bytes that are not valid UTF-8 give `nil`.
    public init?(validating bytes: some Collection<UInt8>) {
        self.init(validating: [UInt8](bytes))
    }

    /// Creates text from bytes; bytes that are not valid UTF-8 give `nil`.
    public init?(validating bytes: [UInt8]) {
        // Most text is ASCII, which one pass over the bytes shows.
        var all: UInt8 = 0
        for byte in bytes { all |= byte }
        guard all < 0x80 || String(validating: bytes, as: UTF8.self) != nil else { return nil }
        utf8 = bytes
    }

    /// Creates text from a string.
    public init(_ string: String) {
        utf8 = [UInt8](string.utf8)
    }

    /// The text for display and for Swift calls that take strings.
    public var string: String { String(decoding: utf8, as: UTF8.self) }

    /// Whether the bytes are those of `string`.
    public func isSpelled(_ string: String) -> Bool {
        let other = string.utf8
        return utf8.count == other.count && utf8.elementsEqual(other)
    }

    /// True when there are no bytes.
    public var isEmpty: Bool { utf8.isEmpty }
}

extension Text: ExpressibleByStringLiteral {
    /// Creates text from a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Text: Comparable {
    /// Orders texts by their bytes, which is the order of their Unicode scalars.
    public static func < (left: Text, right: Text) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}

extension Text: CustomStringConvertible {
    /// The text itself.
    public var description: String { string }
}
