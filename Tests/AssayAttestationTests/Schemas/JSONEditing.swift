import AssayAttestation
import AssayCrypto
import Testing

extension JSONValue {
    /// The value with the value at `path`, which must be there or name a new member, replaced, or
    /// removed where `new` is `nil`.
    func replacing(_ path: String, with new: JSONValue?) throws -> JSONValue {
        let pointer = try #require(JSONPointer(Text(path)), "\(path) is no pointer")
        return try replacing(pointer.tokens[...], with: new)
    }

    private func replacing(
        _ tokens: ArraySlice<Text>, with new: JSONValue?
    ) throws -> JSONValue {
        let token = try #require(tokens.first)
        let rest = tokens.dropFirst()
        switch self {
        case .object(let object):
            guard let old = object[token] else {
                try #require(rest.isEmpty, "there is no member \(token)")
                return .object(JSONObject(object.members + [.init(token, try #require(new))]))
            }
            let value = rest.isEmpty ? new : try old.replacing(rest, with: new)
            return .object(
                JSONObject(
                    object.members.compactMap { member in
                        guard member.name == token else { return member }
                        return value.map { .init(token, $0) }
                    }))
        case .array(var elements):
            let index = try #require(Int(token.string))
            if rest.isEmpty, new == nil {
                elements.remove(at: index)
            } else {
                elements[index] =
                    rest.isEmpty
                    ? try #require(new) : try elements[index].replacing(rest, with: new)
            }
            return .array(elements)
        case .null, .bool, .number, .string:
            throw EditError(token: token)
        }
    }

    private struct EditError: Error { let token: Text }

    /// The text of a number as it stands.
    static func lexeme(_ text: String) throws -> JSONValue {
        try StrictJSON.parse([UInt8](text.utf8))
    }

    /// The value with one thing in it changed, for every place that `includes` takes and several
    /// changes of each.
    func mutants(
        where includes: (JSONPointer) -> Bool
    ) throws -> [(what: String, value: JSONValue)] {
        let others: [JSONValue] = [.null, true, try .lexeme("1.5"), "x", [], [:]]
        var mutants: [(what: String, value: JSONValue)] = others.map { ("root", $0) }
        if case .object(let object) = self {
            let more = JSONObject(object.members + [.init("new", 0)])
            mutants.append(("/new", .object(more)))
        }
        for (place, value) in places(at: .root) where includes(place) {
            let path = place.description
            for other in try others + value.neighbours() where other != value {
                mutants.append((path, try replacing(path, with: other)))
            }
            mutants.append(("\(path) removed", try replacing(path, with: nil)))
        }
        return mutants
    }

    /// Values of the same type that differ a little.
    private func neighbours() throws -> [JSONValue] {
        switch self {
        case .null, .bool: []
        case .number: [0, 1, try .lexeme("-1"), try .lexeme("2.0")]
        case .string(let text):
            ["", .string(text.string + " "), .string(text.string.uppercased())]
        case .array(let elements): [[0], .array(elements + elements.prefix(1))]
        case .object(let object): [.object(JSONObject(object.members + [.init("new", 0)]))]
        }
    }

    /// Every place below this value, with what stands there.
    private func places(at place: JSONPointer) -> [(JSONPointer, JSONValue)] {
        let children: [(JSONPointer, JSONValue)] =
            switch self {
            case .object(let object):
                object.members.map { (place.member($0.name), $0.value) }
            case .array(let elements):
                elements.enumerated().map { (place.element($0), $1) }
            case .null, .bool, .number, .string: []
            }
        return children.flatMap { [$0] + $0.1.places(at: $0.0) }
    }

    /// The value with two spaces for each level, as a file for people.
    func prettyBytes(indent: Int = 0) -> [UInt8] {
        let inner = [UInt8](("\n" + String(repeating: "  ", count: indent + 1)).utf8)
        let outer = [UInt8](("\n" + String(repeating: "  ", count: indent)).utf8)
        let parts: [[UInt8]]
        let brackets: (UInt8, UInt8)
        switch self {
        case .object(let object) where !object.members.isEmpty:
            brackets = (UInt8(ascii: "{"), UInt8(ascii: "}"))
            parts = object.members.map {
                CompactJSON.serialize(.string($0.name)) + [UInt8](": ".utf8)
                    + $0.value.prettyBytes(indent: indent + 1)
            }
        case .array(let elements) where !elements.isEmpty:
            brackets = (UInt8(ascii: "["), UInt8(ascii: "]"))
            parts = elements.map { $0.prettyBytes(indent: indent + 1) }
        default: return CompactJSON.serialize(self)
        }
        return [brackets.0] + inner + parts.joined(separator: [UInt8(ascii: ",")] + inner) + outer
            + [brackets.1]
    }
}
