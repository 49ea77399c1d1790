import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayTLog
import AssayVerification

/// One audit of a log, with what is kept of it.
struct AuditRun {
    let trust: TrustedLedger
    let source: PublishedSource
    /// The path of the state, if it is kept.
    let state: String?
    let fraud: FraudFiles

    /// How often the place is kept.
    private static let interval: Duration = .seconds(5)

    /// Replays what is new to it, to the newest checkpoint.
    func outcome() async throws(CommandFailure) -> AuditOutcome {
        try await source.read { (source) async throws(CommandFailure) in
            let basis = LogAudit.Basis(trust: trust, secret: UInt64.random(in: 0...UInt64.max))
            guard let state else {
                return try await outcome(source, basis, from: nil) {
                    (_) throws(CommandFailure) in
                }
            }
            var kept = try ReplayState.open(path: state, ledger: trust.ledger, secret: basis.secret)
            return try await outcome(source, basis, from: kept.place) {
                (place) throws(CommandFailure) in try kept.keep(place)
            }
        }
    }

    private func outcome(
        _ source: TileSource, _ basis: LogAudit.Basis, from place: ReplayPlace?,
        keep: (ReplayPlace) throws(CommandFailure) -> Void
    ) async throws(CommandFailure) -> AuditOutcome {
        let begin = place?.head.size ?? .zero
        var audit: LogAudit
        do throws(AuditFault) {
            audit = try await LogAudit(source, basis: basis, from: place)
        } catch {
            return try outcome(of: error)
        }
        let size = audit.place.checkpoint.head.size.value
        var line = ProgressLine("entries", of: size, from: begin.value)
        let clock = ContinuousClock()
        var kept = clock.now
        while audit.place.size.value < size {
            if Task.isCancelled { break }
            do throws(AuditFault) {
                _ = try await audit.next()
            } catch {
                line.end()
                if case .unreadable = error, Task.isCancelled { break }
                return try outcome(of: error)
            }
            line.show(audit.place.size.value)
            if clock.now - kept > Self.interval {
                try keep(audit.place)
                kept = clock.now
            }
        }
        line.end()
        if audit.place.size.value > 0 { try keep(audit.place) }
        guard audit.place.isComplete else {
            throw CommandFailure(
                .cannot, code: "interrupted",
                "stopped after \(audit.place.size.value) of \(size) entries"
                    + (state.map { "; the next run with --state \($0) goes on there" } ?? ""))
        }
        return .good(audit.place, from: begin)
    }

    /// What a fault means; proofs are written first.
    private func outcome(of fault: AuditFault) throws(CommandFailure) -> AuditOutcome {
        switch fault {
        case .finding(let finding, let proofs):
            return .bad(finding, trust.ledger, fraud: try fraud.write(proofs))
        case .unreadable(let fault):
            if Task.isCancelled {
                throw CommandFailure(.cannot, code: "interrupted", "stopped before the first entry")
            }
            throw CommandFailure(
                .cannot, code: "source-unreadable", EscapedText.escape(fault.description))
        }
    }
}

/// What came of an audit.
enum AuditOutcome {
    /// All entries are good; those before `from` were replayed by an earlier run.
    case good(ReplayPlace, from: TreeSize)
    /// The first thing that is wrong, and the fraud proofs that were written.
    case bad(ReplayFinding, LedgerID, fraud: [String])

    /// The headline.
    var verdict: Verdict {
        switch self {
        case .good: .verified
        case .bad(let finding, _, _): finding.verdict
        }
    }

    /// The outcome for people; text from the log is escaped.
    var text: String {
        switch self {
        case .good(let place, let begin):
            let head = place.head
            let state = place.replay.state
            let evidence = place.checkpoint.evidence
            let names = evidence.witnesses.map { EscapedText.escape($0.name) }
            let witnesses =
                state.policy.quorum == nil
                ? "the charter asks for no witnesses"
                : "cosigned by \(names.joined(separator: ", "))"
            let before = begin.value > 0 ? ", \(begin.value) of them by an earlier run" : ""
            return """
                \(verdict.rawValue)
                ledger      \(place.ledger), origin \(EscapedText.escape(state.charter.origin.text))
                checkpoint  size \(head.size.value), root \(head.root.base64), signed by the log; \
                \(witnesses)
                entries     \(head.size.value) replayed\(before): every one signed and allowed by \
                the charter in force, none twice, every tile and the root as signed

                """
        case .bad(let finding, let ledger, let fraud):
            return """
                \(verdict.rawValue)
                ledger      \(ledger)
                finding     \(finding)
                reason      \(finding.code)

                """ + fraud.map { "fraud       \($0)\n" }.joined()
        }
    }

    /// The outcome as JSON, with the same members whatever it is.
    var json: JSONValue {
        var object = JSONObject()
        object.append("verdict", .string(verdict.rawValue))
        object.append("exitStatus", .count(UInt64(verdict.exitStatus)))
        switch self {
        case .good(let place, let begin):
            object.append("ledger", .string(place.ledger.text))
            object.append("size", .count(place.head.size.value))
            object.append("root", .string(place.head.root.base64))
            object.append("replayed", .count(place.head.size.value - begin.value))
            object.append(
                "witnesses",
                .array(place.checkpoint.evidence.witnesses.map { .string($0.name) }))
            object.append("reason", .null)
            object.append("fraud", .array([]))
        case .bad(let finding, let ledger, let fraud):
            object.append("ledger", .string(ledger.text))
            for name: Text in ["size", "root", "replayed"] { object.append(name, .null) }
            object.append("witnesses", .array([]))
            object.append("reason", finding.json)
            object.append("fraud", .array(fraud.map { .string($0) }))
        }
        return .object(object)
    }
}

extension ReplayFinding {
    /// Code, words, and the entry that is wrong where it is one.
    var json: JSONValue {
        [
            "code": .string(code), "detail": .string(description),
            "index": index.map { .count($0.value) } ?? .null,
        ]
    }
}
