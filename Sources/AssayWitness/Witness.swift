package import AssayCrypto
package import AssayTLog
import AssayVerification

/// A witness: cosigns the checkpoints of the logs it watches, each only if it extends the one
/// before (tlog-witness).
///
/// Reading, signatures and proofs are checked in the callers' tasks. The one thing that must not
/// happen twice at once, moving a log's tree head on, is a single step of the store.
package struct Witness: Sendable {
    private let store: any TreeHeadStore
    private let signers: [SignerKey]
    private let replayer: (any LogReplayer)?
    private let now: @Sendable () -> UnixSeconds

    /// Creates a witness.
    ///
    /// - Parameters:
    ///   - signers: the witness's keys, all of cosignature types; at least one.
    ///   - replayer: replays the logs of which that is asked; without it those are not cosigned.
    ///   - now: the time.
    package init(
        store: some TreeHeadStore, signers: [SignerKey], replayer: (any LogReplayer)? = nil,
        now: @escaping @Sendable () -> UnixSeconds
    ) {
        precondition(!signers.isEmpty && signers.allSatisfy { $0.verifierKey.type.isCosignature })
        self.store = store
        self.signers = signers
        self.replayer = replayer
        self.now = now
    }

    /// Answers an add-checkpoint request with the cosignature lines.
    ///
    /// Crash windows: the signature is made before the record and leaves after it. Before the
    /// store answers nobody has the signature; afterwards the record has the checkpoint that it is
    /// on, so that no other of that size, and no smaller one, is ever signed again.
    package func addCheckpoint(
        _ body: [UInt8]
    ) async throws(WitnessRefusal) -> [NoteSignature] {
        let request: AddCheckpointRequest
        do {
            request = try AddCheckpointRequest(bytes: body)
        } catch {
            throw .malformed(error)
        }
        while true {
            let record = try await stored { store throws(TreeHeadFault) in
                try await store.record(of: request.checkpoint.origin)
            }
            switch WitnessState.decide(request, record) {
            case .cosign(let approval):
                if let log = record?.log, log.replay != nil {
                    try await requireReplay(approval, of: log)
                }
                if let lines = try await cosign(approval) { return lines }
            // Another request was faster; the next look at the record refuses this one.
            case .refuse(let refusal, let evidence):
                if let evidence {
                    try await keep(evidence, request.checkpoint.origin)
                    if let record { try await keepProofs(of: evidence, record) }
                }
                throw refusal
            }
        }
    }

    /// The newest checkpoint that was cosigned for the log with this hash, as a signed note; `nil`
    /// if there is none.
    package func checkpoint(
        ofHash originHash: Digest
    ) async throws(TreeHeadFault) -> [UInt8]? {
        try await store.record(ofHash: originHash)?.latest?.note
    }

    /// The size of the newest checkpoint that was cosigned for the log with this hash; `nil` if there
    /// is none.
    package func cosignedSize(ofHash originHash: Digest) async throws(TreeHeadFault) -> TreeSize? {
        try await store.record(ofHash: originHash)?.latest?.head.size
    }

    /// What was kept of the log with this hash, and the fraud proofs of it; `nil` if it is not
    /// watched.
    package func evidence(
        ofHash originHash: Digest
    ) async throws(TreeHeadFault) -> (checkpoints: [WitnessEvidence], proofs: [[UInt8]])? {
        guard let log = try await store.record(ofHash: originHash)?.log else { return nil }
        return (
            try await store.evidence(of: log.origin), try await store.proofs(of: log.origin)
        )
    }

    /// Returns normally only if every entry under the checkpoint has been replayed and stored.
    private func requireReplay(
        _ approval: WitnessState.Approval, of log: WitnessedLog
    ) async throws(WitnessRefusal) {
        // No cosignature on what was not replayed, whoever forgot to bring a replayer.
        guard let replayer else { throw .unreadable("this witness replays no entries") }
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(
                text: approval.checkpoint.noteText, signatures: approval.logLines)
        } catch {
            throw .signature(error)
        }
        switch await replayer.replay(note.bytes, of: log) {
        case .replayed: return
        case .replaying(let done): throw .replaying(done: done)
        case .unreadable(let words): throw .unreadable(words)
        case .wrong(let code, let detail, let proofs):
            try await keep(
                WitnessEvidence(kind: .wrongEntries, note: note.bytes), log.origin)
            try await keep(proofs, log.origin)
            throw .wrongEntries(code: code, detail: detail)
        }
    }

    /// Keeps what proves to others that the log forked, where the evidence does.
    private func keepProofs(
        of evidence: WitnessEvidence, _ record: LogRecord
    ) async throws(WitnessRefusal) {
        guard let cosigned = record.latest?.note else { return }
        var proofs: [FraudProof] = []
        switch evidence.kind {
        case .otherRoot:
            let notes = FraudProof.Notes(a: cosigned, b: evidence.note)
            proofs = record.log.keys.map {
                FraudProof(accused: $0.text, evidence: .forkSameSize(notes))
            }
        case .unproven where record.log.replay != nil:
            proofs = await replayer?.contradiction(cosigned, evidence.note, of: record.log) ?? []
        case .unproven, .wrongEmptyRoot, .wrongEntries: return
        }
        try await keep(proofs, record.log.origin)
    }

    /// Keeps the proofs that the judge of fraud proofs confirms.
    private func keep(
        _ proofs: [FraudProof], _ origin: Origin
    ) async throws(WitnessRefusal) {
        let time = now()
        for proof in proofs {
            do throws(FraudRejection) {
                _ = try proof.judged()
            } catch {
                continue
            }
            try await stored { store throws(TreeHeadFault) in
                try await store.keep(proof: proof.bytes, of: origin, at: time)
            }
        }
    }

    /// Signs, records, and only then gives the lines out; `nil` if the record has moved.
    private func cosign(
        _ approval: WitnessState.Approval
    ) async throws(WitnessRefusal) -> [NoteSignature]? {
        let time = now()
        guard time > .unstated else { throw .noTime }
        let lines: [NoteSignature]
        let note: SignedNote
        do throws(NoteSignatureError) {
            lines = try self.lines(on: approval.checkpoint, at: time)
        } catch {
            throw .signing(error)
        }
        do throws(NoteError) {
            note = try SignedNote(
                text: approval.checkpoint.noteText, signatures: approval.logLines + lines)
        } catch {
            throw .signature(error)
        }
        let next = CosignedCheckpoint(head: approval.checkpoint.head, note: note.bytes)
        do {
            try await store.advance(
                approval.checkpoint.origin, from: approval.previous, to: next)
        } catch .moved {
            return nil
        } catch {
            throw .storage(error)
        }
        return lines
    }

    private func lines(
        on checkpoint: Checkpoint, at time: UnixSeconds
    ) throws(NoteSignatureError) -> [NoteSignature] {
        var lines: [NoteSignature] = []
        for signer in signers {
            // ML-DSA-44 cosignatures do not cover extension lines, so there is none over them.
            if signer.verifierKey.type == .mlDSA44Cosignature, !checkpoint.extensions.isEmpty {
                continue
            }
            lines.append(try signer.sign(checkpoint, at: time))
        }
        guard !lines.isEmpty else { throw .uncoveredExtensionLines }
        return lines
    }

    private func keep(
        _ evidence: WitnessEvidence, _ origin: Origin
    ) async throws(WitnessRefusal) {
        let time = now()
        try await stored { store throws(TreeHeadFault) in
            try await store.keep(evidence, of: origin, at: time)
        }
    }

    private func stored<Value: Sendable>(
        _ body: (any TreeHeadStore) async throws(TreeHeadFault) -> Value
    ) async throws(WitnessRefusal) -> Value {
        do {
            return try await body(store)
        } catch {
            throw .storage(error)
        }
    }
}
