import ArgumentParser
import AssayCommand

/// The auditor's program: evidence and a trust root in, a verdict out.
@main
struct AssayVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-verify",
        abstract: "Checks evidence from an Assay ledger, offline, from one trust root.",
        discussion: """
            Example:
              assay-verify run.eval.assay --trust assay1:4f2c…

            The first line of standard output is VERIFIED, VERIFIED AS SHOWN, REJECTED, MALFORMED,
            UNDECIDED or BAD TRUST INPUT. Exit status: 0 verified, 1 rejected, 2 bad trust input,
            3 malformed, 4 undecided, 64 usage. No clock, network or configuration is used.
            """,
        version: AssayVersion.text,
        subcommands: [VerifyCommand.self, ShowCommand.self],
        defaultSubcommand: VerifyCommand.self)
}
