import ArgumentParser
import AssayCommand

/// The program of those who submit, fetch and explain.
@main
struct Assay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Puts evaluation results on record in an Assay ledger.",
        discussion: """
            Example: assay attest run.eval --key institute.pem --submit http://127.0.0.1:8080 -o run

            Exit status: 0 done, 1 refused by the ledger or rejected evidence, 2 wrong key, charter \
            or policy, 3 malformed input, 4 cannot (file, network, algorithm, limit), 64 usage.
            """,
        version: AssayVersion.text,
        subcommands: [
            KeygenCommand.self, KeyCommand.self, CharterCommand.self, PolicyCommand.self,
            AttestCommand.self, SubmitCommand.self, GetCommand.self, ExportCommand.self,
            AuditCommand.self, MonitorCommand.self,
        ])

    /// Runs the body of a command; a failure is told and becomes the exit status.
    static func run<Result>(_ body: () throws(CommandFailure) -> Result) throws -> Result {
        try reporting(as: "assay", body)
    }

    /// Runs the body of a command that waits; a failure is told and becomes the exit status.
    static func run<Result>(
        _ body: () async throws(CommandFailure) -> Result
    ) async throws -> Result {
        try await reporting(as: "assay", body)
    }
}
