public import AssayCrypto

/// Why a note text is not a checkpoint.
public enum CheckpointError: Error, Hashable, Sendable {
    /// The text does not end in a newline.
    case noFinalNewline
    /// Fewer than three lines.
    case tooFewLines(Int)
    /// The first line is empty, too long, or holds a control character.
    case malformedOrigin
    /// The second line is not the one decimal spelling of a 64-bit number.
    case malformedSize
    /// The third line is not the base64 of 32 bytes.
    case malformedRoot
    /// An extension line is empty.
    case emptyExtensionLine
    /// There are extension lines where none are allowed.
    case extensionLines([Text])
}
