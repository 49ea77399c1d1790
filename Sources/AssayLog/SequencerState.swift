package import AssayCrypto
package import AssayTLog

/// Which submissions are in progress, what the log looks like, and what to write next.
///
/// This type does no input or output: it decides, its caller carries the decisions out and tells
/// it how they ended. A submission goes through it so: `claim` its payload; judge it by `rules`;
/// `enqueue` it or `release` the claim; whoever `enqueue` makes the leader takes `nextStep` and
/// ends it by `commit`, `rollBack` or `stop`.
package struct SequencerState<Rules: EntryRules>: Sendable {
    /// Names a submission in progress.
    package struct Ticket: Hashable, Sendable {
        let number: UInt64
    }

    /// How a submission ended.
    package typealias Outcome = Result<Receipt, Refusal>

    /// The rules as of the durable tree, and how often they have changed.
    package private(set) var rules: Rules
    package private(set) var generation = 0
    /// The tree head that the last durable growth step left.
    package private(set) var head: TreeHead
    /// Why the log takes nothing any more.
    package private(set) var stopCause: StopCause?

    private var edge: TreeEdge
    private let limits: SequencerLimits
    private var claims: [Digest: Ticket] = [:]
    private var waiting: [Waiting] = []
    private var waitingBytes = 0
    private var nextTicket: UInt64 = 0
    /// Whether somebody is writing a growth step or has been asked to.
    private var hasLeader = false
    private var step: PreparedStep?

    /// A judged submission that waits for its index.
    private struct Waiting: Sendable {
        let ticket: Ticket
        let submission: Submission<Rules.Content>
        let judgement: Judgement<Rules.Judged>
        /// The generation of the rules that judged it.
        let generation: Int
    }

    /// What holds once the step under way is durable.
    private struct PreparedStep: Sendable {
        let rules: Rules
        let generation: Int
        let edge: TreeEdge
        let head: TreeHead
        let receipts: [(ticket: Ticket, payload: Digest, receipt: Receipt)]
    }

    /// Creates the state of a log whose durable tree ends in `edge` and is judged on by `rules`.
    package init(rules: Rules, edge: TreeEdge, limits: SequencerLimits = SequencerLimits()) {
        self.rules = rules
        self.edge = edge
        self.limits = limits
        head = edge.head
    }
}

// MARK: - Admission

extension SequencerState {
    /// What to do with a submission that has just been read.
    package enum ClaimAnswer: Sendable {
        /// Nobody else is submitting this payload: look for a duplicate on record, judge, then
        /// `enqueue` or `release`.
        case granted(Ticket)
        /// Somebody is: how that ends, if well, answers both.
        case inProgress(Ticket)
        /// The log takes no submission now.
        case refused(Refusal)
    }

    /// Claims `payload`, so that it cannot get two indexes.
    package mutating func claim(_ payload: Digest) -> ClaimAnswer {
        if let stopCause { return .refused(stopCause.refusal) }
        if let ticket = claims[payload] { return .inProgress(ticket) }
        guard claims.count < limits.submissionsMax else { return .refused(.queueFull) }
        let ticket = Ticket(number: nextTicket)
        nextTicket += 1
        claims[payload] = ticket
        return .granted(ticket)
    }

    /// How many submissions are being judged, are waiting or are being written.
    package var submissionsInProgress: Int { claims.count }

    /// Gives up the claim of a submission that was refused or found on record.
    package mutating func release(_ payload: Digest) {
        claims[payload] = nil
    }

    /// What follows for a submission that was judged good.
    package enum EnqueueAnswer: Sendable {
        /// Write the next growth step; this submission is in it.
        case lead
        /// Wait: the outcome comes from a leader, or the request to lead.
        case wait
        /// The submission is not taken, and its claim has been released.
        case refused(Refusal)
    }

    /// Takes a submission that the rules of `generation` judged good.
    package mutating func enqueue(
        _ ticket: Ticket, _ submission: Submission<Rules.Content>,
        _ judgement: Judgement<Rules.Judged>, generation: Int
    ) -> EnqueueAnswer {
        if let stopCause {
            release(submission.payload)
            return .refused(stopCause.refusal)
        }
        let bytes = waitingBytes + submission.entry.count
        guard bytes <= limits.waitingBytesMax else {
            release(submission.payload)
            return .refused(.queueFull)
        }
        waitingBytes = bytes
        waiting.append(
            Waiting(
                ticket: ticket, submission: submission, judgement: judgement,
                generation: generation))
        if hasLeader { return .wait }
        hasLeader = true
        return .lead
    }
}

// MARK: - Growth

extension SequencerState {
    /// A growth step to sign and to write.
    package struct Step: Sendable {
        /// The tree head that the store must still have.
        package let previous: TreeHead
        /// The tree head to sign.
        package let next: TreeHead
        /// The entries to write.
        package let entries: [NewEntry]
        /// The tiles to write.
        package let tiles: [TileUpdate]
    }

