import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Follows one log: replays what is new, and holds the heads that witnesses show against it.
package struct Monitor: Sendable {
    /// What a monitor is told to look for.
    package struct Settings: Sendable {
        /// What its audits go by.
        package let basis: LogAudit.Basis
        /// The members whose entries are told; `nil` for all.
        package var members: Set<Text>?
        /// The age in seconds from which a checkpoint is stale; `nil` for no such limit.
        package var ageMax: UInt64?
        /// How many seconds the log may show less than a witness.
        package var behindMax: UInt64 = 60

        /// Creates settings that look for everything but age.
        package init(basis: LogAudit.Basis) { self.basis = basis }
    }

    /// A witness whose heads are looked at.
    package struct Witness: Sendable {
        /// Its name in the charter.
        package let name: Text
        /// Where it shows what it cosigned, and perhaps a mirror of the log.
        package let source: TileSource

        /// Creates a witness.
        package init(name: Text, source: TileSource) {
            self.name = name
            self.source = source
        }
    }

    /// What a monitor needs of the world.
    package protocol Port: ~Copyable {
        /// Why the world did not do what it was asked.
        associatedtype Failure: Error
        /// The log.
        var log: TileSource { get }
        /// The time, seconds since 1970.
        var now: UInt64 { get }
        /// The witnesses under a charter.
        func witnesses(of state: LedgerState) -> [Witness]
        /// Writes fraud proofs; returns where they are.
        func write(_ proofs: [FraudProof]) throws(Failure) -> [String]
        /// Tells an alert, and returns when it has arrived.
        mutating func tell(_ alert: Alert) async throws(Failure)
        /// Keeps how far the log was replayed: everything before has been told.
        mutating func keep(_ place: ReplayPlace) throws(Failure)
        /// Tells of something that kept the monitor from looking, and says nothing of the log.
        func note(_ words: String)
    }

    /// What became of one look.
    package enum Outcome: Hashable, Sendable {
        /// Everything could be read; `isWrong` if an alert said so.
        case looked(isWrong: Bool, isBehind: Bool)
        /// The log could not be read.
        case unreadable(PublishedLogFault)
    }

    private var settings: Settings
    /// How far the log was replayed; `nil` before the first look.
    package private(set) var place: ReplayPlace?
    /// What is remembered beside.
    package private(set) var memory: MonitorMemory
    /// Conditions that last and were told already.
    private var told: Set<String> = []
    private var isWrong = false

    /// Creates a monitor that goes on from an earlier one's place.
    package init(_ settings: Settings, from place: ReplayPlace?, memory: MonitorMemory) {
        self.settings = settings
        self.place = place
        self.memory = memory
    }

    /// From now on a log may not show less than a witness, for however short a time.
    package mutating func endPatience() { settings.behindMax = 0 }

    /// Looks once at the log and at the witnesses.
    package mutating func look<World: Port & ~Copyable>(
        _ world: inout World
    ) async throws(World.Failure) -> Outcome {
        isWrong = false
        var unreadable: PublishedLogFault?
        var audit: LogAudit?
        do throws(AuditFault) {
            audit = try await LogAudit(world.log, basis: settings.basis, from: place)
        } catch {
            unreadable = try await tell(error, &world)
        }
        if audit != nil, let fault = try await follow(&audit, &world) { unreadable = fault }
        if let place {
            try await lookAtAge(of: place, &world)
            try await compareHeads(place, &audit, &world)
        }
        if let unreadable { return .unreadable(unreadable) }
        return .looked(isWrong: isWrong, isBehind: !memory.ahead.isEmpty)
    }

    // MARK: The log

    /// Replays what is new; the audit becomes `nil` if it does not come to its end.
    private mutating func follow<World: Port & ~Copyable>(
        _ audit: inout LogAudit?, _ world: inout World
    ) async throws(World.Failure) -> PublishedLogFault? {
        while true {
            let step: LogAudit.Step?
            do throws(AuditFault) {
                step = try await audit?.next()
            } catch {
                audit = nil
                return try await tell(error, &world)
            }
            guard let step, let replayed = audit?.place else { break }
            for entry in step.entries { try await tell(entry, &world) }
            try world.keep(replayed)
            place = replayed
        }
        guard let replayed = audit?.place else { return nil }
        if place?.checkpoint != replayed.checkpoint { try world.keep(replayed) }
        place = replayed
        if memory.seen?.head != replayed.head {
            memory.seen = MonitorMemory.Seen(head: replayed.head, since: world.now)
        }
        return nil
    }

    private func tell<World: Port & ~Copyable>(
        _ entry: ReplayedEntry, _ world: inout World
    ) async throws(World.Failure) {
        guard let judged = entry.judged, let member = judged.member,
            settings.members?.contains(member) ?? true
        else { return }
        let type = judged.statement.predicateType.uri
        var alert = Alert(
            .memberEntry, settings.basis.trust.ledger, at: world.now,
            "entry \(entry.index.value), \(EscapedText.escape(type)), is signed by "
                + EscapedText.escape(member))
        alert.index = entry.index
        alert.leafHash = entry.leafHash
        alert.member = member
        alert.type = type
        try await world.tell(alert)
    }

    /// Tells what an audit found; what could not be read is returned.
    private mutating func tell<World: Port & ~Copyable>(
        _ fault: AuditFault, _ world: inout World
    ) async throws(World.Failure) -> PublishedLogFault? {
        switch fault {
        case .unreadable(let fault): return fault
        case .finding(let finding, let proofs):
            var alert = Alert(
                .logFinding, settings.basis.trust.ledger, at: world.now, finding.description)
            alert.code = finding.code
            alert.index = finding.index
            try await tellOnce(alert, proofs, &world)
            return nil
        }
    }

    /// Tells of a condition, the first time only, with its fraud proofs in files.
    private mutating func tellOnce<World: Port & ~Copyable>(
        _ alert: Alert, _ proofs: [FraudProof], _ world: inout World
    ) async throws(World.Failure) {
        isWrong = true
        let name = "\(alert.kind.rawValue) \(alert.witness?.string ?? "") \(alert.detail)"
        guard !told.contains(name) else { return }
        var alert = alert
        alert.fraud = try world.write(proofs)
        try await world.tell(alert)
        told.insert(name)
    }

    // MARK: Age

    /// A checkpoint is as old as the time by which its quorum had observed it, or as this monitor
    /// knows it where there is no quorum.
    private mutating func lookAtAge<World: Port & ~Copyable>(
        of place: ReplayPlace, _ world: inout World
    ) async throws(World.Failure) {
        guard let ageMax = settings.ageMax else { return }
        let since = place.checkpoint.evidence.observedBy?.value ?? memory.seen?.since ?? world.now
        let now = world.now
        guard now > since, now - since > ageMax else { return }
        var alert = Alert(
            .staleCheckpoint, place.ledger, at: now,
            "the newest checkpoint, of size \(place.checkpoint.head.size.value), is of "
                + UTCTime.text(of: since))
        alert.code = "too-old"
        try await tellOnce(alert, [], &world)
    }
}

