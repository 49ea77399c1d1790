import AssayCrypto

/// The body of a request to a witness (tlog-witness, add-checkpoint): the size that the witness
/// has cosigned last, the proof from there, and the checkpoint to cosign.
///
///     old <size, decimal>
///     <hash, base64>                0 to 63 lines
///     <empty line>
///     <the checkpoint, a signed note>
public struct AddCheckpointRequest: Hashable, Sendable {
    /// The size from which the proof leads; 0 if the witness has cosigned nothing yet.
    public let oldSize: TreeSize
    /// The proof; without hashes from size 0.
    public let proof: ConsistencyProof
    /// The checkpoint as it was signed.
    public let note: SignedNote
    /// What the note says.
    public let checkpoint: Checkpoint

    /// Creates a request.
    ///
    /// - Throws: `tooManyProofLines` or `checkpoint`.
    public init(
        oldSize: TreeSize, proof: ConsistencyProof, note: SignedNote
    ) throws(AddCheckpointRequestError) {
        guard proof.path.count <= Limits.proofHashes else { throw .tooManyProofLines }
        self.oldSize = oldSize
        self.proof = proof
        self.note = note
        do throws(CheckpointError) {
            checkpoint = try Checkpoint(noteText: note.text, extensionLines: .allowed)
        } catch { throw .checkpoint(error) }
    }

    /// Reads a body.
    ///
    /// - Throws: every case of `AddCheckpointRequestError`.
    public init(bytes: [UInt8]) throws(AddCheckpointRequestError) {
        guard bytes.count <= Limits.addCheckpointBytes else { throw .tooLarge(bytes.count) }
        var rest = bytes[...]
        guard let first = Self.takeLine(&rest), first.starts(with: Self.keyword),
            let size = UInt64(canonicalDecimal: first.dropFirst(Self.keyword.count))
        else { throw .malformedOldSize }
        var path: [Digest] = []
        while true {
            guard let line = Self.takeLine(&rest) else { throw .noEmptyLine }
            if line.isEmpty { break }
            guard path.count < Limits.proofHashes else { throw .tooManyProofLines }
            guard let hash = Digest(base64: line) else { throw .malformedProofLine(path.count) }
            path.append(hash)
        }
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(bytes: Array(rest))
        } catch { throw .note(error) }
        try self.init(oldSize: TreeSize(size), proof: ConsistencyProof(path: path), note: note)
    }

    /// The body as it is sent.
    public var bytes: [UInt8] {
        var bytes = Self.keyword + Array("\(oldSize.value)\n".utf8)
        for hash in proof.path { bytes += Array("\(hash.base64)\n".utf8) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes + note.bytes
    }

    private static let keyword = [UInt8]("old ".utf8)

    /// The next line without its newline; `nil` if no whole line is left.
    private static func takeLine(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = rest[..<end]
        rest = rest[(end + 1)...]
        return line
    }
}

/// Why bytes are not the body of an add-checkpoint request.
public enum AddCheckpointRequestError: Error, Hashable, Sendable {
    /// More bytes than `Limits.addCheckpointBytes`.
    case tooLarge(Int)
    /// The first line is not `old ` and the one decimal spelling of a 64-bit number.
    case malformedOldSize
    /// More proof lines than `Limits.proofHashes`.
    case tooManyProofLines
    /// The proof line at this position, from 0, is not the base64 of 32 bytes.
    case malformedProofLine(Int)
    /// No empty line ends the proof.
    case noEmptyLine
    /// What follows is not a signed note.
    case note(NoteError)
    /// The note is not a checkpoint.
    case checkpoint(CheckpointError)
}

extension AddCheckpointRequestError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .tooLarge(let count):
            "the body has \(count) bytes; at most \(Limits.addCheckpointBytes)"
        case .malformedOldSize: "the first line is not \"old SIZE\""
        case .tooManyProofLines: "there are more than \(Limits.proofHashes) proof lines"
        case .malformedProofLine(let position):
            "proof line \(position + 1) is not the base64 of 32 bytes"
        case .noEmptyLine: "no empty line stands between the proof and the checkpoint"
        case .note(let error): "the checkpoint is not a signed note: \(error)"
        case .checkpoint(let error): "the note is not a checkpoint: \(error)"
        }
    }
}
