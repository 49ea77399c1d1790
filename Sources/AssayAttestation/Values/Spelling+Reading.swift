import AssayCrypto
import AssayTLog

extension Spelling {
    /// The text at `cursor`, which must keep to this rule.
    func text(of cursor: JSONCursor) throws(AttestationError) -> Text {
        let text = try cursor.text()
        guard accepts(text) else { throw cursor.failure(.notWritten(self, found: text)) }
        return text
    }

    /// Whether `text` keeps to this rule.
    func accepts(_ text: Text) -> Bool {
        switch self {
        case .hexDigest: Digest(hex: text.utf8) != nil
        case .base64: Base64.decode(text.utf8) != nil
        case .disclosureDigest: Base64URL.decode(text.utf8)?.count == Digest.byteCount
        case .decimal: DecimalString(text) != nil
        case .timestamp: Timestamp(text) != nil
        case .ledgerID: LedgerID(text) != nil
        case .memberID: Self.isMemberID(text)
        case .languageTag: LanguageTag(text) != nil
        case .jsonPointer: JSONPointer(text) != nil
        case .origin: Origin(text) != nil
        case .printable: Self.isPrintable(text)
        }
    }

    private static func isMemberID(_ text: Text) -> Bool {
        func isPlain(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = text.utf8.first, isPlain(first), text.utf8.count <= 32 else {
            return false
        }
        return text.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isPrintable(_ text: Text) -> Bool {
        !text.isEmpty
            && text.string.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }
}

extension JSONPointer: JSONConvertible {
    /// Reads a string that is a JSON Pointer.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let pointer = JSONPointer(text) else {
            throw cursor.failure(.notWritten(.jsonPointer, found: text))
        }
        self = pointer
    }

    /// The pointer's text as a JSON string.
    package var json: JSONValue { .string(text) }
}
