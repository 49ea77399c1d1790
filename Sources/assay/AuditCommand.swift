import ArgumentParser
import AssayCommand
import AssayVerification

/// Replays a whole log.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Replays a whole log: every signature, every right, every hash.",
        discussion: """
            Example:
              assay audit https://ledger.example --trust assay1:HEX --state ledger.audit

            SOURCE is the address of a log or a mirror, or a folder with its published files. The \
            first line is VERIFIED, REJECTED, MALFORMED, UNDECIDED or BAD TRUST INPUT; a reason \
            names the first entry or file that is wrong. With --state a later run goes on where \
            this one ended or was interrupted, and a log that denies what it showed before is \
            refused. Where a key is guilty, a fraud proof is written.

            Exit status: 0 all is good, 1 the log is wrong, 2 wrong trust root or state, \
            3 malformed, 4 cannot (network, file, algorithm, interrupted), 64 usage.
            """)

    @Argument(help: "The address of a log, or a folder with its published files.")
    var source: String

    @OptionGroup var root: TrustRoot

    @Option(help: "A file that keeps how far the log was replayed.")
    var state: String?

    @Option(help: "The folder for fraud proofs.")
    var evidence = "."

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() async throws {
        let (source, state, evidence) = (PublishedSource(source), state, evidence)
        let status = try await Assay.run { () async throws(CommandFailure) in
            let run = AuditRun(
                trust: try root.ledger(), source: source, state: state,
                fraud: FraudFiles(folder: evidence))
            let outcome = try await Interruption.watched { () async throws(CommandFailure) in
                try await run.outcome()
            }
            if json { try Output.write(outcome.json) } else { try Output.write(outcome.text) }
            return outcome.verdict.exitStatus
        }
        if status != 0 { throw ExitCode(status) }
    }
}
