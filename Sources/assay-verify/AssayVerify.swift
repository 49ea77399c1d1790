import ArgumentParser
import AssayCommand

/// The auditor's program: evidence and a trust root in, a verdict out.
@main
struct AssayVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-verify",
        abstract: "Checks evidence from an Assay ledger, offline, from one trust root.",
        usage: """
            assay-verify BUNDLE... --trust assay1:HEX[@SIZE:ROOT] [OPTIONS]
            assay-verify BUNDLE... --charter FILE [OPTIONS]
            assay-verify fraud FILE [--json]
            assay-verify show FILE [--json]
            """,
        discussion: """
            Example: assay-verify run.eval.assay --trust assay1:HEX

            The first line of standard output is VERIFIED, VERIFIED AS SHOWN, REJECTED, MALFORMED, \
            UNDECIDED or BAD TRUST INPUT; then one line for each check; then what is not shown. \
            'assay-verify verify --help' lists the options.

            Exit status: 0 verified, 1 rejected, 2 bad trust input, 3 malformed, 4 undecided, \
            64 usage. No clock, network or configuration is used.
            """,
        version: AssayVersion.text,
        subcommands: [VerifyCommand.self, FraudCommand.self, ShowCommand.self],
        defaultSubcommand: VerifyCommand.self)
}
