import ArgumentParser
import AssayCommand

/// The operator's program: makes, serves, checks and publishes the log of a ledger.
@main
struct AssayLogProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-log",
        abstract: "Runs the log of an Assay ledger.",
        discussion: """
            Example:
              assay-log init --store ledger.assay-log --charter charter.json \\
                --key checkpoints.pem --entry-key entries.pem
              assay-log serve --store ledger.assay-log \\
                --key checkpoints.pem --entry-key entries.pem

            Exit status: 0 done, 1 something in the store is wrong, 2 a wrong charter or key,
            3 malformed input, 4 it cannot be done, 64 usage.
            """,
        version: AssayVersion.text,
        subcommands: [
            InitCommand.self, ServeCommand.self, FsckCommand.self, PublishCommand.self,
            BackupCommand.self, RestoreCommand.self,
        ])
}
