import AssayCrypto
package import AssayTLog

/// Gives entries their indexes, in growth steps that take whatever gathered while the last one was
/// being written: nothing waits for a timer.
///
/// Whoever submits while nobody is writing writes the next step in its own task; whoever submits
/// meanwhile waits, and the first of those writes the step after. So there is no background task,
/// and a client that goes away does not stop a step.
///
/// No signature leaves this actor before the store has said that the step is durable. Any fault of
/// the store after the decision to write, other than a clean `full`, stops the log for good.
package actor Sequencer<Rules: EntryRules> {
    private typealias State = SequencerState<Rules>
    package typealias Outcome = Result<Receipt, Refusal>

    /// Signs the checkpoint of a tree head: the bytes of the note.
    package typealias Signing = @Sendable (TreeHead) throws(SigningFault) -> [UInt8]

    private var state: State
    private let store: any LogStore
    private let sign: Signing
    private let onDurable: @Sendable (StoredCheckpoint) -> Void
    /// Why nothing more may be signed, though the store is well.
    private var halted: StopCause?
    private var waiters: [State.Ticket: CheckedContinuation<Wake, Never>] = [:]
    private var followers: [State.Ticket: [CheckedContinuation<Outcome, Never>]] = [:]
    private let stopContinuation: AsyncStream<StopCause>.Continuation

    /// The newest checkpoint whose tree is durable.
    package private(set) var published: StoredCheckpoint

    /// Yields why the log stopped, once, and ends.
    package nonisolated let stops: AsyncStream<StopCause>

    /// What a waiting submission is woken for.
    private enum Wake: Sendable {
        case ended(Outcome)
        case lead
    }

    /// Creates the sequencer of a log whose durable state was read and checked.
    ///
    /// - Parameter onDurable: told of each new checkpoint once it is durable; must not wait.
    package init(
        rules: Rules, edge: TreeEdge, published: StoredCheckpoint, store: any LogStore,
        limits: SequencerLimits = SequencerLimits(),
        onDurable: @escaping @Sendable (StoredCheckpoint) -> Void = { _ in },
        sign: @escaping Signing
    ) {
        state = SequencerState(rules: rules, edge: edge, limits: limits)
        self.published = published
        self.store = store
        self.sign = sign
        self.onDurable = onDurable
        (stops, stopContinuation) = AsyncStream.makeStream(
            of: StopCause.self, bufferingPolicy: .bufferingOldest(1))
    }

    /// The rules that judge the next entry, as of the durable tree.
    package var rules: Rules { state.rules }

    /// How many submissions are being judged, are waiting or are being written.
    package var submissionsInProgress: Int { state.submissionsInProgress }

    /// Why the log takes nothing any more, if it does not.
    package var stopCause: StopCause? { state.stopCause }

    /// Takes nothing more; what was accepted is still written.
    package func shutDown() {
        state.shutDown()
        stopContinuation.finish()
    }

    /// Signs nothing more, and takes nothing more: what is on record elsewhere does not fit.
    package func halt(_ cause: StopCause) {
        guard halted == nil else { return }
        halted = cause
        state.halt(cause)
        stopContinuation.yield(cause)
        stopContinuation.finish()
    }

    /// Puts a submission on record, or finds it there.
    ///
    /// Signature checks run in the caller's task, so on as many cores as there are callers.
    package nonisolated func submit(
        _ submission: Submission<Rules.Content>
    ) async throws(Refusal) -> Receipt {
        while true {
            switch await claim(submission.payload) {
            case .refused(let refusal): throw refusal
            case .granted(let ticket, let now):
                return try await admit(submission, ticket, now).get()
            case .followed(.success(let receipt)):
                return receipt.asDuplicate
            case .followed(.failure(let refusal)) where refusal.isAboutTheEnvelope:
                // Another envelope with this payload was refused, which says nothing of this one.
                continue
            case .followed(.failure(let refusal)): throw refusal
            }
        }
    }
}

// MARK: - Admission

extension Sequencer {
    /// What judges a submission; if it changes meanwhile, the submission is judged again.
    private struct Judging: Sendable {
        let rules: Rules
        let generation: Int
        let index: LeafIndex
    }

    private enum ClaimAnswer: Sendable {
        case refused(Refusal)
        case granted(State.Ticket, Judging)
        /// Another submission of the payload was in progress, and ended so.
        case followed(Outcome)
    }

    private func claim(_ payload: Digest) async -> ClaimAnswer {
        switch state.claim(payload) {
        case .refused(let refusal): return .refused(refusal)
        case .granted(let ticket):
            let now = Judging(
                rules: state.rules, generation: state.generation,
                index: LeafIndex(state.head.size.value))
            return .granted(ticket, now)
        case .inProgress(let ticket):
            return .followed(
                await withCheckedContinuation { followers[ticket, default: []].append($0) })
        }
    }

    /// Looks for the payload on record, judges the submission and puts it in the queue.
    private nonisolated func admit(
        _ submission: Submission<Rules.Content>, _ ticket: State.Ticket, _ now: Judging
    ) async -> Outcome {
        do throws(Refusal) {
            if let receipt = try await recorded(submission) {
                await release(submission.payload, ticket, .success(receipt))
                return .success(receipt)
            }
            let judgement = try now.rules.judge(submission, at: now.index)
            return await enqueue(ticket, submission, judgement, generation: now.generation)
        } catch {
            await release(submission.payload, ticket, .failure(error))
            return .failure(error)
        }
    }

