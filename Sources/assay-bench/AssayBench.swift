import ArgumentParser
import AssayCommand

/// Measures parts of Assay in one process, each beside the limit of the machine in the same run.
///
/// Every subcommand prints one JSON object; `tools/bench` makes the table.
@main
struct AssayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-bench",
        abstract: "Measures parts of Assay beside the limits of the machine.",
        version: AssayVersion.text,
        subcommands: [
            LimitsCommand.self, VerifyCommand.self, AppendCommand.self, EnvelopesCommand.self,
            AdmitCommand.self, ReadCommand.self,
        ])
}
