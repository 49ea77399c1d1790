extension CheckpointError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .noFinalNewline: "the text does not end in a newline"
        case .tooFewLines(let count): "there are \(count) lines; origin, size and root are needed"
        case .malformedOrigin: "the origin is empty, too long or holds a control character"
        case .malformedSize: "the second line is not a tree size in decimal"
        case .malformedRoot: "the third line is not the base64 of 32 bytes"
        case .emptyExtensionLine: "an extension line is empty"
        case .extensionLines(let lines):
            "\(lines.count) extension line\(lines.count == 1 ? "" : "s") where none may stand"
        }
    }
}
