import AssayAttestation
import AssayCrypto

/// Long contents that a sample keeps apart and refers to as `attachment://NAME`.
struct Attachments {
    private static let prefix = Array("attachment://".utf8)
    private var contents: [Text: JSONValue] = [:]

    /// Adds the content called `name`.
    mutating func add(_ name: Text, _ content: JSONValue) { contents[name] = content }

    /// The name that `text` refers to, if it is a reference.
    static func name(in text: Text) -> Text? {
        guard text.utf8.starts(with: prefix) else { return nil }
        return Text(validating: text.utf8.dropFirst(prefix.count))
    }

    /// The names that `value` refers to at any depth.
    static func names(in value: JSONValue, into names: inout Set<Text>) {
        switch value {
        case .string(let text):
            if let name = name(in: text) { names.insert(name) }
        case .array(let elements):
            for element in elements { Self.names(in: element, into: &names) }
        case .object(let object):
            for member in object.members { Self.names(in: member.value, into: &names) }
        case .null, .bool, .number: break
        }
    }

    /// `value` with each reference replaced by its content.
    ///
    /// An unknown reference stays.
    func resolve(_ value: JSONValue) -> JSONValue {
        guard !contents.isEmpty else { return value }
        switch value {
        case .string(let text):
            return Self.name(in: text).flatMap { contents[$0] } ?? value
        case .array(let elements): return .array(elements.map(resolve))
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { JSONObject.Member($0.name, resolve($0.value)) }))
        case .null, .bool, .number: return value
        }
    }
}
