import AssayCrypto
package import AssayTLog

/// What a witness answers to a request, decided from the request and what is recorded of the log
/// alone (tlog-witness, add-checkpoint).
package enum WitnessState {
    /// The outcome of the checks.
    package enum Decision: Hashable, Sendable {
        /// All is well: cosign, once the record is durable.
        case cosign(Approval)
        /// The answer is no; `evidence` is to be kept.
        case refuse(WitnessRefusal, evidence: WitnessEvidence?)
    }

    /// A checkpoint to cosign.
    package struct Approval: Hashable, Sendable {
        /// The checkpoint.
        package let checkpoint: Checkpoint
        /// The lines of the log that were verified; at least one.
        package let logLines: [NoteSignature]
        /// The tree head that must still be the recorded one.
        package let previous: TreeHead?
    }

    /// Decides.
    ///
    /// The checks stand in the order of the answers that tlog-witness asks for: unknown origin,
    /// signature, sizes, record, root of the empty tree, proof.
    ///
    /// - Parameter record: what is recorded of the log with the origin of the request.
    package static func decide(
        _ request: AddCheckpointRequest, _ record: LogRecord?
    ) -> Decision {
        let checkpoint = request.checkpoint
        guard let record else { return .refuse(.unknownLog(checkpoint.origin), evidence: nil) }
        precondition(record.log.origin == checkpoint.origin, "the record is another log's")
        let lines: [NoteSignature]
        let signed: SignedNote
        do {
            lines = try verifiedLines(request.note, record.log)
            signed = try SignedNote(text: request.note.text, signatures: lines)
        } catch {
            return .refuse(.signature(error), evidence: nil)
        }

        func refuse(_ refusal: WitnessRefusal, _ kind: WitnessEvidence.Kind?) -> Decision {
            .refuse(
                refusal, evidence: kind.map { WitnessEvidence(kind: $0, note: signed.bytes) })
        }
        let new = checkpoint.head
        let recorded = record.latest?.head
        // Whatever the answer is, two roots of one size prove that the log forked.
        let fork: WitnessEvidence.Kind? =
            recorded.map { $0.size == new.size && $0.root != new.root } == true ? .otherRoot : nil
        guard request.oldSize <= new.size else {
            return refuse(.oldSizeAboveNew(old: request.oldSize, new: new.size), fork)
        }
        guard request.oldSize == recorded?.size ?? .zero else {
            return refuse(.conflict(recorded: recorded?.size ?? .zero), fork)
        }
        if new.size == .zero, new.root != MerkleTree.emptyRoot {
            return refuse(.wrongEmptyRoot, .wrongEmptyRoot)
        }
        if request.oldSize == .zero {
            guard request.proof.path.isEmpty else {
                return refuse(
                    .inconsistent(
                        .wrongPathLength(
                            actual: request.proof.path.count, expected: 0)), .unproven)
            }
        } else if let recorded {
            do {
                try request.proof.verify(from: recorded, to: new)
            } catch {
                // A bad proof says nothing of the checkpoint that was cosigned itself.
                return refuse(.inconsistent(error), fork ?? (new == recorded ? nil : .unproven))
            }
        }
        return .cosign(Approval(checkpoint: checkpoint, logLines: lines, previous: recorded))
    }

    /// The lines of the log's keys, each key once; lines of other keys are left out.
    private static func verifiedLines(
        _ note: SignedNote, _ log: WitnessedLog
    ) throws(NoteError) -> [NoteSignature] {
        let opened = try note.open(with: log.keys)
        return opened.verified.compactMap { verified in
            note.signatures.first {
                $0.name == verified.key.name && $0.keyID == verified.key.id
            }
        }
    }
}
