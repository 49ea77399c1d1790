import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport

/// A process with a sequencer's decision core, over the shared disk: starts, stops, sleeps, dies.
///
/// It carries out what the core decides, as the real sequencer does, with a delay before each
/// thing that the real one waits for.
final class SimulatedNode: SimulatedRole {
    typealias State = SequencerState<MarkedRules>
    typealias Reply = (State.Outcome) -> Void

    let name: String
    unowned let world: SimulatedWorld
    unowned let site: SimulatedSite
    private var state: State?
    /// Counts the lives of the process: what one began, no other hears of.
    private(set) var life = 0
    /// The collecting of cosignatures in this life, where the world has witnesses.
    var collecting: SimulatedCollecting?
    private var isRetired = false
    private var sleepsUntil: UInt64 = 0
    private var replies: [State.Ticket: Reply] = [:]
    private var followers: [State.Ticket: [(body: [UInt8], reply: Reply)]] = [:]

    init(_ name: String, _ site: SimulatedSite) {
        self.name = name
        self.site = site
        world = site.world
    }

    var isRunning: Bool { state != nil }

    // MARK: Life

    /// Reads the disk and begins to serve.
    func start() {
        guard state == nil, collecting == nil, !isRetired else { return }
        guard let edge = site.disk.edge(), edge.head == site.disk.head else {
            world.report("\(name) finds a right edge that does not give the stored root")
            return
        }
        let start = State(rules: site.disk.rules, edge: edge, limits: world.limits)
        guard let ledger = world.ledger else {
            state = start
            return
        }
        collecting = SimulatedCollecting(ledger, self) { self.state = start }
    }

    /// Ends for good.
    func retire() {
        isRetired = true
        die()
    }

    /// Ends at once, wherever it is; starts again after a while.
    func die() {
        state = nil
        life += 1
        collecting?.end()
        collecting = nil
        replies = [:]
        followers = [:]
        world.time.after(world.time.delay() * 3, "\(name) starts") { self.start() }
    }

    /// Does nothing for a while, and then goes on as if no time had passed.
    func pause(_ duration: UInt64) {
        sleepsUntil = world.time.now + duration
    }

    /// Stops signing for `cause` in the life that found it, and begins another.
    func halt(_ life: Int, _ cause: StopCause) {
        guard life == self.life else { return }
        world.time.note("\(name) stops: \(cause)")
        die()
    }

    /// Does `action` later, if this life lasts.
    private func later(_ what: String, _ action: @escaping () -> Void) {
        let life = life
        world.time.after(world.time.delay(), "\(name) \(what)") { self.act(life, what, action) }
    }

    private func act(_ life: Int, _ what: String, _ action: @escaping () -> Void) {
        guard life == self.life, state != nil else { return }
        guard world.time.now >= sleepsUntil else {
            world.time.after(sleepsUntil - world.time.now, "\(name) wakes to \(what)") {
                self.act(life, what, action)
            }
            return
        }
        action()
    }

    // MARK: Admission

    /// Takes a submission that arrives now.
    func submit(_ body: [UInt8], _ reply: @escaping Reply) {
        act(life, "take") { self.admit(body, reply) }
    }

    private func admit(_ body: [UInt8], _ reply: @escaping Reply) {
        let submission: Submission<Text>
        do {
            submission = try MarkedRules.read(body)
        } catch {
            return reply(.failure(error))
        }
        guard let answer = state?.claim(submission.payload) else { return }
        switch answer {
        case .refused(let refusal): reply(.failure(refusal))
        case .inProgress(let ticket): followers[ticket, default: []].append((body, reply))
        case .granted(let ticket):
            later("looks up") { self.lookUp(submission, ticket, reply) }
        }
    }

    private func lookUp(
        _ submission: Submission<Text>, _ ticket: State.Ticket, _ reply: @escaping Reply
    ) {
        if world.storeFails(percent: 2) {
            let refusal = Refusal.storageUnavailable("the lookup failed")
            return release(submission.payload, ticket, .failure(refusal), reply)
        }
        if world.bug != .admitsDuplicates,
            let index = site.disk.index(of: submission.payload)
        {
            let receipt = Receipt(
                index: LeafIndex(UInt64(index)), leafHash: site.disk.entries[index].leafHash,
                isNew: false, treeSize: site.disk.head.size)
            return release(submission.payload, ticket, .success(receipt), reply)
        }
        guard let rules = state?.rules, let generation = state?.generation,
            let head = state?.head
        else { return }
        later("judges") {
            let judgement: Judgement<Void>
            do throws(Refusal) {
                judgement = try rules.judge(submission, at: LeafIndex(head.size.value))
            } catch {
                return self.release(submission.payload, ticket, .failure(error), reply)
            }
            self.replies[ticket] = reply
            switch self.state?.enqueue(ticket, submission, judgement, generation: generation) {
            case .lead: self.lead()
            case .refused(let refusal): self.deliver(ticket, .failure(refusal))
            case .wait, nil: break
            }
        }
    }

    private func release(
        _ payload: Digest, _ ticket: State.Ticket, _ outcome: State.Outcome, _ reply: Reply
    ) {
        state?.release(payload)
        reply(outcome)
        deliver(ticket, outcome)
    }

    // MARK: Reading

    /// What a reader is told: the newest head, how it follows from one it knows, and an entry.
    struct Reading {
        let head: TreeHead
        let consistency: ConsistencyProof
        let entry: (index: LeafIndex, leaf: Digest, proof: InclusionProof)?
    }

