public import AssayAttestation
import AssayCrypto

/// JSON laid out for reading, with every scalar that could mislead a terminal escaped.
///
/// The result is still JSON for the same value.
public enum DisplayJSON {
    /// `value`, indented by two spaces a level, without final newline.
    public static func text(of value: JSONValue) -> String {
        lines(of: value).joined(separator: "\n")
    }

    private static func lines(of value: JSONValue) -> [String] {
        switch value {
        case .null: ["null"]
        case .bool(let truth): [truth ? "true" : "false"]
        case .number(let number): [number.lexeme]
        case .string(let text): [quoted(text)]
        case .array(let elements):
            block("[", "]", elements.map { lines(of: $0) })
        case .object(let object):
            block(
                "{", "}",
                object.members.map { member in
                    var lines = lines(of: member.value)
                    lines[0] = quoted(member.name) + ": " + lines[0]
                    return lines
                })
        }
    }

    private static func block(
        _ open: String, _ close: String, _ parts: [[String]]
    ) -> [String] {
        guard !parts.isEmpty else { return [open + close] }
        var lines = [open]
        for (position, part) in parts.enumerated() {
            var part = part
            if position < parts.count - 1 { part[part.count - 1] += "," }
            lines += part.map { "  " + $0 }
        }
        return lines + [close]
    }

    private static func quoted(_ text: Text) -> String {
        var quoted = "\""
        for scalar in text.string.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where EscapedText.isHidden(scalar):
                for unit in String(Character(scalar)).utf16 {
                    quoted += "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xff)])
                }
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
