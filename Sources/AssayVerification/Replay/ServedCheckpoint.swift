package import AssayAttestation
import AssayCrypto
package import AssayTLog

/// A checkpoint as somebody serves it: which tree it is said to be of, nothing checked yet.
package struct ServedCheckpoint: Hashable, Sendable {
    private let note: SignedNote
    /// What it says.
    package let checkpoint: Checkpoint

    /// Reads the bytes.
    ///
    /// - Throws: `checkpoint`, `checkpointText`, or `empty` for the tree without entries.
    package init(_ bytes: [UInt8]) throws(ReplayFinding) {
        do throws(NoteError) {
            note = try SignedNote(bytes: bytes)
        } catch {
            throw .checkpoint(.note(error))
        }
        do throws(CheckpointError) {
            checkpoint = try Checkpoint(noteText: note.text)
        } catch {
            throw .checkpointText(error)
        }
        guard checkpoint.head.size > .zero else { throw .empty }
    }

    /// The checkpoint as the charter judges it.
    ///
    /// Servers may add lines, and in any order: those of other keys than the charter's are left
    /// out, as bundles do (formats.md section 9).
    ///
    /// - Throws: `checkpoint`.
    package func judged(
        by state: LedgerState, requiresQuorum: Bool
    ) throws(ReplayFinding) -> JudgedCheckpoint {
        let lines = state.arranged(note.signatures)
        guard !lines.isEmpty else { throw .checkpoint(.notSignedByEd25519) }
        let arranged: SignedNote
        do throws(NoteError) {
            arranged = try SignedNote(text: note.text, signatures: lines)
        } catch {
            throw .checkpoint(.note(error))
        }
        do throws(CheckpointRejection) {
            return try state.judge(
                checkpoint: arranged.bytes, requiresQuorum: requiresQuorum)
        } catch {
            throw .checkpoint(error)
        }
    }

    /// The state after entry 0, which must be the genesis of `ledger`.
    ///
    /// - Throws: `rejectedEntry` for another ledger, `genesis`.
    package static func state(
        genesis bytes: [UInt8], of ledger: LedgerID
    ) throws(ReplayFinding) -> LedgerState {
        let entry: LogEntry
        do throws(AttestationError) {
            entry = try LogEntry(bytes: bytes)
        } catch {
            throw .genesis(.malformed(error))
        }
        guard LedgerID(entry.leafHash) == ledger else {
            throw .rejectedEntry(
                LeafIndex(0), .otherLedger(found: LedgerID(entry.leafHash)))
        }
        do throws(CharterRejection) {
            return try LedgerState(genesis: entry)
        } catch {
            throw .genesis(error)
        }
    }
}
