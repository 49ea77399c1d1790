import AssayCrypto
package import AssayTLog
package import AssayVerification
import Synchronization

/// Has signed checkpoints cosigned, stores the cosignatures, and says which checkpoint may be shown.
///
/// It carries out what a ``CosignatureCollector`` decides. Whoever signs only leaves the newest
/// checkpoint here (``signed(_:)``), so that no witness can delay signing; each witness is asked in
/// a task of its own, so that none can delay another.
package actor CheckpointPublisher {
    private(set) var collector: CosignatureCollector
    let state: LedgerState
    let ports: [any WitnessPort]
    let store: any LogStore
    private let limits: CosigningLimits
    private let observe: @Sendable (CosigningEvent) -> Void
    let clock: any CosigningClock

    /// What the loop of `run` is told, in order.
    enum Event: Sendable {
        case signed
        case answered(CosignatureCollector.Request, WitnessAnswer, Duration)
        case inspected(place: Int, StopCause?)
        case waiting
        case alarm(Duration)
        case hurry
    }
    private let events: AsyncStream<Event>
    let tell: AsyncStream<Event>.Continuation
    /// The newest signed checkpoint that the loop has not taken yet.
    private nonisolated let inbox = Mutex<StoredCheckpoint?>(nil)

    /// The newest checkpoint that may be shown: durable with the cosignatures that its charter asks
    /// for; `nil` before the first.
    package private(set) var published: StoredCheckpoint?

    /// A submission that waits for a checkpoint over it.
    private struct Waiting {
        let index: LeafIndex
        let deadline: Duration
        let continuation: CheckedContinuation<Bool, Never>
    }
    /// In the order in which they came, which is that of their deadlines.
    private var waiting: [Waiting] = []
    private var isRunning = false
    private var isEnding = false
    private var nextAlarm: Duration?

    /// Creates a publisher after a start.
    ///
    /// - Parameters:
    ///   - newest: the newest signed checkpoint of `store`.
    ///   - published: the newest one whose quorum is met, if there is one.
    package init(
        _ state: LedgerState, newest: CollectedCheckpoint, published: CollectedCheckpoint?,
        store: some LogStore, cosigning: Cosigning
    ) {
        let (network, observe) = (cosigning.network, cosigning.observe)
        var addresses: [(address: Text, witnesses: [TrustPolicy.Witness])] = []
        for witness in state.policy.witnesses {
            guard let address = network.address(of: witness) else {
                observe(.unreachable(witness.name))
                continue
            }
            if let place = addresses.firstIndex(where: { $0.address == address }) {
                addresses[place].witnesses.append(witness)
            } else {
                addresses.append((address, [witness]))
            }
        }
        collector = CosignatureCollector(
            state: state, newest: newest, published: published,
            places: addresses.map(\.witnesses), limits: cosigning.limits,
            random: cosigning.clock.chance)
        ports = addresses.map { network.port(to: $0.address) }
        self.published = collector.published?.stored
        self.state = state
        self.store = store
        limits = cosigning.limits
        clock = cosigning.clock
        self.observe = observe
        (events, tell) = AsyncStream.makeStream()
    }

    /// Takes note of a checkpoint that was signed and is durable; returns at once.
    package nonisolated func signed(_ checkpoint: StoredCheckpoint) {
        let isFirst = inbox.withLock { inbox in
            defer { inbox = checkpoint }
            return inbox == nil
        }
        if isFirst { tell.yield(.signed) }
    }

    /// Ends the waiting of submissions soon: the process is ending.
    package nonisolated func hurry() { tell.yield(.hurry) }

    /// Whether the newest signed checkpoint is published too.
    package var isQuorumMet: Bool { published?.size == collector.newest.head.size }

    /// Whether the quorum can be met, as far as is known.
    package var canMeetQuorum: Bool { collector.canMeetQuorum }

    /// Returns once a published checkpoint covers the entry at `index`, or says that none did in
    /// time.
    package func isPublished(_ index: LeafIndex) async -> Bool {
        if covers(index) { return true }
        guard isRunning, !ports.isEmpty else { return false }
        let wait = isEnding ? limits.stopWait : limits.submissionWait
        let deadline = clock.elapsed + wait
        return await withCheckedContinuation { continuation in
            waiting.append(
                Waiting(index: index, deadline: deadline, continuation: continuation))
            // The alarm for the first rings before that of any later one.
            if waiting.count == 1 { tell.yield(.waiting) }
        }
    }

    /// A witness shows that it has cosigned `size`, which is one of the log's.
    func learned(_ size: TreeSize, of place: Int) {
        collector.learned(size, of: place)
    }

    private func covers(_ index: LeafIndex) -> Bool {
        published.map { index.value < $0.size.value } ?? false
    }
}

// MARK: - The loop

