package import AssayAttestation
package import AssayCrypto

/// The value of a score as a harness wrote it.
package indirect enum ScoreValue: Hashable, Sendable {
    /// A finite number, by its text.
    case number(JSONNumber)
    /// A text; `C`, `P`, `I` and `N` stand for 1, 0.5, 0 and 0.
    case text(Text)
    /// A truth.
    case truth(Bool)
    /// No value: the scorer gave no verdict, which is written `NaN`.
    case unscored
    /// Nothing, inside a map or list.
    case nothing
    /// Values by name.
    case map([Entry])
    /// Values in order.
    case list([ScoreValue])

    /// One value of a map.
    package struct Entry: Hashable, Sendable {
        /// The name.
        package let name: Text
        /// The value.
        package let value: ScoreValue
    }

    /// Reads a value; `nil` where there is an infinite number or more than one level of nesting.
    package init?(_ value: JSONValue) {
        self.init(value, isNested: false)
    }

    private init?(_ value: JSONValue, isNested: Bool) {
        switch value {
        case .null: self = isNested ? .nothing : .unscored
        case .bool(let truth): self = .truth(truth)
        case .string(let text): self = .text(text)
        case .number(let number):
            let double = number.double
            if double.isNaN {
                self = .unscored
            } else if double.isFinite {
                self = .number(number)
            } else {
                return nil
            }
        case .array(let elements):
            guard !isNested else { return nil }
            var values: [ScoreValue] = []
            for element in elements {
                guard let value = ScoreValue(element, isNested: true) else { return nil }
                values.append(value)
            }
            self = .list(values)
        case .object(let object):
            guard !isNested else { return nil }
            var entries: [Entry] = []
            for member in object.members {
                guard let value = ScoreValue(member.value, isNested: true) else { return nil }
                entries.append(Entry(name: member.name, value: value))
            }
            self = .map(entries)
        }
    }

    /// The value called `name` if this is a map that has it.
    package subscript(name: Text) -> ScoreValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.name == name }?.value
    }

    /// The number that Inspect's metrics take the value for (`value_to_float` of inspect-ai): maps,
    /// lists and texts without a meaning count 0; `nil` for no value.
    package var double: Double? {
        switch self {
        case .number(let number): number.double
        case .truth(let truth): truth ? 1 : 0
        case .unscored: nil
        case .nothing, .map, .list: 0
        case .text(let text): Self.double(of: text)
        }
    }

    private static func double(of text: Text) -> Double {
        switch text.string {
        case "C": return 1
        case "P": return 0.5
        case "I", "N": return 0
        default: break
        }
        switch text.string.lowercased() {
        case "yes", "true": return 1
        case "no", "false": return 0
        case let word:
            // Swift's reader also takes hexadecimal digits and names of infinities.
            guard word.utf8.allSatisfy({ "0123456789.e+-".utf8.contains($0) }),
                let number = Double(word), number.isFinite
            else { return 0 }
            return number
        }
    }
}
