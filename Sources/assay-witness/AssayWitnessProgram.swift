import ArgumentParser
import AssayCommand

/// The witness's program: makes its record, names the logs, serves.
@main
struct AssayWitnessProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-witness",
        abstract: "Cosigns the checkpoints of logs, each only if it extends the one before.",
        discussion: """
            Example:
              assay-witness init --store w1.assay-witness --key w1.pem --name witness.example/w1
              assay-witness add-log --store w1.assay-witness --origin ledger.example/2026 \\
                --vkey ledger.example/2026+5f1e9c3a+AQ...
              assay-witness serve --store w1.assay-witness --key w1.pem --listen 127.0.0.1:8081

            The store is never restored from a backup: a witness that lost it makes a new key.

            Exit status: 0 done, 1 the store is damaged, 2 a wrong key, 3 malformed input,
            4 it cannot be done, 64 usage.
            """,
        version: AssayVersion.text,
        subcommands: [InitCommand.self, AddLogCommand.self, ServeCommand.self])
}