    /// What the leader has to do.
    package struct Plan: Sendable {
        /// The growth step, if any submission is left for one.
        package let step: Step?
        /// Submissions that became bad while they waited.
        package let refused: [(ticket: Ticket, refusal: Refusal)]
    }

    /// Gives indexes to what waits, each entry judged by the state at its index.
    package mutating func nextStep() -> Plan {
        precondition(hasLeader && step == nil, "one leader takes one step at a time")
        var rules = rules
        var generation = generation
        var edge = edge
        var entries: [NewEntry] = []
        var placed: [(ticket: Ticket, submission: Submission<Rules.Content>, index: LeafIndex)] = []
        var refused: [(ticket: Ticket, refusal: Refusal)] = []
        var taken = 0
        var bytes = 0
        for item in waiting.prefix(limits.batchEntriesMax) {
            let submission = item.submission
            if !entries.isEmpty, bytes + submission.entry.count > limits.batchBytesMax { break }
            taken += 1
            waitingBytes -= submission.entry.count
            let index = LeafIndex(edge.size.value)
            let judgement: Judgement<Rules.Judged>
            do {
                judgement =
                    item.generation == generation
                    ? item.judgement : try rules.judge(submission, at: index)
            } catch {
                release(submission.payload)
                refused.append((item.ticket, error))
                continue
            }
            if let change = judgement.change {
                rules.apply(change, of: submission, at: index)
                generation += 1
            }
            edge.append(submission.leafHash)
            bytes += submission.entry.count
            entries.append(
                NewEntry(
                    bytes: submission.entry, leafHash: submission.leafHash,
                    payload: submission.payload, changesState: judgement.changesState))
            placed.append((item.ticket, submission, index))
            if judgement.endsBatch { break }
        }
        waiting.removeFirst(taken)
        guard !entries.isEmpty else { return Plan(step: nil, refused: refused) }
        let tiles = edge.takeUpdates()
        let next = edge.head
        step = PreparedStep(
            rules: rules, generation: generation, edge: edge, head: next,
            receipts: placed.map { ticket, submission, index in
                let receipt = Receipt(
                    index: index, leafHash: submission.leafHash, isNew: true, treeSize: next.size)
                return (ticket, submission.payload, receipt)
            })
        return Plan(
            step: Step(previous: head, next: next, entries: entries, tiles: tiles),
            refused: refused)
    }
}

// MARK: - How a step ends

extension SequencerState {
    /// What is known once a step has ended.
    package struct Ending: Sendable {
        /// How the submissions of the step ended; when the log stopped, all that waited too.
        package let outcomes: [(ticket: Ticket, outcome: Outcome)]
        /// The waiting submission that must lead the next step.
        package let nextLeader: Ticket?
    }

    /// The step is durable.
    package mutating func commit() -> Ending {
        let done = takeStep()
        rules = done.rules
        generation = done.generation
        edge = done.edge
        head = done.head
        return end(done.receipts.map { ($0.ticket, $0.payload, .success($0.receipt)) })
    }

    /// Nothing of the step was written, and the store can go on.
    package mutating func rollBack(_ refusal: Refusal) -> Ending {
        end(takeStep().receipts.map { ($0.ticket, $0.payload, .failure(refusal)) })
    }

    /// There was no step to write, since all that waited was refused.
    package mutating func skip() -> Ending {
        precondition(step == nil, "a step that was taken must be ended")
        return end([])
    }

    /// It is unknown what the store holds: nothing is taken or written any more.
    package mutating func stop(_ cause: StopCause) -> Ending {
        stopCause = cause
        var ended = (step?.receipts ?? []).map { ($0.ticket, $0.payload) }
        ended += waiting.map { ($0.ticket, $0.submission.payload) }
        step = nil
        waiting = []
        waitingBytes = 0
        return end(ended.map { ($0.0, $0.1, .failure(cause.refusal)) })
    }

    /// Takes nothing more; what waits is still written.
    package mutating func shutDown() {
        stopCause = stopCause ?? .shutDown
    }

    /// Takes nothing more; whoever leads writes nothing more either, and ends by `stop`.
    package mutating func halt(_ cause: StopCause) {
        stopCause = cause
    }

    private mutating func takeStep() -> PreparedStep {
        guard let done = step else {
            preconditionFailure("a step is ended once, after it was taken")
        }
        step = nil
        return done
    }

    private mutating func end(
        _ ended: [(ticket: Ticket, payload: Digest, outcome: Outcome)]
    ) -> Ending {
        for submission in ended {
            release(submission.payload)
        }
        hasLeader = !waiting.isEmpty
        return Ending(
            outcomes: ended.map { ($0.ticket, $0.outcome) }, nextLeader: waiting.first?.ticket)
    }
}
