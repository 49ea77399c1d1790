import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayHarness
import AssayTLog
import AssayVerification

/// A statement made of a log, with what was withheld from it.
struct Attestation {
    let statement: Statement
    let disclosures: [Disclosure]
    private let log: InspectLog
    private let result: EvaluationResult

    /// Reads the log at `path`, checks it, and makes the statement.
    init(
        reading path: String, _ flags: AttestFlags, ledger: LedgerID, secret: SecretFile
    ) throws(CommandFailure) {
        let options = try flags.options(ledger: ledger, secret: secret.samples)
        log = try Self.read(path)
        try secret.requireLog(log.digest)
        let draft: AttestationDraft
        do throws(AttestRefusal) {
            draft = try AttestationDraft.make(from: log, options)
        } catch {
            throw CommandFailure(
                .rejected, code: error.code, "\(path): \(EscapedText.escape("\(error)"))")
        }
        result = draft.result
        let places = try flags.withheldPlaces()
        let withholding: Withholding
        do throws(DisclosureError) {
            withholding = try Withholding(
                draft.result, places: places, salt: secret.saltSource())
        } catch {
            throw CommandFailure(
                .usage, code: "withhold", EscapedText.escape("\(error)"))
        }
        disclosures = withholding.disclosures
        do throws(AttestationError) {
            statement = try Statement(
                subjects: draft.subjects, type: .evaluationResult,
                predicate: withholding.predicate)
        } catch {
            throw CommandFailure(path, error)
        }
    }

    /// Reads and checks a log of a known harness.
    private static func read(_ path: String) throws(CommandFailure) -> InspectLog {
        let input: [UInt8]? = path == "-" ? try Files.read("-", limitBytes: 1 << 30) : nil
        do throws(EvaluationLogError) {
            guard let input else { return try EvaluationLog.read(path: path) }
            return try EvaluationLog.read(bytes: input)
        } catch {
            throw CommandFailure(error, path)
        }
    }

    /// Whether something is only committed to, so that a secret has to be kept.
    var needsSecret: Bool { result.samples != nil || !disclosures.isEmpty }

    /// Signs the statement, or takes the signed one at `path` if it says the same.
    ///
    /// The secret is written before the envelope, and never over one that opens another statement.
    func sign(
        with key: PrivateKey, keptAt path: String, secret: SecretFile
    ) throws(CommandFailure) -> Envelope {
        if DurableFile.exists(path) {
            let kept = try Self.envelope(at: path)
            guard kept.payload == statement.payload,
                kept.signatures.map(\.keyID) == [key.publicKey.keyID]
            else {
                throw CommandFailure(
                    .cannot, code: "exists",
                    "\(path) exists and says something else; remove it or choose another -o OUT")
            }
            if !secret.isKept { try keep(secret) }
            return kept
        }
        try keep(secret)
        let message = PreAuthEncoding.encode(
            payloadType: Envelope.payloadType, payload: statement.payload)
        let signature = Envelope.Signature(
            keyID: key.publicKey.keyID, bytes: try key.signature(over: message))
        let envelope: Envelope
        do throws(AttestationError) {
            envelope = try Envelope(payload: statement.payload, signatures: [signature])
        } catch {
            throw CommandFailure(path, error)
        }
        try Files.write(envelope.canonicalEntry, to: path, existing: .refuse)
        return envelope
    }

    /// Writes the secret, where anything is only committed to.
    func keep(_ secret: SecretFile) throws(CommandFailure) {
        if needsSecret { try secret.write(disclosures, log: log.digest) }
    }

    private static func envelope(at path: String) throws(CommandFailure) -> Envelope {
        let bytes = try Files.read(path, limitBytes: 1 << 20)
        do throws(AttestationError) {
            return try Envelope(parsing: bytes)
        } catch {
            throw CommandFailure(path, error)
        }
    }
}

extension Attestation {
    /// What was read and will be public, in a few lines.
    var summary: [String] {
        let counts = result.counts
        var lines: [String] = []
        if let harness = result.harness {
            lines.append(
                "read          \(Self.shown(harness.name)) \(Self.shown(harness.version)) log, "
                    + "\(counts?.completed.map(String.init) ?? "?") samples completed of "
                    + "\(counts?.planned.map(String.init) ?? "?"), metrics recomputed")
        }
        if let model = result.observedModel {
            let answered = (model.responded ?? []).map {
                "\(Self.shown($0.name)) (\($0.count.map(String.init) ?? "?"))"
            }
            lines.append(
                "model         \(Self.shown(model.requested))   answered by: "
                    + (answered.isEmpty ? "not recorded" : answered.joined(separator: ", ")))
        }
        for subject in statement.subjects {
            lines.append("subject       \(subject.digest) \(Self.shown(subject.name))")
        }
        for value in result.results ?? [] {
            lines.append(
                "result        \(Self.shown(value.name)) \(Self.shown(value.metric)) "
                    + "\(value.value.map { "\($0)" } ?? "no value")"
                    + (value.standardError.map { "  se \($0)" } ?? "")
                    + (value.n.map { "  n \($0)" } ?? ""))
        }
        lines += result.withheld.map { "withheld      \($0.path), \($0.reason.rawValue)" }
        if let samples = result.samples, let count = samples.count {
            lines.append("committed     \(count) samples, root \(samples.root?.hex ?? "?")")
        }
        return lines
    }

    private static func shown(_ text: Text?) -> String { text.map(EscapedText.escape) ?? "?" }

    /// What was done, as JSON.
    func json(
        _ envelope: Envelope, out: String, _ outcome: Submission.Outcome?
    ) -> JSONValue {
        [
            "envelope": .string(out + ".dsse.json"),
            "secret": needsSecret ? .string(out + ".assay-secret") : .null,
            "leafHash": .string(LogEntry(envelope).leafHash.hex),
            "payloadDigest": .string(envelope.payloadDigest.hex),
            "keyids": .array(envelope.signatures.map { .string($0.keyID.hex) }),
            "subjects": .array(statement.subjects.map { .string($0.digest.hex) }),
            "submitted": outcome?.json ?? .null,
        ]
    }
}

extension AttestRefusal {
    /// A stable word for why a log is not attested.
    var code: String {
        switch self {
        case .status: "log-status"
        case .invalidated: "log-invalidated"
        case .headerOnly: "log-header-only"
        case .subset, .missingSamples: "log-subset"
        case .surplusSamples: "log-surplus-samples"
        case .dirtyRevision: "log-dirty"
        case .edited: "log-edited"
        case .noScores: "log-no-scores"
        case .modelNeeded: "model-needed"
        case .samples, .record, .log: "log-samples"
        }
    }
}
