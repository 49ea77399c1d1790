import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayVerification

/// Judges bundles.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judges bundles (the default).",
        discussion: """
            Example:
              assay-verify run.eval.assay --trust assay1:4f2c… --signer northland
            """)

    @Argument(help: "Bundles to judge; - reads standard input.")
    var bundles: [String]

    @OptionGroup var trust: TrustOptions

    @Option(help: "A file that remembers the checkpoints seen, and refuses a fork of them.")
    var state: String?

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    @Flag(help: "Print every hashed and signed byte string, so that another tool can recheck.")
    var explain = false

    func validate() throws {
        guard bundles.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("standard input can be read once: give - once")
        }
    }

    mutating func run() throws {
        let status = try reporting(as: "assay-verify") { () throws(CommandFailure) in
            try judge()
        }
        if status != 0 { throw ExitCode(status) }
    }

    private func judge() throws(CommandFailure) -> Int32 {
        let answer: String
        let verdict: Verdict
        do throws(CommandFailure) {
            (answer, verdict) = try judgeAll()
        } catch {
            // Whoever reads only the first line must find a headline there.
            if let verdict = error.verdict {
                try Output.write(
                    json
                        ? text(of: failure(verdict, error)) + "\n"
                        : "\(verdict.rawValue)\nreason      \(error.code)\n")
            }
            throw error
        }
        try Output.write(answer)
        return verdict.exitStatus
    }

    /// The whole answer; the state is saved before it is given.
    private func judgeAll() throws(CommandFailure) -> (answer: String, verdict: Verdict) {
        let input = try trust.input()
        var memory = try state.map { path throws(CommandFailure) in
            try StateFile(path: path, ledger: input.ledger)
        }
        var verifier = BundleVerifier(trust: input)
        var judged: [(path: String, outcome: Outcome)] = []
        for path in bundles {
            var outcome = Self.outcome(of: path, &verifier)
            if case .report(var report, let bytes) = outcome {
                try memory?.compare(&report)
                outcome = .report(report, bytes)
            }
            judged.append((path, outcome))
        }
        let verdict = Verdict.worst(of: judged.map(\.outcome.verdict))
        if verdict.exitStatus == 0 { try memory?.save() }
        let answer = json ? text(of: value(of: judged, verdict)) + "\n" : prose(judged, verdict)
        return (answer, verdict)
    }

    /// What became of one file.
    private enum Outcome {
        case report(Report, [UInt8])
        case unreadable(FileError)

        var verdict: Verdict {
            switch self {
            case .report(let report, _): report.verdict
            case .unreadable: .undecided
            }
        }
    }

    private static func outcome(of path: String, _ verifier: inout BundleVerifier) -> Outcome {
        do throws(FileError) {
            let bytes = try InputFile.read(path, limitBytes: Bundle.byteCountMax)
            return .report(verifier.report(on: bytes), bytes)
        } catch {
            return .unreadable(error)
        }
    }

    /// The text for one file, or for several a headline over all and a block for each.
    private func prose(_ judged: [(path: String, outcome: Outcome)], _ verdict: Verdict) -> String {
        let blocks = judged.map { path, outcome in
            (judged.count > 1 ? "\nbundle      \(EscapedText.escape(path))\n" : "")
                + text(of: outcome)
        }
        return (judged.count > 1 ? verdict.rawValue + "\n" : "") + blocks.joined()
    }

    private func text(of outcome: Outcome) -> String {
        switch outcome {
        case .report(let report, let bytes):
            return report.text + (explain ? explanation(of: bytes) : "")
        case .unreadable(let error):
            return "\(Verdict.undecided.rawValue)\nformat      undecided   "
                + "\(EscapedText.escape(error.description))\nreason      file\n"
        }
    }

    private func explanation(of bytes: [UInt8]) -> String {
        do throws(AttestationError) {
            return Explanation.lines(for: try Bundle(parsing: bytes))
                .map { "explain     \($0)\n" }.joined()
        } catch {
            return ""
        }
    }

    private func value(
        of judged: [(path: String, outcome: Outcome)], _ verdict: Verdict
    ) -> JSONValue {
        let values = judged.map { path, outcome in json(of: outcome, path) }
        guard values.count != 1 else { return values[0] }
        return [
            "verdict": .string(verdict.rawValue),
            "exitStatus": .count(UInt64(verdict.exitStatus)),
            "bundles": .array(values),
        ]
    }

    private func json(of outcome: Outcome, _ path: String) -> JSONValue {
        switch outcome {
        case .report(let report, let bytes):
            var object = report.json.object ?? JSONObject()
            object.append("file", .string(path))
            if explain {
                object.append(
                    "explanation",
                    .array(
                        explanation(of: bytes).split(separator: "\n").map { .string(String($0)) }))
            }
            return .object(object)
        case .unreadable(let error):
            return failure(
                .undecided, CommandFailure(.cannot, code: "file", error.description))
        }
    }

    private func failure(_ verdict: Verdict, _ failure: CommandFailure) -> JSONValue {
        [
            "verdict": .string(verdict.rawValue),
            "exitStatus": .count(UInt64(verdict.exitStatus)),
            "reason": [
                "code": .string(failure.code),
                "detail": .string(EscapedText.escape(failure.message)),
            ],
        ]
    }

    private func text(of value: JSONValue) -> String {
        String(decoding: CompactJSON.serialize(value), as: UTF8.self)
    }
}

extension CommandFailure {
    /// The headline for a failure before any bundle was judged; a wrong command line has none.
    fileprivate var verdict: Verdict? {
        switch status {
        case .badTrustInput: .badTrustInput
        case .malformed: .malformed
        case .rejected: .rejected
        case .cannot: .undecided
        case .done, .usage: nil
        }
    }
}
