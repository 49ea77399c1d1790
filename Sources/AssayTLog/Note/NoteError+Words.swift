import AssayCrypto

extension NoteError: CustomStringConvertible {
    /// What is wrong, in words; names from the note stand as they came.
    public var description: String {
        switch self {
        case .tooLarge(let count): "the note has \(count) bytes; at most \(Limits.noteBytes)"
        case .notUTF8: "the note is not UTF-8"
        case .controlCharacter(let position): "a control character at byte \(position)"
        case .noFinalNewline: "the last line does not end in a newline"
        case .noSignatureBlock: "there is no empty line with signature lines after it"
        case .tooManySignatures(let count):
            "there are \(count) signature lines; at most \(Limits.noteSignatures)"
        case .malformedSignatureLine(let position):
            "signature line \(position + 1) is not \"— NAME BASE64\""
        case .ambiguousKey(let name, let keyID):
            "two of the given keys are called \(name) with key ID \(keyID)"
        case .rejectedSignature(let name, let keyID, let error):
            "the line by \(name) \(keyID) does not verify: \(error)"
        case .algorithmUnavailable(let algorithm):
            "the library at hand cannot check \(algorithm.rawValue) signatures"
        case .noKnownSignature: "no line is by a known key"
        case .libraryFault: "the cryptographic library failed"
        }
    }
}

extension NoteSignatureError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .wrongLength(let actual, let expected):
            "it has \(actual) bytes where \(expected) are needed"
        case .timestampOutOfRange: "its timestamp is above 2^63-1"
        case .notACheckpoint(let error): "it stands under a text that is no checkpoint: \(error)"
        case .uncoveredExtensionLines: "it does not cover the extension lines"
        case .signature(.invalid): "the signature is invalid"
        case .signature(.algorithmUnavailable(let algorithm)):
            "the library at hand lacks \(algorithm.rawValue)"
        case .signature(.libraryFault): "the cryptographic library failed"
        }
    }
}
