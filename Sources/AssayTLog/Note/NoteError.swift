public import AssayCrypto

/// Why bytes are not a note, or a note was not accepted.
public enum NoteError: Error, Hashable, Sendable {
    /// More bytes than `Limits.noteBytes`.
    case tooLarge(Int)
    /// The bytes are not UTF-8.
    case notUTF8
    /// A byte below 0x20 that is not a newline.
    case controlCharacter(at: Int)
    /// The last line, or the text, does not end in a newline.
    case noFinalNewline
    /// There is no empty line with signature lines after it.
    case noSignatureBlock
    /// More lines than `Limits.noteSignatures`.
    case tooManySignatures(Int)
    /// The line at this position of the signature block, from 0, is not a signature line.
    case malformedSignatureLine(Int)
    /// Two of the given keys have this name and key ID.
    case ambiguousKey(KeyName, NoteKeyID)
    /// A line of a known key does not verify, which rejects the whole note.
    case rejectedSignature(KeyName, NoteKeyID, NoteSignatureError)
    /// Known keys are said to have signed, but this libcrypto cannot check any of their lines.
    case algorithmUnavailable(SignatureAlgorithm)
    /// No line is by a known key.
    case noKnownSignature
    /// libcrypto failed for a reason of its own.
    case libraryFault
}

/// Why one signature line does not verify under the key that it names.
public enum NoteSignatureError: Error, Hashable, Sendable {
    /// The line has the wrong number of bytes for the key's type.
    case wrongLength(actual: Int, expected: Int)
    /// The timestamp is above 2^63-1.
    case timestampOutOfRange
    /// A cosignature stands under a text that is not a checkpoint.
    case notACheckpoint(CheckpointError)
    /// An ML-DSA-44 cosignature stands under a checkpoint with extension lines, which it would not
    /// cover.
    case uncoveredExtensionLines
    /// The signature was checked and is invalid, or could not be checked.
    case signature(SignatureError)
}
