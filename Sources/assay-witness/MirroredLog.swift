import AssayAttestation
import AssayClient
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayStore
import AssayTLog
import AssayVerification
import AssayWitness
import ServiceLifecycle

/// One log that is replayed: its mirror, how far that is, and the checkpoints that wait for it.
///
/// Crash windows: the tiles and bundles of a step are durable before the place that counts them; a
/// step that was cut off is fetched again. Only what the place counts is cosigned or served.
actor MirroredLog {
    let log: WitnessedLog
    private let thread = SerialThread(label: "assay.witness.mirror")
    nonisolated let folder: MirrorFolder
    private let source: TileSource
    private let basis: LogAudit.Basis
    private var state: ReplayState

    /// Who waits for a checkpoint, by its note, each under a number.
    private var waiting: [[UInt8]: [UInt64: AsyncStream<ReplayOutcome>.Continuation]] = [:]
    private var nextNumber: UInt64 = 0
    private let notes: AsyncStream<[UInt8]>
    private let enqueue: AsyncStream<[UInt8]>.Continuation

    /// The actor runs where files may block.
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// How long a request may wait: logs give a witness about ten seconds.
    private static let patience: Duration = .seconds(7)

    /// Opens the mirror of a log below `path`.
    init(
        _ log: WitnessedLog, ledger: Digest, below path: String, client: LogClient
    ) throws(ReplayStateFault) {
        let secret = UInt64.random(in: 0...UInt64.max)
        let folder = "\(path)/\(log.originHash.hex)"
        do throws(FileError) {
            try MirrorFolder.makeFolder(path)
            try MirrorFolder.makeFolder(folder)
        } catch {
            throw .file(error)
        }
        self.log = log
        self.folder = MirrorFolder(path: folder)
        source = TileSource(
            PublishedURL(client), pauses: [.milliseconds(200), .milliseconds(500)]
        ) { pause in
            do {
                try await ContinuousClock().sleep(for: pause)
            } catch {
                // Told to stop: the replay ends at the next step.
            }
        }
        var basis = LogAudit.Basis(
            trust: TrustedLedger(LedgerID(ledger)), secret: secret)
        // The quorum is what cosignatures are collected for.
        basis.requiresQuorum = false
        self.basis = basis
        state = try ReplayState(
            path: folder + "/replay", ledger: LedgerID(ledger), secret: secret)
        (notes, enqueue) = AsyncStream.makeStream()
    }

    /// Waits for the replay up to a checkpoint, for a while.
    func outcome(of note: [UInt8]) async -> ReplayOutcome {
        let (outcomes, continuation) = AsyncStream<ReplayOutcome>.makeStream()
        if waiting[note] == nil { enqueue.yield(note) }
        let number = nextNumber
        nextNumber += 1
        waiting[note, default: [:]][number] = continuation
        // A replay may take hours, in which the same is asked for again and again.
        defer { waiting[note]?[number] = nil }
        let patience = Self.patience
        let outcome = await withTaskGroup(
            of: ReplayOutcome?.self, returning: ReplayOutcome?.self
        ) { group in
            group.addTask {
                for await outcome in outcomes { return outcome }
                return nil
            }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: patience)
                } catch {
                    // The outcome is there.
                }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return outcome ?? .replaying(done: state.place?.size ?? .zero)
    }

    /// Replays up to each checkpoint that is waited for, one after the other, until it is cancelled.
    func run() async {
        for await note in notes {
            let outcome = await replay(note)
            for one in (waiting.removeValue(forKey: note) ?? [:]).values {
                one.yield(outcome)
                one.finish()
            }
        }
    }

    private func replay(_ note: [UInt8]) async -> ReplayOutcome {
        do throws(AuditFault) {
            if let place = state.place, let head = try Self.head(of: note),
                head.size <= place.size
            {
                return try await compare(note, head, with: place)
            }
            var audit = try await LogAudit(
                source, note: note, basis: basis, from: state.place)
            while let step = try await audit.next() {
                do throws(FileError) {
                    try folder.write(step)
                    try state.save(audit.place)
                } catch {
                    return .unreadable("the mirror cannot be written: \(error)")
                }
                if Task.isCancelled { return .replaying(done: audit.place.size) }
            }
            return .replayed
        } catch {
            return Self.outcome(of: error)
        }
    }

    private static func head(of note: [UInt8]) throws(AuditFault) -> TreeHead? {
        do throws(ReplayFinding) {
            return try ServedCheckpoint(note).checkpoint.head
        } catch {
            throw .finding(error)
        }
    }

    /// What was replayed already must begin with the tree of a smaller checkpoint.
    private func compare(
        _ note: [UInt8], _ head: TreeHead, with place: ReplayPlace
    ) async throws(AuditFault) -> ReplayOutcome {
        do throws(AuditFault) {
            var tree = try await SignedTree(place.head, from: TileSource(folder))
            if try await tree.root(at: head.size) == head.root { return .replayed }
        } catch {
            // What is wrong with these files is not the log's fault.
            return .unreadable("the witness's own mirror is damaged: \(error)")
        }
        let finding = ReplayFinding.fork(seen: place.head, shown: head)
        return .wrong(
            code: finding.code, detail: finding.description,
            proofs: await contradiction(place.checkpoint.note.bytes, note))
    }

    /// The proofs that two checkpoints of the log are of two trees; the first is that of the mirror.
    func contradiction(_ mirrored: [UInt8], _ note: [UInt8]) async -> [FraudProof] {
        guard let charter = state.place?.replay.state else { return [] }
        func judged(_ note: [UInt8]) throws(AuditFault) -> JudgedCheckpoint {
            do throws(ReplayFinding) {
                return try ServedCheckpoint(note).judged(by: charter, requiresQuorum: false)
            } catch {
                throw .finding(error)
            }
        }
        do throws(AuditFault) {
            return try await ForkSearch.proofs(
                try judged(mirrored), from: TileSource(folder), try judged(note), from: source)
        } catch {
            // Where the trees part cannot be read now; the two notes are kept.
            return []
        }
    }

    private static func outcome(of fault: AuditFault) -> ReplayOutcome {
        switch fault {
        case .unreadable(let fault): return .unreadable(fault.description)
        case .finding(let finding, let proofs):
            switch finding {
            // What is not there, or not whole, may be on its way.
            case .missing, .malformed: return .unreadable(finding.description)
            default:
                return .wrong(
                    code: finding.code, detail: finding.description, proofs: proofs)
            }
        }
    }
}

/// All logs that a witness replays.
struct MirroredLogs: LogReplayer, LogMirror, Service {
    let logs: [MirroredLog]

    private func mirrored(_ originHash: Digest) -> MirroredLog? {
        logs.first { $0.log.originHash == originHash }
    }

    func replay(_ note: [UInt8], of log: WitnessedLog) async -> ReplayOutcome {
        guard let mirrored = mirrored(log.originHash) else {
            return .unreadable("the log was added after the witness started")
        }
        return await mirrored.outcome(of: note)
    }

    func contradiction(
        _ cosigned: [UInt8], _ note: [UInt8], of log: WitnessedLog
    ) async -> [FraudProof] {
        await mirrored(log.originHash)?.contradiction(cosigned, note) ?? []
    }

    func tile(
        _ coordinate: TileCoordinate, ofHash originHash: Digest
    ) async throws(PublishedLogFault) -> [UInt8]? {
        try await mirrored(originHash)?.folder.tile(coordinate)
    }

    /// Replays until the graceful stop.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for log in logs { group.addTask { await log.run() } }
            }
        }
    }
}
