public import AssayCrypto

/// Text from outside, made safe to print on one line of a terminal.
///
/// Control characters, bidirectional marks and other invisible scalars, and anything that could
/// start a new line are shown as `\u{…}`, and the backslash as `\\`, so that no text from a bundle
/// can look like a line of the report.
public enum EscapedText {
    /// The escaped form of `text`.
    public static func escape(_ text: Text) -> String { escape(text.string) }

    /// The escaped form of `text`.
    public static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case " "..."~": escaped.unicodeScalars.append(scalar)
            default:
                if isHidden(scalar) {
                    escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }

    /// Whether a scalar is invisible, combines with its neighbours, or moves the cursor.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if (" "..."~").contains(scalar) { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
            .privateUse, .unassigned, .nonspacingMark, .enclosingMark:
            true
        default:
            scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
