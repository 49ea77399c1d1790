public import AssayCrypto

/// A place in a JSON document, written as RFC 6901 says: `/predicate/results/0/value`.
public indirect enum JSONPointer: Hashable, Sendable {
    /// The whole document.
    case root
    /// The member or element that a token names inside the value at another place.
    case child(of: JSONPointer, Text)

    /// Creates a pointer from its text, or `nil` if RFC 6901 does not allow it, or if it goes deeper
    /// than any document does.
    public init?(_ text: Text) {
        var pointer = JSONPointer.root
        guard !text.isEmpty else {
            self = pointer
            return
        }
        let tokens = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard tokens[0].isEmpty, tokens.count <= StrictJSON.Limits.exchange.depth + 1 else {
            return nil
        }
        for token in tokens.dropFirst() {
            guard let unescaped = Self.unescape(token) else { return nil }
            pointer = .child(of: pointer, unescaped)
        }
        self = pointer
    }

    /// Whether this is the whole document.
    public var isRoot: Bool { self == .root }

    /// The unescaped tokens from the root.
    public var tokens: [Text] {
        var tokens: [Text] = []
        var place = self
        while case .child(let parent, let token) = place {
            tokens.append(token)
            place = parent
        }
        return tokens.reversed()
    }

    /// The place of which this is a member or element; `nil` for the root.
    public var parent: JSONPointer? {
        if case .child(let parent, _) = self { parent } else { nil }
    }

    /// The place of a member.
    public func member(_ name: Text) -> JSONPointer { .child(of: self, name) }

    /// The place of an element.
    public func element(_ index: Int) -> JSONPointer { .child(of: self, Text(String(index))) }

    /// The place that `other` names inside the value at this place.
    public func appending(_ other: JSONPointer) -> JSONPointer {
        other.tokens.reduce(self) { $0.member($1) }
    }

    /// The value at this place of `document`, or `nil` if there is none.
    public func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for token in tokens {
            switch value {
            case .object(let object):
                guard let member = object[token] else { return nil }
                value = member
            case .array(let elements):
                guard let index = UInt64(canonicalDecimal: token.utf8), index < elements.count
                else { return nil }
                value = elements[Int(index)]
            case .null, .bool, .number, .string: return nil
            }
        }
        return value
    }

    private static func unescape(_ token: ArraySlice<UInt8>) -> Text? {
        guard token.contains(UInt8(ascii: "~")) else { return Text(validating: token) }
        var bytes: [UInt8] = []
        var rest = token
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "~") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        return Text(validating: bytes)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer's text, empty for the whole document.
    public var description: String { text.string }

    /// The pointer's text, empty for the whole document.
    public var text: Text {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes += "~0".utf8
                case UInt8(ascii: "/"): bytes += "~1".utf8
                default: bytes.append(byte)
                }
            }
        }
        return Text(String(decoding: bytes, as: UTF8.self))
    }
}
