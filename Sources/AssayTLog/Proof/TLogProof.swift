public import AssayCrypto

/// The proof that one entry is in a log, in one text for other people's tools (C2SP tlog-proof).
///
///     c2sp.org/tlog-proof@v1
///     extra <base64>            (optional; application data, not authenticated)
///     index <decimal>
///     <base64 of a hash>        (any number, the leaf's sibling first)
///     <empty line>
///     <signed note of the checkpoint>
public struct TLogProof: Hashable, Sendable {
    private static let header = [UInt8]("c2sp.org/tlog-proof@v1".utf8)
    private static let extraPrefix = [UInt8]("extra ".utf8)
    private static let indexPrefix = [UInt8]("index ".utf8)

    /// Application data that nothing authenticates; not empty if present.
    public let extra: [UInt8]?
    /// Where the entry stands.
    public let index: LeafIndex
    /// The path from the entry's leaf to the root of the checkpoint.
    public let inclusion: InclusionProof
    /// The signed note of the checkpoint, as its bytes, unread; not empty.
    public let checkpoint: [UInt8]

    /// Creates a proof.
    ///
    /// - Throws: `tooLarge`, `tooManyHashes`, `malformedExtra` for empty extra data, or
    ///   `noCheckpoint`.
    public init(
        extra: [UInt8]? = nil, index: LeafIndex, inclusion: InclusionProof, checkpoint: [UInt8]
    ) throws(TLogProofError) {
        guard extra?.isEmpty != true else { throw .malformedExtra }
        guard inclusion.path.count <= Limits.proofHashes else {
            throw .tooManyHashes(inclusion.path.count)
        }
        guard !checkpoint.isEmpty else { throw .noCheckpoint }
        self.extra = extra
        self.index = index
        self.inclusion = inclusion
        self.checkpoint = checkpoint
        let count = bytes.count
        guard count <= Limits.tlogProofBytes else { throw .tooLarge(count) }
    }

    /// Reads the text; the note in it is not read.
    ///
    /// - Throws: every case of `TLogProofError`.
    public init(bytes: [UInt8]) throws(TLogProofError) {
        guard bytes.count <= Limits.tlogProofBytes else { throw .tooLarge(bytes.count) }
        var lines = LineReader(rest: bytes[...])
        guard lines.next()?.elementsEqual(Self.header) == true else { throw .unknownHeader }
        guard var line = lines.next() else { throw .malformedIndex }
        var extra: [UInt8]?
        if line.starts(with: Self.extraPrefix) {
            guard let data = Base64.decode(line.dropFirst(Self.extraPrefix.count)) else {
                throw .malformedExtra
            }
            extra = data
            guard let next = lines.next() else { throw .malformedIndex }
            line = next
        }
        guard line.starts(with: Self.indexPrefix),
            let index = UInt64(canonicalDecimal: line.dropFirst(Self.indexPrefix.count))
        else { throw .malformedIndex }
        var path: [Digest] = []
        while true {
            guard let line = lines.next() else { throw .noCheckpoint }
            if line.isEmpty { break }
            guard path.count < Limits.proofHashes else { throw .tooManyHashes(path.count + 1) }
            guard let hash = Digest(base64: line) else { throw .malformedHash(path.count) }
            path.append(hash)
        }
        try self.init(
            extra: extra, index: LeafIndex(index), inclusion: InclusionProof(path: path),
            checkpoint: [UInt8](lines.rest))
    }

    /// The text as it is stored and sent.
    public var bytes: [UInt8] {
        var text = String(decoding: Self.header, as: UTF8.self) + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index.value)\n"
        for hash in inclusion.path { text += "\(hash.base64)\n" }
        return [UInt8]((text + "\n").utf8) + checkpoint
    }

    /// Returns the policy's evidence only if `policy` accepts the checkpoint and `leafHash` stands
    /// at the index in its tree.
    ///
    /// - Parameters:
    ///   - leafHash: The hash of the entry, which the caller has; it is never taken from `extra`.
    ///   - policy: Which logs are trusted, and the quorum.
    ///   - extensionLines: Whether the checkpoint may have them, as other people's may.
    /// - Throws: `note`, `policy` or `inclusion`.
    public func verify(
        leafHash: Digest, policy: TrustPolicy,
        extensionLines: Checkpoint.ExtensionLines = .refused
    ) throws(TLogProofError) -> CheckpointEvidence {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(bytes: checkpoint)
        } catch { throw .note(error) }
        let evidence: CheckpointEvidence
        do throws(PolicyRejection) {
            evidence = try policy.judge(note, extensionLines: extensionLines)
        } catch { throw .policy(error) }
        // Before the quorum, so that a wrong path is refused even where the quorum is undecided.
        do throws(ProofError) {
            try inclusion.verify(leaf: leafHash, at: index, in: evidence.checkpoint.head)
        } catch { throw .inclusion(error) }
        do throws(PolicyRejection) {
            try evidence.requireQuorum()
        } catch { throw .policy(error) }
        return evidence
    }
}

/// Why a text is not a tlog-proof, or the proof was not accepted.
public enum TLogProofError: Error, Hashable, Sendable {
    /// More bytes than `Limits.tlogProofBytes`.
    case tooLarge(Int)
    /// The first line is not the header of version 1.
    case unknownHeader
    /// The extra data is empty or not base64.
    case malformedExtra
    /// There is no index line, or it is not the one decimal spelling of a 64-bit number.
    case malformedIndex
    /// The hash line at this position, from 0, is not the base64 of 32 bytes.
    case malformedHash(Int)
    /// More hash lines than `Limits.proofHashes`.
    case tooManyHashes(Int)
    /// Nothing follows the hashes.
    case noCheckpoint
    /// What follows the hashes is not a signed note.
    case note(NoteError)
    /// The policy does not accept the checkpoint.
    case policy(PolicyRejection)
    /// The entry is not at the index in the tree of the checkpoint.
    case inclusion(ProofError)
}

/// Takes lines, each ended by a newline, off the front of some bytes.
private struct LineReader {
    private(set) var rest: ArraySlice<UInt8>

    init(rest: ArraySlice<UInt8>) { self.rest = rest }

    /// The next line without its newline, or `nil` if there is none that ends in one.
    mutating func next() -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }
}
