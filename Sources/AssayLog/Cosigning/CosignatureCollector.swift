package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Decides which witness is asked for what, and which checkpoint may be shown.
///
/// This type does no input or output. Its caller tells it what was signed and what witnesses
/// answered, calls `next` after each, does what that says, and calls it again at `wakeAt`. Times
/// are durations since one moment that stays the same.
///
/// One checkpoint at a time is on its *round*: every witness that is free is asked to cosign it.
/// Once its quorum is met it is published, and the next round is for the newest that was signed
/// meanwhile, so that a round covers everything since the last. A witness that was still busy joins
/// the round that is on when it becomes free, and witnesses that are not busy go on cosigning the
/// published checkpoint, so that late cosignatures come in until another one is published.
package struct CosignatureCollector: Sendable {
    /// A request to a witness.
    package struct Request: Hashable, Sendable {
        /// The number of the address.
        package let place: Int
        /// Tells this request from earlier ones.
        let ticket: UInt64
        /// The size from which the proof must lead.
        package let oldSize: TreeSize
        /// The checkpoint to cosign.
        package let checkpoint: CollectedCheckpoint
    }

    /// Something to do.
    package enum Action: Hashable, Sendable {
        /// Ask a witness, and tell how it ended with `answered`.
        case ask(Request)
        /// Ask a witness for its newest checkpoint, compare it with the store, and tell with
        /// `inspected`; if it does not fit, the log must stop.
        case inspect(place: Int)
        /// Make the notes durable in one step, and tell with `saved` or `notSaved`.
        case save([CollectedCheckpoint])
    }

    private let state: LedgerState
    private let limits: CosigningLimits
    private var places: [WitnessPlace]
    private var random: any RandomNumberGenerator & Sendable
    private var nextTicket: UInt64 = 0

    /// The newest checkpoint that was signed.
    package private(set) var newest: CollectedCheckpoint
    /// The newest checkpoint whose quorum is met; without a quorum, the newest that was signed.
    package private(set) var published: CollectedCheckpoint?
    /// The checkpoint that lacks its quorum yet.
    private var round: CollectedCheckpoint?

    /// What is not durable yet, by size.
    private var unsaved: [TreeSize: CollectedCheckpoint] = [:]
    private var isSaving = false
    private var saveAt: Duration?
    private var toInspect: [Int] = []

    /// Creates the state after a start.
    ///
    /// - Parameters:
    ///   - state: the charter in force.
    ///   - newest: the newest signed checkpoint.
    ///   - published: the newest one whose quorum is met, if there is one.
    ///   - places: the witnesses, those who share an address together.
    ///   - random: spreads the pauses.
    package init(
        state: LedgerState, newest: CollectedCheckpoint, published: CollectedCheckpoint?,
        places: [[TrustPolicy.Witness]], limits: CosigningLimits = CosigningLimits(),
        random: any RandomNumberGenerator & Sendable
    ) {
        self.state = state
        self.newest = newest
        self.published = state.policy.quorum == nil ? newest : published
        self.places = places.map { WitnessPlace($0) }
        self.limits = limits
        self.random = random
        for (position, witnesses) in places.enumerated() {
            // Who cosigned the newest published checkpoint has got that far.
            if let shown = self.published,
                witnesses.contains(where: { shown.cosigners.contains($0.name) })
            {
                self.places[position].known = shown.head.size
            }
        }
    }

    /// Whether so many witnesses answered when they were asked last, or were not asked yet, that
    /// the quorum can be met.
    package var canMeetQuorum: Bool {
        let names = places.filter { $0.failures == 0 }.flatMap(\.names)
        return state.policy.quorum?.isSatisfied(by: Set(names)) ?? true
    }

    /// The names of the witnesses at an address.
    package func names(of place: Int) -> [Text] { places[place].names }

    /// A checkpoint was signed and is durable.
    package mutating func signed(_ checkpoint: CollectedCheckpoint) {
        guard checkpoint.head.size > newest.head.size else { return }
        newest = checkpoint
        if state.policy.quorum == nil { published = checkpoint }
    }

    /// A witness shows that it has cosigned `size`, which is one of the log's.
    package mutating func learned(_ size: TreeSize, of place: Int) {
        places[place].known = max(places[place].known, size)
    }
}