extension CheckpointPublisher {
    /// Collects until the task is cancelled; to be called once.
    ///
    /// - Parameter stop: told, if that happens, why nothing more may be signed.
    package func run(stop: @escaping @Sendable (StopCause) async -> Void) async {
        isRunning = true
        await withDiscardingTaskGroup { group in
            await carryOut(collector.next(at: clock.elapsed), in: &group, stop)
            for await event in events {
                await take(event, stop)
                await carryOut(collector.next(at: clock.elapsed), in: &group, stop)
                setAlarm(in: &group)
            }
            group.cancelAll()
        }
        // What came in late may not be stored yet.
        let unsaved = collector.rest()
        if !unsaved.isEmpty { await save(unsaved, stop) }
        isRunning = false
        answer { _ in true }
    }

    private func take(
        _ event: Event, _ stop: @Sendable (StopCause) async -> Void
    ) async {
        switch event {
        case .signed:
            guard let checkpoint = inbox.withLock({ $0.take() }) else { break }
            await takeSigned(checkpoint, stop)
        case .answered(let request, let answer, let duration):
            let result = collector.answered(
                request, answer, at: clock.elapsed, time: clock.timeOfDay)
            if let result { report(result, duration) }
        case .inspected(let place, let cause):
            collector.inspected(place: place)
            if let cause { await stop(cause) }
        case .alarm(let time):
            if nextAlarm == time { nextAlarm = nil }
            let now = clock.elapsed
            answer { $0.deadline <= now }
        case .waiting: break
        case .hurry:
            isEnding = true
            let deadline = clock.elapsed + limits.stopWait
            waiting = waiting.map {
                Waiting(
                    index: $0.index, deadline: min($0.deadline, deadline),
                    continuation: $0.continuation)
            }
        }
    }

    private func takeSigned(
        _ checkpoint: StoredCheckpoint, _ stop: @Sendable (StopCause) async -> Void
    ) async {
        do {
            collector.signed(try CollectedCheckpoint(signed: checkpoint))
        } catch {
            return await stop(.signing(SigningFault(reason: "it cannot be read: \(error)")))
        }
        if state.policy.quorum == nil, let published = collector.published {
            publish(published)
        }
    }

    private func carryOut(
        _ actions: [CosignatureCollector.Action], in group: inout DiscardingTaskGroup,
        _ stop: @Sendable (StopCause) async -> Void
    ) async {
        for action in actions {
            switch action {
            case .ask(let request):
                group.addTask {
                    let begin = self.clock.elapsed
                    let answer = await self.ask(request)
                    self.tell.yield(.answered(request, answer, self.clock.elapsed - begin))
                }
            case .inspect(let place):
                group.addTask { await self.inspect(place) }
            case .save(let notes): await save(notes, stop)
            }
        }
    }

    private func save(
        _ notes: [CollectedCheckpoint], _ stop: @Sendable (StopCause) async -> Void
    ) async {
        do {
            try await store.cosign(notes.map(\.stored))
        } catch .full {
            collector.notSaved(at: clock.elapsed)
            observe(.notSaved)
            return
        } catch {
            return await stop(.store(error))
        }
        if let newest = collector.saved(notes) { publish(newest) }
    }

    /// Shows a checkpoint that is durable as it is, and answers who waits for it.
    private func publish(_ checkpoint: CollectedCheckpoint) {
        // A late cosignature of an earlier one is only kept.
        guard checkpoint.head.size >= published?.size ?? .zero else { return }
        let isNew = checkpoint.head.size != published?.size
        published = checkpoint.stored
        guard isNew else { return }
        observe(.published(checkpoint.head, cosigners: checkpoint.cosigners.sorted()))
        answer { covers($0.index) }
    }

    /// Answers those who wait and match, by whether a published checkpoint covers their entry.
    private func answer(_ matches: (Waiting) -> Bool) {
        for one in waiting where matches(one) {
            one.continuation.resume(returning: covers(one.index))
        }
        waiting.removeAll(where: matches)
    }

    private func report(_ result: CosignatureCollector.Result, _ duration: Duration) {
        for name in result.cosigned { observe(.cosigned(by: name, after: duration)) }
        for fault in result.ignored { observe(.ignored(result.witnesses, fault)) }
        if let failure = result.failure {
            observe(.failed(result.witnesses, failure.problem, pause: failure.pause))
        }
    }

    private func setAlarm(in group: inout DiscardingTaskGroup) {
        let times = [collector.wakeAt, waiting.first?.deadline].compactMap(\.self)
        guard let time = times.min(), nextAlarm.map({ time < $0 }) ?? true else { return }
        nextAlarm = time
        group.addTask {
            await self.clock.wait(until: time)
            self.tell.yield(.alarm(time))
        }
    }
}
