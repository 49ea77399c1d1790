public import AssayCrypto

/// The name of a note key: not empty, without Unicode white space, `+` and control characters, at
/// most 255 bytes of UTF-8 (signed-note); compared byte for byte.
public struct KeyName: Hashable, Sendable {
    /// The name.
    public let text: Text

    /// Creates a name; text that breaks a rule gives `nil`.
    public init?(_ text: Text) {
        guard !text.isEmpty, text.utf8.count <= Limits.keyNameBytes else { return nil }
        for scalar in text.string.unicodeScalars {
            let isControl = scalar.value < 0x20 || scalar.value == 0x7f
            if scalar.properties.isWhitespace || isControl || scalar == "+" { return nil }
        }
        self.text = text
    }

    /// Creates a name from bytes; bytes that break a rule or are not UTF-8 give `nil`.
    public init?(utf8 bytes: some Collection<UInt8>) {
        guard bytes.count <= Limits.keyNameBytes, let text = Text(validating: bytes) else {
            return nil
        }
        self.init(text)
    }
}

extension KeyName: Comparable {
    /// Orders names by their bytes.
    public static func < (left: KeyName, right: KeyName) -> Bool { left.text < right.text }
}

extension KeyName: CustomStringConvertible {
    /// The name itself.
    public var description: String { text.string }
}
