import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

/// A log that signs, a collector, and witnesses of every kind, in virtual time: the same numbers
/// give the same run.
final class CosigningWorld {
    /// What a witness does when it is asked.
    enum Behaviour: Hashable {
        /// It answers as tlog-witness says, so long after it was asked.
        case honest(Duration)
        /// It cannot be reached, which shows at once.
        case dead
        /// It takes the request and never answers, until whoever asks gives up.
        case silent
        /// It answers a line of its own name that another key signed.
        case forging
        /// It answers a line that another witness signed.
        case borrowing
        /// It answers bytes that are no lines.
        case garbage
        /// It cosigns, and says that it was an hour later.
        case early
        /// It answers 409 with another size each time.
        case conflicting
        /// It says that it has cosigned more than was ever signed.
        case boasting
        /// It says that the proof is bad.
        case denying
        /// It is reached half of the time.
        case flapping
    }

    static let names = ["w1", "w2", "w3", "w4", "w5"]
    static let groups = """
        group north 2 w1 w2 w3
        group south any w4 w5
        group both all north south
        quorum both

        """
    static let time: UInt64 = 1_790_000_000

    let state: LedgerState
    var collector: CosignatureCollector
    var behaviours: [Behaviour]
    private(set) var now = Duration.zero
    /// What each witness has cosigned.
    var cosigned: [TreeSize]
    /// How often each was asked.
    private(set) var asked: [Int]
    /// What is durable with its quorum, in order, with the time since it was signed.
    private(set) var published: [(checkpoint: CollectedCheckpoint, lag: Duration)] = []
    /// Every failure that was reported.
    private(set) var problems: [(names: [Text], problem: WitnessProblem)] = []
    private(set) var ignored: [CosignatureFault] = []
    private(set) var inspections: [Int] = []
    /// The notes of the store.
    private(set) var stored: [TreeSize: [UInt8]] = [:]
    var hasRoom = true

    private let keys: LedgerKeys
    private let signers: [SignerKey]
    private var signedAt: [TreeSize: Duration] = [:]
    private var size: UInt64 = 1
    private var underWay: Set<Int> = []
    private var events: [(at: Duration, number: Int, action: () -> Void)] = []
    private var eventCount = 0
    private var random = SeededGenerator(seed: 1)

    init(_ behaviours: [Behaviour], rule: String = groups, seed: UInt64 = 1) throws {
        let names = Self.names.prefix(behaviours.count)
        signers = try names.map {
            try NoteFixtures.signer("witness.example/\($0)", .ed25519Cosignature)
        }
        let lines = zip(names, signers).map { "witness \($0) \($1.verifierKey.text)\n" }
        let fixture = try LedgerFixture(witnesses: Text(lines.joined() + rule))
        state = try LedgerState(genesis: fixture.genesis)
        keys = try LedgerKeys(
            charter: state.charter, checkpointKeys: [fixture.checkpointKey],
            entryKey: fixture.entryKey)
        self.behaviours = behaviours
        cosigned = Array(repeating: .zero, count: behaviours.count)
        asked = Array(repeating: 0, count: behaviours.count)
        let first = try CollectedCheckpoint(
            Self.signedCheckpoint(1, keys), judgedBy: state)
        collector = CosignatureCollector(
            state: state, newest: first, published: nil,
            places: state.policy.witnesses.map { [$0] }, random: SeededGenerator(seed: seed))
        signedAt[TreeSize(1)] = .zero
        pump()
    }

    static func head(_ size: UInt64) -> TreeHead {
        TreeHead(size: TreeSize(size), root: SHA256.hash(size.bigEndianBytes))
    }

    private static func signedCheckpoint(
        _ size: UInt64, _ keys: LedgerKeys
    ) throws -> StoredCheckpoint {
        StoredCheckpoint(size: TreeSize(size), note: try keys.checkpoint(of: head(size)))
    }

    /// The log signs the next checkpoint.
    func sign() throws {
        size += 1
        signedAt[TreeSize(size)] = now
        collector.signed(
            try CollectedCheckpoint(Self.signedCheckpoint(size, keys), judgedBy: state))
        pump()
    }

    /// Signs `count` checkpoints, one every `interval`.
    func sign(_ count: Int, every interval: Duration) throws {
        for _ in 0..<count {
            try sign()
            run(for: interval)
        }
    }

    /// Begins anew with what is stored, as a process does after a crash.
    func restart() throws {
        events = []
        underWay = []
        let stored = StoredCheckpoint(
            size: TreeSize(size),
            note: try self.stored[TreeSize(size)] ?? Self.signedCheckpoint(size, keys).note)
        collector = CosignatureCollector(
            state: state, newest: try CollectedCheckpoint(stored, judgedBy: state),
            published: published.last?.checkpoint,
            places: state.policy.witnesses.map { [$0] }, random: SeededGenerator(seed: 2))
        pump()
    }

