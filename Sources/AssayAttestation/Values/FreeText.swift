public import AssayCrypto

/// Text for people: a JSON string, or `{"text": …, "lang": BCP 47 tag}` (formats.md section 3).
public struct FreeText: Hashable, Sendable {
    /// The words.
    public var text: Text
    /// The language, if it is said.
    public var language: LanguageTag?

    /// Creates text, with its language if it is known.
    public init(_ text: Text, language: LanguageTag? = nil) {
        self.text = text
        self.language = language
    }
}

extension FreeText: JSONObjectConvertible {
    package enum Member: String, MemberName { case text, lang }

    /// Reads a string, or an object with text and language.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        if cursor.value.type == .object {
            text = try cursor.required(Member.text)
            language = try cursor.required(Member.lang)
        } else {
            text = try Text(reading: cursor)
        }
    }

    /// A string where no language is said, otherwise an object.
    package var json: JSONValue {
        guard let language else { return .string(text) }
        var object = JSONObject()
        object.add(Member.text, text)
        object.add(Member.lang, language)
        return .object(object)
    }
}

/// A BCP 47 language tag: subtags of 1 to 8 letters and digits between hyphens, letters first.
public struct LanguageTag: Hashable, Sendable {
    /// The characters.
    public let text: Text

    /// Creates a tag; text of another shape gives `nil`.
    public init?(_ text: Text) {
        let subtags = text.utf8.split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard subtags.allSatisfy({ (1...8).contains($0.count) }),
            subtags[0].allSatisfy(isLetter),
            subtags.joined().allSatisfy({ isLetter($0) || isDigit($0) })
        else { return nil }
        self.text = text
    }
}

extension LanguageTag: JSONConvertible {
    /// Reads a string that is a language tag.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let tag = LanguageTag(text) else {
            throw cursor.failure(.notWritten(.languageTag, found: text))
        }
        self = tag
    }

    /// The characters as a JSON string.
    package var json: JSONValue { .string(text) }
}
