import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayVerification

/// Submits envelopes.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submits envelopes; writes FILE.assay beside each.",
        discussion: "Example: assay submit run.dsse.json --log http://127.0.0.1:8080")

    @Argument(help: "Envelopes, as attest writes them.")
    var files: [String]

    @Option(help: "The address of the ledger's service.")
    var log: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() async throws {
        try await Assay.run { () async throws(CommandFailure) in
            // Every file is read before the first is sent, so that a slip costs nothing.
            var envelopes: [(path: String, envelope: Envelope, ledger: LedgerID)] = []
            for path in files {
                let (envelope, ledger) = try Self.read(path)
                envelopes.append((path, envelope, ledger))
            }
            let service = try LedgerService(log)
            var outcomes: [Submission.Outcome] = []
            for (path, envelope, ledger) in envelopes {
                let submission = Submission(service: service, trust: TrustInput(ledger: ledger))
                let outcome: Submission.Outcome
                do throws(CommandFailure) {
                    outcome = try await submission.submit(envelope, bundlePath: path + ".assay")
                } catch {
                    throw error.about(path)
                }
                if !json { try Output.write(outcome.text) }
                outcomes.append(outcome)
            }
            if json {
                try Output.write(
                    outcomes.count == 1 ? outcomes[0].json : .array(outcomes.map(\.json)))
            }
        }
    }

    /// The envelope in a file and the ledger for which it was made, the trust root of its bundle.
    private static func read(
        _ path: String
    ) throws(CommandFailure) -> (Envelope, LedgerID) {
        let bytes = try Files.read(path, limitBytes: 1 << 20)
        let envelope: Envelope
        let statement: Statement
        do throws(AttestationError) {
            envelope = try Envelope(parsing: bytes)
            statement = try Statement(parsing: envelope.payload)
        } catch {
            throw CommandFailure(path, error)
        }
        guard let ledger = statement.ledger else {
            throw CommandFailure(
                .usage, code: "genesis",
                "\(path): a genesis charter begins a ledger: assay-log init --charter \(path)")
        }
        return (envelope, ledger)
    }
}
