package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// A checkpoint that the log has signed, with the cosignatures that were checked so far.
package struct CollectedCheckpoint: Hashable, Sendable {
    /// What the note says.
    package let checkpoint: Checkpoint
    /// The note, its lines in the order of formats.md section 9.
    package let note: SignedNote
    /// The names, as the charter gives them, of the witnesses whose lines are in it.
    package let cosigners: Set<Text>

    /// The size and root.
    package var head: TreeHead { checkpoint.head }

    /// What the store keeps.
    package var stored: StoredCheckpoint { StoredCheckpoint(size: head.size, note: note.bytes) }

    /// Reads a stored checkpoint and checks every line of it.
    ///
    /// - Throws: what the charter has against it, but for missing cosignatures.
    package init(
        _ stored: StoredCheckpoint, judgedBy state: LedgerState
    ) throws(CheckpointRejection) {
        let judged = try state.judge(checkpoint: stored.note, requiresQuorum: false)
        checkpoint = judged.evidence.checkpoint
        note = judged.note
        cosigners = Set(judged.evidence.witnesses.map(\.name))
    }

    /// Reads a checkpoint that this process has just signed, without cosignatures.
    ///
    /// Its signature is not checked here: before it is shown, all of it is judged.
    ///
    /// - Throws: what keeps it from being a checkpoint.
    package init(signed stored: StoredCheckpoint) throws {
        note = try SignedNote(bytes: stored.note)
        checkpoint = try Checkpoint(noteText: note.text)
        cosigners = []
    }

    private init(_ base: CollectedCheckpoint, note: SignedNote, cosigners: Set<Text>) {
        checkpoint = base.checkpoint
        self.note = note
        self.cosigners = cosigners
    }

    /// The checkpoint with lines that were checked one by one; the witnesses' earlier ones stay.
    func adding(
        _ lines: [Text: NoteSignature], under state: LedgerState
    ) throws(NoteError) -> CollectedCheckpoint {
        let new = lines.filter { !cosigners.contains($0.key) }
        let note = try SignedNote(
            text: note.text, signatures: state.arranged(note.signatures + new.values))
        return CollectedCheckpoint(self, note: note, cosigners: cosigners.union(new.keys))
    }

    /// Whether as many witnesses have cosigned as the charter asks: everything is judged as an
    /// auditor would.
    func isCosigned(under state: LedgerState) -> Bool {
        // Names are counted first, which costs nothing.
        guard state.policy.quorum?.isSatisfied(by: cosigners) ?? true else { return false }
        do {
            _ = try state.judge(checkpoint: note.bytes)
            return true
        } catch {
            return false
        }
    }

    /// The note with the log's own lines only, as witnesses are asked to cosign it.
    func request(_ state: LedgerState) throws(NoteError) -> SignedNote {
        let keys = state.policy.logs.map(\.key)
        return try SignedNote(
            text: note.text,
            signatures: note.signatures.filter { line in
                keys.contains { $0.name == line.name && $0.id == line.keyID }
            })
    }
}
