public import AssayCrypto

/// The value of one setting: quantities are decimal strings, which are texts here.
public enum Setting: Hashable, Sendable {
    /// A word, or a decimal string.
    case text(Text)
    /// A count.
    case count(UInt64)
    /// A switch.
    case flag(Bool)
    /// Several words.
    case texts([Text])
}

/// Settings by name, in the order they were given.
public struct SettingMap: Hashable, Sendable {
    /// One name and its value.
    public struct Entry: Hashable, Sendable {
        /// The name.
        public let name: Text
        /// The value.
        public let value: Setting
    }

    /// The settings; no two have one name.
    public private(set) var entries: [Entry]

    /// Creates an empty map.
    public init() { entries = [] }

    /// The setting called `name`; setting it again replaces it.
    public subscript(name: Text) -> Setting? {
        get { entries.first { $0.name == name }?.value }
        set {
            entries.removeAll { $0.name == name }
            if let newValue { entries.append(Entry(name: name, value: newValue)) }
        }
    }
}

extension SettingMap: JSONConvertible {
    /// Reads an object whose members may have any names but the reserved ones.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        entries = []
        for member in try cursor.members() where member.name != DisclosureNames.digests {
            entries.append(Entry(name: member.name, value: try Setting(reading: member.place)))
        }
    }

    /// The settings as a JSON object.
    package var json: JSONValue {
        var object = JSONObject()
        for entry in entries { object.append(entry.name, entry.value.json) }
        return .object(object)
    }
}

extension Setting: JSONConvertible {
    /// Reads a string, a count, a truth value, or an array of strings.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        switch cursor.value.type {
        case .number: self = .count(try UInt64(reading: cursor))
        case .boolean: self = .flag(try Bool(reading: cursor))
        case .array: self = .texts(try [Text](reading: cursor))
        case .string, .null, .object: self = .text(try Text(reading: cursor))
        }
    }

    /// The value as JSON.
    package var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .count(let count): .count(count)
        case .flag(let flag): .bool(flag)
        case .texts(let texts): texts.json
        }
    }
}
