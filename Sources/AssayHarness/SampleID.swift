package import AssayAttestation
package import AssayCrypto

/// The identity of a sample in its data set: a number or a text, and `7` is not `"7"`.
package enum SampleID: Hashable, Sendable {
    /// A whole number.
    case number(Int64)
    /// A text.
    case text(Text)

    /// Reads an id as a harness wrote it; `nil` for anything but a text or a whole number below 2^53
    /// in magnitude, beyond which RFC 8785 does not tell numbers apart.
    package init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .number(let number):
            guard let whole = Int64(number.lexeme), String(whole) == number.lexeme,
                whole.magnitude < 1 << 53
            else {
                return nil
            }
            self = .number(whole)
        default: return nil
        }
    }

    /// The id as JSON.
    package var json: JSONValue {
        switch self {
        case .number(let number): .number(JSONNumber(Int(number)))
        case .text(let text): .string(text)
        }
    }
}

extension SampleID: Comparable {
    /// Numbers come before texts, numbers by size, texts by their bytes (evaluations.md 5.4).
    package static func < (left: SampleID, right: SampleID) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.text(let left), .text(let right)): left < right
        case (.number, .text): true
        case (.text, .number): false
        }
    }
}

extension SampleID: CustomStringConvertible {
    /// The number or the text.
    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .text(let text): text.string
        }
    }
}
