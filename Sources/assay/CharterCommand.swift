import ArgumentParser

/// Making and reading charters.
struct CharterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "charter",
        abstract: "Drafts, signs and explains a ledger's charter.",
        subcommands: [CharterNewCommand.self, CharterSignCommand.self, CharterExplainCommand.self])
}
