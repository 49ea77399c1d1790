public import AssayCrypto

/// The text of a note by which a log commits to its tree (tlog-checkpoint).
///
///     <origin>
///     <tree size, decimal>
///     <root hash, base64>
///     [extension lines, in other people's logs only]
public struct Checkpoint: Hashable, Sendable {
    /// What to do with extension lines.
    public enum ExtensionLines: Hashable, Sendable {
        /// Refuse them: the rule for every Assay checkpoint (formats.md 6).
        case refused
        /// Keep them: for checkpoints of other people's logs.
        case allowed
    }

    /// The log.
    public let origin: Origin
    /// The size and root.
    public let head: TreeHead
    /// Extension lines; none in an Assay checkpoint.
    public let extensions: [Text]

    /// Creates a checkpoint without extension lines.
    public init(origin: Origin, head: TreeHead) {
        self.origin = origin
        self.head = head
        extensions = []
    }

    /// Reads the text of a note.
    ///
    /// - Throws: every case of `CheckpointError`.
    public init(
        noteText: Text, extensionLines: ExtensionLines = .refused
    ) throws(CheckpointError) {
        let newline = UInt8(ascii: "\n")
        guard noteText.utf8.last == newline else { throw .noFinalNewline }
        let lines = noteText.utf8.dropLast().split(
            separator: newline, omittingEmptySubsequences: false)
        guard lines.count >= 3 else { throw .tooFewLines(lines.count) }
        guard let name = Text(validating: lines[0]), let origin = Origin(name) else {
            throw .malformedOrigin
        }
        guard let size = UInt64(canonicalDecimal: lines[1]) else { throw .malformedSize }
        guard let root = Digest(base64: lines[2]) else { throw .malformedRoot }
        let extensions = lines.dropFirst(3).compactMap { Text(validating: $0) }
        if extensions.contains(where: \.isEmpty) { throw .emptyExtensionLine }
        guard extensions.isEmpty || extensionLines == .allowed else {
            throw .extensionLines(extensions)
        }
        self.origin = origin
        self.head = TreeHead(size: TreeSize(size), root: root)
        self.extensions = extensions
    }

    /// The text to sign, its final newline included.
    public var noteText: Text {
        var text = "\(origin)\n\(head.size.value)\n\(head.root.base64)\n"
        for line in extensions {
            text += "\(line)\n"
        }
        return Text(text)
    }
}