    /// The receipt of the entry with the same payload that is on record, if there is one.
    private nonisolated func recorded(
        _ submission: Submission<Rules.Content>
    ) async throws(Refusal) -> Receipt? {
        do throws(StoreFault) {
            let candidates = try await store.candidates(payloads: [submission.payload])
            for index in candidates.first ?? [] {
                let entries = try await store.entries(index.value..<index.value + 1)
                guard let entry = entries.first, Self.payload(of: entry) == submission.payload
                else { continue }
                return Receipt(
                    index: index, leafHash: MerkleTree.leafHash(of: entry), isNew: false,
                    treeSize: await published.size)
            }
            return nil
        } catch {
            // Reading decides nothing about what is durable, so the log goes on.
            throw .storageUnavailable(error.description)
        }
    }

    private static func payload(of entry: [UInt8]) -> Digest? {
        do {
            return try Rules.read(entry).payload
        } catch {
            // An entry that cannot be read any more has no payload; `fsck` names it.
            return nil
        }
    }

    private func release(_ payload: Digest, _ ticket: State.Ticket, _ outcome: Outcome) {
        state.release(payload)
        tellFollowers(of: ticket, outcome)
    }

    private func tellFollowers(of ticket: State.Ticket, _ outcome: Outcome) {
        for follower in followers.removeValue(forKey: ticket) ?? [] {
            follower.resume(returning: outcome)
        }
    }

    private func enqueue(
        _ ticket: State.Ticket, _ submission: Submission<Rules.Content>,
        _ judgement: Judgement<Rules.Judged>, generation: Int
    ) async -> Outcome {
        switch state.enqueue(ticket, submission, judgement, generation: generation) {
        case .refused(let refusal):
            tellFollowers(of: ticket, .failure(refusal))
            return .failure(refusal)
        case .lead: return await lead(ticket)
        case .wait:
            switch await withCheckedContinuation({ waiters[ticket] = $0 }) {
            case .ended(let outcome): return outcome
            case .lead: return await lead(ticket)
            }
        }
    }
}

// MARK: - Growth

extension Sequencer {
    /// Writes one growth step, tells everybody in it, and asks the first who waits to lead on.
    private func lead(_ ticket: State.Ticket) async -> Outcome {
        let plan = state.nextStep()
        let ending = await write(plan.step)
        var own: Outcome?
        let refused = plan.refused.map { (ticket: $0.ticket, outcome: Outcome.failure($0.refusal)) }
        for (ended, outcome) in refused + ending.outcomes {
            tellFollowers(of: ended, outcome)
            if ended == ticket {
                own = outcome
            } else {
                waiters.removeValue(forKey: ended)?.resume(returning: .ended(outcome))
            }
        }
        if let next = ending.nextLeader {
            waiters.removeValue(forKey: next)?.resume(returning: .lead)
        }
        guard let own else {
            preconditionFailure("a leader's own submission is the first of its step")
        }
        return own
    }

    /// Crash windows: before the store answers, nothing that was signed has left this process, and
    /// the next start finds the whole step or nothing of it; after that the checkpoint is public.
    private func write(_ step: State.Step?) async -> State.Ending {
        guard let step else { return state.skip() }
        do throws(StopCause) {
            let checkpoint = try await signedCheckpoint(step)
            do {
                try await store.append(
                    AppendBatch(
                        previous: step.previous, next: step.next, entries: step.entries,
                        tiles: step.tiles, checkpoint: checkpoint.note))
            } catch .full {
                return state.rollBack(.storageFull)
            } catch {
                throw .store(error)
            }
            published = checkpoint
            onDurable(checkpoint)
            return state.commit()
        } catch {
            let ending = state.stop(error)
            stopContinuation.yield(error)
            stopContinuation.finish()
            return ending
        }
    }

    /// Signs the checkpoint of a step, if the store still has the tree that was signed last.
    private func signedCheckpoint(_ step: State.Step) async throws(StopCause) -> StoredCheckpoint {
        let stored: TreeHead?
        do {
            stored = try await store.treeHead()
        } catch {
            throw .store(error)
        }
        if let halted { throw halted }
        guard stored == step.previous else {
            throw .headMoved(signed: step.previous, stored: stored)
        }
        do {
            return StoredCheckpoint(size: step.next.size, note: try sign(step.next))
        } catch {
            throw .signing(error)
        }
    }
}

extension Receipt {
    /// The receipt of another submission of the same payload.
    var asDuplicate: Receipt {
        Receipt(index: index, leafHash: leafHash, isNew: false, treeSize: treeSize)
    }
}

extension Refusal {
    /// Whether the refusal says something of the one envelope, and not of the log.
    var isAboutTheEnvelope: Bool {
        switch self {
        case .malformed, .signatureInvalid, .signerUnknown, .keyNotInForce, .notEntitled,
            .referenceUnknown, .charterConflict, .tooLarge, .algorithmUnavailable:
            true
        case .rateLimited, .queueFull, .storageFull, .storageUnavailable, .noQuorum: false
        }
    }
}
