public import AssayCrypto

/// The name of a log, which is the first line of its checkpoints: 1 to 255 bytes of UTF-8 on one
/// line (tlog-checkpoint, tlog-cosignature); compared byte for byte.
public struct Origin: Hashable, Sendable {
    /// The name.
    public let text: Text

    /// Creates an origin; text that breaks a rule, or holds a control character or any line break
    /// of Unicode, gives `nil`.
    public init?(_ text: Text) {
        guard (1...Limits.originBytes).contains(text.utf8.count) else { return nil }
        for scalar in text.string.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7f, 0x85, 0x2028, 0x2029: return nil
            default: continue
            }
        }
        self.text = text
    }

    /// The key name of the log itself: its origin (tlog-checkpoint), or `nil` if that is not a key
    /// name.
    public var keyName: KeyName? { KeyName(text) }
}

extension Origin: CustomStringConvertible {
    /// The name itself.
    public var description: String { text.string }
}
