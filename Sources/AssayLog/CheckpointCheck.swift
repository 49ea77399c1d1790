import AssayAttestation
package import AssayTLog
package import AssayVerification

/// Checks stored checkpoints against the charter that judges them.
package struct CheckpointCheck: Sendable {
    private let state: LedgerState
    private let origin: Origin
    private let keys: [VerifierKey]

    /// Creates a check by the state that judged the last entry of the checkpoint.
    package init(_ state: LedgerState) {
        self.state = state
        origin = state.charter.origin
        keys = state.policy.logs.map(\.key) + state.policy.witnesses.map(\.key)
    }

    /// The tree head that a stored note commits to, if the log signed it and every other line in
    /// it is a good one of a witness; how many witnesses there are is not asked.
    package func head(of stored: StoredCheckpoint) throws(CheckpointFault) -> TreeHead {
        let opened: OpenedNote
        do {
            opened = try SignedNote(bytes: stored.note).open(with: keys)
        } catch {
            throw .note(error)
        }
        let checkpoint: Checkpoint
        do {
            checkpoint = try Checkpoint(noteText: opened.note.text)
        } catch {
            throw .text(error)
        }
        guard checkpoint.origin == origin else { throw .otherOrigin(checkpoint.origin) }
        guard checkpoint.head.size == stored.size else { throw .otherSize(checkpoint.head.size) }
        if let line = opened.unknown.first { throw .unknownLine(line.name, line.keyID) }
        let logKeys = state.policy.logs.map(\.key)
        guard
            opened.verified.contains(where: { $0.key.type == .ed25519 && logKeys.contains($0.key) })
        else { throw .unsigned }
        guard opened.note.bytes == stored.note,
            state.arranged(opened.note.signatures) == opened.note.signatures
        else { throw .notCanonical }
        return checkpoint.head
    }
}