// MARK: - What to do next

extension CosignatureCollector {
    /// What to do now; each thing is said once.
    package mutating func next(at now: Duration) -> [Action] {
        startRound()
        var actions = toInspect.map { Action.inspect(place: $0) }
        toInspect = []
        for place in places.indices where places[place].isFree(at: now) {
            guard let checkpoint = wanted(from: places[place]) else { continue }
            let request = Request(
                place: place, ticket: nextTicket, oldSize: places[place].known,
                checkpoint: checkpoint)
            nextTicket += 1
            places[place].request = request
            actions.append(.ask(request))
        }
        if !isSaving, let saveAt, saveAt <= now {
            isSaving = true
            self.saveAt = nil
            actions.append(.save(rest()))
        }
        return actions
    }

    /// What is left to save when nothing more is asked.
    package func rest() -> [CollectedCheckpoint] {
        unsaved.values.sorted { $0.head.size < $1.head.size }
    }

    /// When `next` has something to say, if nothing happens before.
    package var wakeAt: Duration? {
        let pauses = places.filter {
            $0.request == nil && !$0.isInspected && wanted(from: $0) != nil
        }.compactMap(\.pausedUntil)
        return (pauses + [isSaving ? nil : saveAt].compactMap(\.self)).min()
    }

    /// The checkpoint that a witness is asked to cosign when it is free.
    private func wanted(from place: WitnessPlace) -> CollectedCheckpoint? {
        guard let wanted = round ?? published,
            place.lacks(wanted.head.size, cosigners: wanted.cosigners)
        else { return nil }
        return wanted
    }

    /// Begins a round, or begins it anew with the newest checkpoint if it is stuck: nobody who
    /// answers is left to ask, so a witness that is back is asked for the newest.
    private mutating func startRound() {
        let done = published?.head.size ?? .zero
        guard newest.head.size > done else { return }
        if let round {
            guard newest.head.size > round.head.size else { return }
            let isHopeful = places.contains { place in
                place.failures == 0
                    && (place.request != nil
                        || place.lacks(round.head.size, cosigners: round.cosigners))
            }
            guard !isHopeful else { return }
        }
        round = newest
    }
}

// MARK: - What happened

extension CosignatureCollector {
    /// What came of a request.
    package struct Result: Hashable, Sendable {
        /// The names of the witnesses at the address.
        package let witnesses: [Text]
        /// The names of those whose cosignatures count.
        package var cosigned: [Text] = []
        /// Why asking failed, with the pause that follows.
        package var failure: Failure?
        /// Lines of a good answer that do not count.
        package var ignored: [CosignatureFault] = []
    }

    /// A failure and what follows.
    package struct Failure: Hashable, Sendable {
        /// What happened.
        package let problem: WitnessProblem
        /// How long the witness is left alone.
        package let pause: Duration
    }

    /// A request has ended; `nil` if it was answered before.
    package mutating func answered(
        _ request: Request, _ answer: WitnessAnswer, at now: Duration,
        time: UnixSeconds
    ) -> Result? {
        let place = request.place
        guard places[place].request == request else { return nil }
        places[place].request = nil
        var result = Result(witnesses: places[place].names)
        switch answer {
        case .cosigned(let body):
            let outcome = CosignatureCheck(places[place].witnesses)
                .outcome(of: body, on: request.checkpoint.checkpoint, at: time)
            guard !outcome.lines.isEmpty else {
                result.failure = fail(
                    place, .noCosignature(outcome.faults.first ?? .malformed), at: now)
                break
            }
            result.cosigned = outcome.lines.keys.sorted()
            result.ignored = outcome.faults
            places[place].known = request.checkpoint.head.size
            places[place].answered = request.checkpoint.head.size
            places[place].failures = 0
            places[place].conflicts = 0
            places[place].pausedUntil = nil
            merge(outcome.lines, into: request.checkpoint.head.size, at: now)
        case .conflict(let size):
            result.failure = conflict(request, size, at: now)
        case .inconsistent:
            inspect(place)
            result.failure = fail(place, .otherHistory(request.oldSize), at: now)
        case .failed(let problem):
            result.failure = fail(place, problem, at: now)
        }
        return result
    }

