public import AssayCrypto

/// Where and why a text is not acceptable JSON.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The text ended inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here.
        case unexpectedByte(UInt8)
        /// The text begins with a byte-order mark.
        case byteOrderMark
        /// A string with bytes that are not valid UTF-8.
        case invalidUTF8
        /// A control character that is not escaped.
        case controlCharacter(UInt8)
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// An escaped surrogate without its partner.
        case loneSurrogate
        /// A number that is not written as RFC 8259 says.
        case invalidNumber
        /// Two members of one object have this name.
        case duplicateMember(Text)
        /// More arrays and objects inside each other than allowed.
        case tooDeep(limit: Int)
        /// Bytes after the value.
        case trailingBytes
        /// More values than allowed.
        case tooManyValues(limit: Int)
    }

    /// What is wrong.
    public let reason: Reason
    /// The position of the offending byte, counted from 0.
    public let offset: Int

    /// Creates an error.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    /// The reason and position in words.
    public var description: String { "\(reason.words) at byte \(offset)" }
}

extension JSONError.Reason {
    /// The reason in words.
    public var words: String {
        switch self {
        case .unexpectedEnd: "the text ends inside a value"
        case .unexpectedByte(let byte): "unexpected byte 0x\(Hex.encode([byte]))"
        case .byteOrderMark: "a byte-order mark is not allowed"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .controlCharacter(let byte): "control character 0x\(Hex.encode([byte])) not escaped"
        case .invalidEscape: "invalid escape"
        case .loneSurrogate: "escaped surrogate without its partner"
        case .invalidNumber: "not a number as RFC 8259 writes it"
        case .duplicateMember(let name): "member \"\(name)\" occurs twice"
        case .tooDeep(let limit): "nested deeper than \(limit)"
        case .trailingBytes: "bytes after the end of the value"
        case .tooManyValues(let limit): "more than \(limit) values"
        }
    }
}