    /// Lets time pass.
    func run(for duration: Duration) {
        let end = now + duration
        while true {
            let next = events.min { ($0.at, $0.number) < ($1.at, $1.number) }
            let wake = collector.wakeAt.map { max($0, now) }
            guard let at = [next?.at, wake].compactMap(\.self).min(), at <= end else { break }
            now = at
            if let next, next.at == at {
                events.removeAll { $0.number == next.number }
                next.action()
            }
            pump()
        }
        now = end
    }

    private func after(_ delay: Duration, _ action: @escaping () -> Void) {
        eventCount += 1
        events.append((now + delay, eventCount, action))
    }

    // MARK: What the collector asks for

    private func pump() {
        for action in collector.next(at: now) {
            switch action {
            case .ask(let request): ask(request)
            case .inspect(let place):
                inspections.append(place)
                after(.milliseconds(5)) { self.collector.inspected(place: place) }
            case .save(let notes): after(.milliseconds(2)) { self.save(notes) }
            }
        }
    }

    private func save(_ notes: [CollectedCheckpoint]) {
        guard hasRoom else { return collector.notSaved(at: now) }
        for note in notes { stored[note.head.size] = note.note.bytes }
        guard let newest = collector.saved(notes) else { return }
        if let last = published.last, last.checkpoint.head.size == newest.head.size {
            published[published.count - 1].checkpoint = newest
        } else if newest.head.size > published.last?.checkpoint.head.size ?? .zero {
            published.append((newest, now - (signedAt[newest.head.size] ?? .zero)))
        }
    }

    private func ask(_ request: CosignatureCollector.Request) {
        let place = request.place
        #expect(underWay.insert(place).inserted, "two requests to one witness")
        asked[place] += 1
        let (delay, answer) = answer(to: request)
        after(delay) {
            self.underWay.remove(place)
            let result = self.collector.answered(
                request, answer(), at: self.now, time: self.timeOfDay)
            guard let result else {
                Issue.record("an answer to nothing")
                return
            }
            self.ignored += result.ignored
            if let failure = result.failure {
                self.problems.append((result.witnesses, failure.problem))
            }
        }
    }

    private var timeOfDay: UnixSeconds {
        guard let time = UnixSeconds(Self.time + UInt64(now.components.seconds)) else {
            preconditionFailure("virtual time ends before that")
        }
        return time
    }

    /// What a witness answers, and when; an honest one decides when the answer leaves.
    private func answer(
        to request: CosignatureCollector.Request
    ) -> (Duration, () -> WitnessAnswer) {
        let place = request.place
        let soon = Duration.milliseconds(3)
        switch behaviours[place] {
        case .honest(let delay): return (delay, { self.honest(request) })
        case .flapping:
            return random.next().isMultiple(of: 2)
                ? (soon, { self.honest(request) }) : (soon, { .failed(.timedOut) })
        case .dead: return (.zero, { .failed(.unreachable("refused")) })
        case .silent: return (.seconds(10), { .failed(.timedOut) })
        case .forging:
            return (soon, { self.lines(request, by: self.signers[place], over: Self.head(99_999)) })
        case .borrowing: return (soon, { self.lines(request, by: self.signers[0]) })
        case .garbage: return (soon, { .cosigned([0xff, 0x00, 0x0a]) })
        case .early:
            return (soon, { self.lines(request, by: self.signers[place], ahead: 3600) })
        case .conflicting:
            return (soon, { .conflict(TreeSize(self.random.next() % self.size + 1)) })
        case .boasting: return (soon, { .conflict(TreeSize(self.size + 1000)) })
        case .denying: return (soon, { .inconsistent })
        }
    }

    private func honest(_ request: CosignatureCollector.Request) -> WitnessAnswer {
        let place = request.place
        guard request.oldSize == cosigned[place] else { return .conflict(cosigned[place]) }
        cosigned[place] = request.checkpoint.head.size
        return lines(request, by: signers[place])
    }

    private func lines(
        _ request: CosignatureCollector.Request, by signer: SignerKey, over head: TreeHead? = nil,
        ahead: UInt64 = 0
    ) -> WitnessAnswer {
        do {
            let checkpoint = Checkpoint(
                origin: state.charter.origin, head: head ?? request.checkpoint.head)
            let time = try #require(UnixSeconds(timeOfDay.value + ahead))
            return .cosigned(try signer.sign(checkpoint, at: time).line + [0x0a])
        } catch {
            Issue.record("a test's witness cannot sign: \(error)")
            return .failed(.timedOut)
        }
    }

    // MARK: What must hold

    /// Everything that was published or stored is accepted by an auditor, in ascending sizes.
    func expectGoodNotes() throws {
        for (checkpoint, _) in published { _ = try state.judge(checkpoint: checkpoint.note.bytes) }
        for note in stored.values { _ = try state.judge(checkpoint: note) }
        let sizes = published.map(\.checkpoint.head.size)
        #expect(sizes == sizes.sorted() && Set(sizes).count == sizes.count)
    }

    /// The names in the newest published checkpoint.
    var cosigners: Set<Text> { published.last?.checkpoint.cosigners ?? [] }

    /// Its size.
    var publishedSize: UInt64 { published.last?.checkpoint.head.size.value ?? 0 }
}
