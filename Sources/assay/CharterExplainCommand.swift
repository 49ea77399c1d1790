import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// Says what a charter means.
struct CharterExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Prints members, votes and what the witness policy withstands.",
        discussion: "Example: assay charter explain charter.json")

    @Argument(help: "A draft or signed charter.")
    var file: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() throws {
        try Assay.run { () throws(CommandFailure) in
            let charter = try CharterFile(path: file)
            let ledger = charter.missing.isEmpty ? try charter.verified().ledger : nil
            if json {
                try Output.write(Self.json(charter, ledger))
            } else {
                try Output.write(Self.lines(charter, ledger).map { $0 + "\n" }.joined())
            }
        }
    }

    private static func lines(_ file: CharterFile, _ ledger: LedgerID?) -> [String] {
        let charter = file.charter
        var lines = [
            ledger.map { "ledger \($0)" }
                ?? "a draft: \(file.missing.count) listed keys have not signed",
            "origin \(EscapedText.escape(charter.origin.text)), version \(charter.version), an "
                + "index root after at most \(charter.indexEvery) entries",
        ]
        for member in charter.members {
            lines.append(
                "member \(EscapedText.escape(member.id)): \(EscapedText.escape(member.name)), "
                    + "\(EscapedText.escape(member.jurisdiction)), group "
                    + "\(EscapedText.escape(member.group)), \(member.signaturesPerEntry) "
                    + "signature\(member.signaturesPerEntry == 1 ? "" : "s") an entry")
            lines += member.keys.map { key in
                "  keyid \(key.publicKey.keyID) \(key.publicKey.algorithm.rawValue), to "
                    + key.uses.map(\.rawValue).joined(separator: " and ")
            }
        }
        lines += charter.checkpointKeys.map { "checkpoint key \($0.text)" }
        lines += charter.entryKeys.map {
            "entry key keyid \($0.keyID) \($0.algorithm.rawValue)"
        }
        lines.append("votes needed to amend: \(QuorumWords.words(charter.voting))")
        lines += QuorumWords.lines("witnesses needed for a checkpoint", charter.witnesses.quorum)
        lines.append(
            "witnesses that make an index root proven: "
                + (charter.auditing.map(QuorumWords.words) ?? "none, so none ever is"))
        return lines
    }

    private static func json(_ file: CharterFile, _ ledger: LedgerID?) -> JSONValue {
        let charter = file.charter
        return [
            "ledger": ledger.map { .string($0.text) } ?? .null,
            "missing": .array(file.missing.map { .string($0.keyID.hex) }),
            "charter": charter.json,
            "voting": QuorumWords.json(charter.voting),
            "witnesses": QuorumWords.json(charter.witnesses.quorum),
            "auditing": QuorumWords.json(charter.auditing),
        ]
    }
}
