import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// Reading policies.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Explains witness policies.", subcommands: [Explain.self])

    /// Says what a policy withstands.
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what a C2SP tlog-policy withstands, with the cheapest sets by name.",
            discussion: "Example: assay policy explain witnesses.policy")

        @Argument(help: "The policy; - reads standard input.")
        var file: String

        @Flag(help: "Print one JSON value instead of text.")
        var json = false

        func run() throws {
            try Assay.run { () throws(CommandFailure) in
                let policy = try policy()
                if json {
                    try Output.write(Self.json(policy))
                } else {
                    try Output.write(Self.lines(policy).map { $0 + "\n" }.joined())
                }
            }
        }

        private func policy() throws(CommandFailure) -> TrustPolicy {
            let text = try Files.text(file)
            do throws(PolicyError) {
                return try TrustPolicy(text: text)
            } catch {
                throw CommandFailure(
                    .badTrustInput, code: "policy-malformed",
                    "\(file): " + EscapedText.escape("\(error)"))
            }
        }

        private static func lines(_ policy: TrustPolicy) -> [String] {
            policy.logs.map { "log \(EscapedText.escape($0.key.name.text)) \($0.key.id)" }
                + policy.witnesses.map { witness in
                    "witness \(EscapedText.escape(witness.name)): "
                        + "\(EscapedText.escape(witness.key.name.text)) \(witness.key.id)"
                }
                + QuorumWords.lines("needed for a checkpoint", policy.quorum)
        }

        private static func json(_ policy: TrustPolicy) -> JSONValue {
            [
                "logs": .array(policy.logs.map { .string($0.key.text) }),
                "witnesses": .array(
                    policy.witnesses.map { witness in
                        ["name": .string(witness.name), "key": .string(witness.key.text)]
                    }),
                "quorum": QuorumWords.json(policy.quorum),
            ]
        }
    }
}