    /// What a witness shows of the log was compared with the store, and nothing was found.
    package mutating func inspected(place: Int) {
        places[place].isInspected = false
    }

    /// What `next` asked to save is durable; returns the newest published checkpoint of it.
    package mutating func saved(_ notes: [CollectedCheckpoint]) -> CollectedCheckpoint? {
        isSaving = false
        for note in notes where unsaved[note.head.size] == note {
            unsaved[note.head.size] = nil
        }
        return notes.max { $0.head.size < $1.head.size }
    }

    /// There was no room to save.
    package mutating func notSaved(at now: Duration) {
        isSaving = false
        save(at: now + limits.saveAgainWait)
    }

    /// Adds checked lines to the checkpoint of `size`, if that is still of interest.
    private mutating func merge(
        _ lines: [Text: NoteSignature], into size: TreeSize, at now: Duration
    ) {
        do throws(NoteError) {
            if let collected = round, collected.head.size == size {
                let next = try collected.adding(lines, under: state)
                guard next.isCosigned(under: state) else {
                    round = next
                    return
                }
                round = nil
                published = next
                unsaved[size] = next
                save(at: now)
            } else if let collected = published, collected.head.size == size {
                let next = try collected.adding(lines, under: state)
                guard next != collected else { return }
                published = next
                unsaved[size] = next
                save(at: now + limits.lateWait)
            }
        } catch {
            preconditionFailure("a note of the log with a line of each witness is a note: \(error)")
        }
    }

    private mutating func save(at time: Duration) {
        saveAt = min(saveAt ?? time, time)
    }

    /// The witness has cosigned another size than the log thought.
    ///
    /// That is ordinary after a start, and where somebody else feeds the witness too: it is asked
    /// again at once, unless it never ends. What cannot be is looked into.
    private mutating func conflict(
        _ request: Request, _ size: TreeSize, at now: Duration
    ) -> Failure? {
        let place = request.place
        guard size != request.oldSize, size <= newest.head.size else {
            inspect(place)
            let problem: WitnessProblem =
                size > newest.head.size ? .ahead(size) : .otherHistory(size)
            return fail(place, problem, at: now)
        }
        places[place].known = size
        places[place].conflicts += 1
        guard places[place].conflicts > Self.conflictsMax else { return nil }
        places[place].conflicts = 0
        return fail(place, .conflicts, at: now)
    }

    /// How many conflicts in a row are answered by asking again at once.
    private static let conflictsMax = 2

    private mutating func inspect(_ place: Int) {
        places[place].isInspected = true
        toInspect.append(place)
    }

    private mutating func fail(
        _ place: Int, _ problem: WitnessProblem, at now: Duration
    ) -> Failure {
        // A size that the witness named and the log never had leads nowhere.
        if case .otherHistory = problem { places[place].known = .zero }
        places[place].failures += 1
        let doublings = min(places[place].failures - 1, 20)
        let pause = min(limits.firstPause * (1 << doublings), limits.pauseMax)
        // Spread over half to all of it, so that witnesses that failed together are not asked
        // together.
        let share = 0.5 + 0.5 * Double(random.next() >> 11) / Double(1 << 53)
        let jittered = pause * share
        places[place].pausedUntil = now + jittered
        return Failure(problem: problem, pause: jittered)
    }
}
