public import AssayCrypto

/// A text signed by one or more keys (signed-note), parsed and not believed.
///
///     <text: lines, each ended by a newline>
///     <empty line>
///     — <key name> <base64 of key ID and signature>
///
/// The last empty line separates, so the text may hold empty lines.
public struct SignedNote: Hashable, Sendable {
    /// The text, its final newline included: what is signed.
    public let text: Text
    /// The signature lines in order; at least one, at most `Limits.noteSignatures`.
    public let signatures: [NoteSignature]

    /// Reads a note.
    ///
    /// - Throws: `tooLarge`, `notUTF8`, `controlCharacter`, `noFinalNewline`, `noSignatureBlock`,
    ///   `tooManySignatures` or `malformedSignatureLine`.
    public init(bytes: [UInt8]) throws(NoteError) {
        let newline = UInt8(ascii: "\n")
        guard bytes.count <= Limits.noteBytes else { throw .tooLarge(bytes.count) }
        guard let all = Text(validating: bytes) else { throw .notUTF8 }
        if let position = all.utf8.firstIndex(where: { $0 < 0x20 && $0 != newline }) {
            throw .controlCharacter(at: position)
        }
        guard bytes.last == newline else { throw .noFinalNewline }
        guard let separator = Self.lastEmptyLine(of: bytes) else { throw .noSignatureBlock }
        guard let text = Text(validating: bytes[..<separator]) else { throw .notUTF8 }
        let block = bytes[(separator + 1)...].dropLast()
        let lines = block.split(separator: newline, omittingEmptySubsequences: false)
        guard !block.isEmpty else { throw .noSignatureBlock }
        guard lines.count <= Limits.noteSignatures else { throw .tooManySignatures(lines.count) }
        var signatures: [NoteSignature] = []
        for (position, line) in lines.enumerated() {
            guard let signature = NoteSignature(line: line) else {
                throw .malformedSignatureLine(position)
            }
            signatures.append(signature)
        }
        self.text = text
        self.signatures = signatures
    }

    /// Creates a note from its text, which must end in a newline, and its lines.
    ///
    /// - Throws: the same errors as reading its bytes.
    public init(text: Text, signatures: [NoteSignature]) throws(NoteError) {
        guard text.utf8.last == UInt8(ascii: "\n") else { throw .noFinalNewline }
        try self.init(bytes: Self.bytes(text, signatures))
    }

    /// The note as it is stored and sent.
    public var bytes: [UInt8] { Self.bytes(text, signatures) }

    private static func bytes(_ text: Text, _ signatures: [NoteSignature]) -> [UInt8] {
        var bytes = text.utf8
        bytes.append(UInt8(ascii: "\n"))
        for signature in signatures {
            bytes += signature.line
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// The position of the newline that is the last empty line.
    private static func lastEmptyLine(of bytes: [UInt8]) -> Int? {
        let newline = UInt8(ascii: "\n")
        var position = bytes.count - 1
        while position > 0 {
            if bytes[position] == newline, bytes[position - 1] == newline { return position }
            position -= 1
        }
        return nil
    }
}