// MARK: Witnesses

extension Monitor {
    /// A head that somebody shows, and from where its tree can be read.
    private struct Shown {
        let witness: Text
        let checkpoint: JudgedCheckpoint
        let source: TileSource
    }

    /// Holds the heads that witnesses show against the log's, and against each other.
    private mutating func compareHeads<World: Port & ~Copyable>(
        _ place: ReplayPlace, _ audit: inout LogAudit?, _ world: inout World
    ) async throws(World.Failure) {
        let witnesses = world.witnesses(of: place.replay.state)
        var shown: [Shown] = []
        for witness in witnesses {
            // What it showed before and the log has not shown yet is held against the log too.
            let earlier = memory.ahead[witness.name]?.note
            let bytes = await read(witness, world)
            for note in [earlier, bytes].compactMap(\.self) {
                do throws(ReplayFinding) {
                    let judged = try ServedCheckpoint(note).judged(
                        by: place.replay.state, requiresQuorum: false)
                    shown.append(
                        Shown(witness: witness.name, checkpoint: judged, source: witness.source))
                } catch {
                    world.note("witness \(EscapedText.escape(witness.name)): \(error)")
                }
            }
        }
        var open: [Shown] = []
        for (position, head) in shown.enumerated() {
            for other in shown[..<position]
            where other.checkpoint.head.size == head.checkpoint.head.size
                && other.checkpoint.head.root != head.checkpoint.head.root
            {
                try await conflict(
                    head, with: other.checkpoint, from: other.source, &world)
            }
            if try await !isCompared(head, with: place, &audit, &world) { open.append(head) }
        }
        try await lookForHiddenHeads(open, place, &world)
    }

