import AssayCrypto
public import AssayTLog

/// A checkpoint that carries the signatures which the charter in force asks for.
///
/// Only ``LedgerState/judge(checkpoint:)`` makes one.
public struct JudgedCheckpoint: Hashable, Sendable {
    /// The note as it came.
    public let note: SignedNote
    /// Who signed and cosigned, and when.
    public let evidence: CheckpointEvidence
    /// Whether the cosignatures satisfy the charter's `auditing`: index roots below are proven.
    public let isAudited: Bool

    /// The size and root that were signed.
    public var head: TreeHead { evidence.checkpoint.head }

    init(note: SignedNote, evidence: CheckpointEvidence, isAudited: Bool) {
        self.note = note
        self.evidence = evidence
        self.isAudited = isAudited
    }
}

/// Why a checkpoint is not one that the charter in force accepts.
public enum CheckpointRejection: Error, Hashable, Sendable {
    /// The bytes are not a signed note.
    case note(NoteError)
    /// The charter's keys and witness policy do not accept it.
    case policy(PolicyRejection)
    /// The checkpoint is another log's.
    case otherOrigin(Origin)
    /// A line by a key that the charter does not know.
    case unknownLine(KeyName, NoteKeyID)
    /// Lines are not in the one order: the log's keys as the charter lists them, then cosignatures
    /// by name and key ID, each key once.
    case linesOutOfOrder
    /// The log's Ed25519 key has not signed.
    case notSignedByEd25519
}

extension CheckpointRejection {
    /// How a rejected checkpoint counts: unreadable, not good enough, or not decidable here.
    public var verdict: Verdict {
        switch self {
        case .note(let error): error.verdict
        case .policy(.note(let error)): error.verdict
        case .policy(.checkpoint), .unknownLine, .linesOutOfOrder: .malformed
        case .policy(.logSignatureUnavailable), .policy(.quorumUndecided): .undecided
        case .policy(.noLogSignature), .policy(.quorumNotMet), .otherOrigin, .notSignedByEd25519:
            .rejected
        }
    }

    /// The stable code of the reason.
    public var code: String {
        switch self {
        case .note(let error), .policy(.note(let error)):
            switch error.verdict {
            case .malformed: "checkpoint-malformed"
            case .undecided: "algorithm-unavailable"
            default: "checkpoint-signature-invalid"
            }
        case .policy(.checkpoint), .unknownLine, .linesOutOfOrder: "checkpoint-malformed"
        case .policy(.logSignatureUnavailable), .policy(.quorumUndecided): "algorithm-unavailable"
        case .policy(.noLogSignature), .notSignedByEd25519: "checkpoint-unsigned"
        case .policy(.quorumNotMet): "no-quorum"
        case .otherOrigin: "wrong-origin"
        }
    }
}

extension NoteError {
    /// How a note with this error counts.
    var verdict: Verdict {
        switch self {
        case .rejectedSignature(_, _, .signature), .noKnownSignature: .rejected
        case .algorithmUnavailable, .libraryFault: .undecided
        case .tooLarge, .notUTF8, .controlCharacter, .noFinalNewline, .noSignatureBlock,
            .tooManySignatures, .malformedSignatureLine, .ambiguousKey, .rejectedSignature:
            .malformed
        }
    }
}

extension CheckpointRejection: CustomStringConvertible {
    /// What is wrong, in words; names from the note are escaped.
    public var description: String {
        switch self {
        case .note(let error), .policy(.note(let error)):
            "the checkpoint is not acceptable: \(EscapedText.escape("\(error)"))"
        case .policy(.checkpoint(let error)):
            "the note is not a checkpoint: \(EscapedText.escape("\(error)"))"
        case .policy(.noLogSignature): "no key of the log has signed the checkpoint"
        case .policy(.logSignatureUnavailable(let key)):
            "the signature by log key \(key.id) cannot be checked with the library at hand"
        case .policy(.quorumNotMet(let evidence)):
            "the cosignatures do not satisfy the charter's witness policy; there are "
                + Self.list(evidence.witnesses.map(\.name))
        case .policy(.quorumUndecided(let evidence)):
            "the witness quorum depends on cosignatures that the library at hand cannot check, of "
                + Self.list(evidence.unavailableWitnesses)
        case .otherOrigin(let origin):
            "the checkpoint's origin is \(EscapedText.escape(origin.text)), not the ledger's"
        case .unknownLine(let name, let keyID):
            "the checkpoint has a line by \(EscapedText.escape(name.text)) \(keyID), a key that "
                + "the charter does not know"
        case .linesOutOfOrder:
            "signature lines are not in order: the log's first, then by name and key ID"
        case .notSignedByEd25519: "the log's Ed25519 key has not signed the checkpoint"
        }
    }

    private static func list(_ names: [Text]) -> String {
        names.isEmpty ? "none" : names.map(EscapedText.escape).joined(separator: ", ")
    }
}
