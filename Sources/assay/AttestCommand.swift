import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayHarness
import AssayTLog
import AssayVerification

/// Turns a harness log into a signed attestation.
struct AttestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attest",
        abstract: "Reads an evaluation log, checks it, and signs what it says.",
        discussion: """
            Example: assay attest run.eval --key northland.pem --submit http://127.0.0.1:8080 -o run

            Reads Inspect .eval and .json logs. Metrics are recomputed from the samples, and a log \
            that contradicts itself is refused. Writes OUT.dsse.json and OUT.assay-secret (mode \
            0600, to be kept: it opens what is only committed to); with --submit also OUT.assay. \
            Running it again with the same OUT finishes what was begun.
            """)

    @Argument(help: "The log; - reads standard input.")
    var log: String

    @Option(help: "The institute's private key; --print needs none.")
    var key: String?

    @Option(help: "The ledger that the statement is for.")
    var ledger: String?

    @Option(help: "The address of the ledger's service, to submit to it.")
    var submit: String?

    @Flag(
        name: .customLong("print"), help: "Print every byte that would become public; sign nothing."
    )
    var printsOnly = false

    @Option(name: .shortAndLong, help: "The beginning of the names of what is written.")
    var output: String?

    @OptionGroup var flags: AttestFlags

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func validate() throws {
        guard ledger != nil || submit != nil else {
            throw ValidationError(
                "say for which ledger: --ledger assay1:HEX, or --submit URL to ask its service")
        }
        guard printsOnly || key != nil else { throw ValidationError("--key KEY.pem is missing") }
        guard printsOnly || output != nil || log != "-" else {
            throw ValidationError("-o OUT is needed for a log from standard input")
        }
    }

    func run() async throws {
        try await Assay.run { () async throws(CommandFailure) in
            // The key first: whoever lacks it should not wait for a large log.
            let signer =
                try printsOnly
                ? nil
                : key.map { path throws(CommandFailure) in
                    try Files.privateKey(path)
                }
            let service = try submit.map { text throws(CommandFailure) in
                try LedgerService(text)
            }
            let ledger = try await ledgerID(service)
            let out = output ?? log
            let secret = try SecretFile(path: out + ".assay-secret")
            let attestation = try Attestation(
                reading: log, flags, ledger: ledger, secret: secret)
            guard let signer else {
                try Output.write(attestation.statement.payload + [UInt8(ascii: "\n")])
                // A kept secret may open a signed statement, so it is never written over here.
                if secret.isKept { return }
                if output != nil {
                    try attestation.keep(secret)
                } else if attestation.needsSecret {
                    StandardError.write(
                        "assay: the salts are new, so the roots will differ when this is signed; "
                            + "with -o OUT they are kept in OUT.assay-secret\n")
                }
                return
            }
            let envelope = try attestation.sign(
                with: signer, keptAt: out + ".dsse.json", secret: secret)
            var lines = attestation.summary + ["signed        keyid \(signer.publicKey.keyID)"]
            lines.append("wrote         \(out).dsse.json")
            if attestation.needsSecret {
                lines.append("wrote         \(secret.path)   (keep it: it opens the commitments)")
            }
            if !json { try Output.write(lines.map { $0 + "\n" }.joined()) }
            let outcome = try await submitted(envelope, to: service, ledger, out + ".assay")
            if json {
                try Output.write(attestation.json(envelope, out: out, outcome))
            } else if let outcome {
                try Output.write(outcome.text)
            }
        }
    }

    private func ledgerID(_ service: LedgerService?) async throws(CommandFailure) -> LedgerID {
        if let ledger {
            guard let id = LedgerID(Text(ledger)) else {
                throw CommandFailure(
                    .badTrustInput, code: "trust-malformed",
                    "--ledger is not assay1: with 64 lower-case hex digits")
            }
            return id
        }
        guard let service else {
            throw CommandFailure(.usage, code: "usage", "no ledger")
        }
        return try await service.identity()
    }

    private func submitted(
        _ envelope: Envelope, to service: LedgerService?, _ ledger: LedgerID, _ path: String
    ) async throws(CommandFailure) -> Submission.Outcome? {
        guard let service else { return nil }
        return try await Submission(service: service, trust: TrustInput(ledger: ledger))
            .submit(envelope, bundlePath: path)
    }
}