    private func read<World: Port & ~Copyable>(_ witness: Witness, _ world: borrowing World) async
        -> [UInt8]?
    {
        do throws(AuditFault) {
            return try await witness.source.checkpoint()
        } catch {
            world.note("witness \(EscapedText.escape(witness.name)): \(error)")
            return nil
        }
    }

    /// Holds a head against the replayed tree; false where that is too small or cannot be read.
    private mutating func isCompared<World: Port & ~Copyable>(
        _ head: Shown, with place: ReplayPlace, _ audit: inout LogAudit?, _ world: inout World
    ) async throws(World.Failure) -> Bool {
        let size = head.checkpoint.head.size
        if size == place.checkpoint.head.size {
            if head.checkpoint.head.root != place.checkpoint.head.root {
                try await conflict(head, with: place.checkpoint, from: world.log, &world)
            }
            return true
        }
        guard size < place.checkpoint.head.size, audit != nil else { return false }
        do throws(AuditFault) {
            guard try await audit?.root(at: size) != head.checkpoint.head.root else { return true }
        } catch {
            world.note("the tree of size \(size.value): \(error)")
            return false
        }
        try await conflict(head, with: place.checkpoint, from: world.log, &world)
        return true
    }

    private mutating func conflict<World: Port & ~Copyable>(
        _ head: Shown, with other: JudgedCheckpoint, from source: TileSource,
        _ world: inout World
    ) async throws(World.Failure) {
        var proofs: [FraudProof] = []
        do throws(AuditFault) {
            proofs = try await ForkSearch.proofs(
                other, from: source, head.checkpoint, from: head.source)
        } catch {
            world.note("where the two trees part cannot be read: \(error)")
        }
        let (a, b) = (other.head, head.checkpoint.head)
        var alert = Alert(
            .headsConflict, settings.basis.trust.ledger, at: world.now,
            "the heads of size \(a.size.value), root \(a.root.base64), and of size "
                + "\(b.size.value), root \(b.root.base64), cannot be of one log")
        alert.code = "fork"
        alert.witness = head.witness
        try await tellOnce(alert, proofs, &world)
    }

    /// Remembers heads that were not compared, and tells of those that the log hides for long.
    private mutating func lookForHiddenHeads<World: Port & ~Copyable>(
        _ open: [Shown], _ place: ReplayPlace, _ world: inout World
    ) async throws(World.Failure) {
        let now = world.now
        var ahead: [Text: MonitorMemory.Ahead] = [:]
        for head in open where ahead[head.witness] == nil {
            // The first one that the log has still to show: that is how long it lags. One that is
            // new may only have been cosigned since the log was read.
            let note = head.checkpoint.note.bytes
            let earlier = memory.ahead[head.witness].flatMap { $0.note == note ? $0 : nil }
            let since = earlier?.since ?? now
            ahead[head.witness] = MonitorMemory.Ahead(
                note: note, since: since)
            guard earlier != nil, head.checkpoint.head.size > place.checkpoint.head.size,
                now >= since,
                now - since >= settings.behindMax
            else { continue }
            var alert = Alert(
                .logBehindWitness, place.ledger, at: now,
                "the log shows \(place.checkpoint.head.size.value) entries, but witness "
                    + "\(EscapedText.escape(head.witness)) cosigned "
                    + "\(head.checkpoint.head.size.value) of it")
            alert.code = "log-behind"
            alert.witness = head.witness
            try await tellOnce(alert, [], &world)
        }
        memory.ahead = ahead
    }
}