    /// Answers a reader that knows the head of size `known` and asks for some entry.
    func read(since known: TreeSize?, at number: Int, _ reply: @escaping (Reading) -> Void) {
        act(life, "read") {
            self.later("answers a reader") {
                guard let head = self.state?.head, !self.world.storeFails(percent: 2) else {
                    return
                }
                let (leaves, size) = (self.site.disk.leaves, Int(head.size.value))
                let (least, most) = (
                    min(known?.value ?? 0, head.size.value), max(known?.value ?? 0, head.size.value)
                )
                let path =
                    least == 0 || least == most
                    ? [] : ReferenceTree.consistency(Int(least), leaves[..<Int(most)])
                let index = size == 0 ? nil : number % size
                reply(
                    Reading(
                        head: head, consistency: ConsistencyProof(path: path),
                        entry: index.map {
                            (
                                LeafIndex(UInt64($0)), leaves[$0],
                                InclusionProof(path: ReferenceTree.path($0, leaves[..<size]))
                            )
                        }))
            }
        }
    }

    /// Shows a monitor the newest signed checkpoint, with the tree under it.
    func show(_ reply: @escaping (SimulatedTiles) -> Void) {
        act(life, "show") {
            guard let size = self.state?.head.size,
                let checkpoint = self.site.disk.checkpoints[size]
            else { return }
            reply(self.site.disk.tiles(under: checkpoint))
        }
    }

    // MARK: Growth

    private func lead() {
        guard let plan = state?.nextStep() else { return }
        guard let step = plan.step else {
            return end(plan, state?.skip())
        }
        later("reads the head") {
            if self.world.storeFails(percent: 1) {
                return self.stop(plan, .store(.failed(code: 10, operation: "read")))
            }
            guard self.site.disk.head == step.previous || self.world.bug == .comparesNoHead
            else {
                return self.stop(
                    plan, .headMoved(signed: step.previous, stored: self.site.disk.head))
            }
            if self.world.storeFails(percent: 1) {
                return self.stop(plan, .signing(SigningFault(reason: "the key does not answer")))
            }
            if self.world.bug == .showsHeadsBeforeCommit { self.site.history.shown(step.next) }
            let checkpoint: StoredCheckpoint?
            do throws(SigningFault) {
                checkpoint = try self.world.ledger?.sign(step.next)
            } catch {
                return self.stop(plan, .signing(error))
            }
            self.append(step, checkpoint, plan)
            if self.world.bug == .answersBeforeCommit { self.end(plan, self.state?.commit()) }
        }
    }

    /// The step is on its way to the disk, and arrives there even if this process dies.
    private func append(
        _ step: State.Step, _ checkpoint: StoredCheckpoint?, _ plan: State.Plan
    ) {
        let time = world.time
        let life = life
        let fault = world.storeFault()
        time.after(time.delay(), "\(name)'s step of size \(step.next.size.value) arrives") {
            var answer: Result<Void, StoreFault> = .success(())
            if fault == .full {
                answer = .failure(.full)
            } else if fault != .writeLost {
                do throws(StoreFault) {
                    try self.site.disk.append(
                        step, checkpoint,
                        dropsLast: self.world.bug == .dropsEntries && time.happens(5))
                } catch {
                    answer = .failure(error)
                }
            }
            if let fault, fault != .full, case .success = answer {
                answer = .failure(.failed(code: 10, operation: "\(fault)"))
            }
            guard self.world.bug != .answersBeforeCommit else { return }
            time.after(time.delay(), "\(self.name) hears of its step") {
                self.act(life, "hear") { self.finish(step, checkpoint, plan, answer) }
            }
        }
    }

    private func finish(
        _ step: State.Step, _ checkpoint: StoredCheckpoint?, _ plan: State.Plan,
        _ answer: Result<Void, StoreFault>
    ) {
        switch answer {
        case .failure(.full): end(plan, state?.rollBack(.storageFull))
        case .failure(let fault) where world.bug != .ignoresFaults: stop(plan, .store(fault))
        case .success, .failure:
            site.history.shown(step.next)
            if let checkpoint { collecting?.signed(checkpoint) }
            end(plan, state?.commit())
        }
    }

    private func stop(_ plan: State.Plan, _ cause: StopCause) {
        world.time.note("\(name) stops: \(cause)")
        end(plan, state?.stop(cause))
        die()
    }

    private func end(_ plan: State.Plan, _ ending: State.Ending?) {
        guard let ending else { return }
        for (ticket, refusal) in plan.refused { deliver(ticket, .failure(refusal)) }
        for (ticket, outcome) in ending.outcomes { deliver(ticket, outcome) }
        if ending.nextLeader != nil { lead() }
    }

    private func deliver(_ ticket: State.Ticket, _ outcome: State.Outcome) {
        replies.removeValue(forKey: ticket)?(outcome)
        for follower in followers.removeValue(forKey: ticket) ?? [] {
            switch outcome {
            case .success(let receipt):
                let duplicate = Receipt(
                    index: receipt.index, leafHash: receipt.leafHash, isNew: false,
                    treeSize: receipt.treeSize)
                follower.reply(.success(duplicate))
            case .failure(let refusal)
            where [.signatureInvalid, .keyNotInForce].contains(refusal.code):
                later("takes a follower") { self.admit(follower.body, follower.reply) }
            case .failure: follower.reply(outcome)
            }
        }
    }
}
