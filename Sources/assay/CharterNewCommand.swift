import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification

/// Drafts the genesis charter of a new ledger.
struct CharterNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a draft charter: an envelope without signatures.",
        discussion: """
            Example: assay charter new --origin ledger.example/2026 --checkpoint-key log.pub \
            --entry-key entries.pub --member id=northland,name=Northland AI Institute,\
            jurisdiction=NL,group=north,key=northland.pub --voting voting.txt --witnesses \
            witnesses.txt -o charter.json

            VOTING, WITNESSES and AUDITING are quorum texts: group and quorum lines of a C2SP \
            tlog-policy, WITNESSES with witness lines too. 'quorum none' must be said to have none.
            """)

    @Option(help: "The origin of the log, for instance ledger.example/2026; it never changes.")
    var origin: String

    @Option(parsing: .upToNextOption, help: "The keys that sign checkpoints.")
    var checkpointKey: [String]

    @Option(parsing: .upToNextOption, help: "The keys that sign the ledger's own entries.")
    var entryKey: [String]

    @Option(
        help: ArgumentHelp(
            "A member.",
            valueName:
                "id=ID,name=NAME,jurisdiction=J,group=G,key=PUB[:attest][:govern][,signatures=N]"))
    var member: [String]

    @Option(help: "A file: which votes carry an amendment.")
    var voting: String

    @Option(help: "A file: which witnesses there are, and which cosignatures suffice.")
    var witnesses: String

    @Option(help: "A file: which cosignatures make an index root proven; none without it.")
    var auditing: String?

    @Option(help: "An index root follows after at most so many entries.")
    var indexEvery: UInt64 = 256

    @Flag(help: "Accept a witness policy under which a dishonest log alone could fork.")
    var allowForkable = false

    @Option(name: .shortAndLong, help: "Where the draft goes; it must not exist.")
    var output: String

    func run() throws {
        try Assay.run { () throws(CommandFailure) in
            let charter = try charter()
            let draft: EnvelopeDraft
            do throws(AttestationError) {
                let statement = try Statement(
                    subjects: [charter.genesisSubject], predicate: .charter(charter))
                draft = try EnvelopeDraft(payload: statement.payload)
            } catch {
                throw CommandFailure("the charter", error)
            }
            do throws(CharterRejection) {
                _ = try LedgerState.checkDraft(payload: draft.payload)
            } catch {
                throw CommandFailure(.badTrustInput, code: "charter-invalid", "\(error)")
            }
            try Files.write(draft.bytes, to: output, existing: .refuse)
            try Output.write(
                """
                wrote         \(output)
                to be signed  by \(LedgerState.signersRequired(by: charter).count) keys: \
                assay charter sign \(output) --key KEY.pem

                """)
        }
    }

    private func charter() throws(CommandFailure) -> Charter {
        guard let origin = Origin(Text(self.origin)) else {
            throw CommandFailure(
                .usage, code: "origin-malformed",
                "\"\(self.origin)\" cannot be an origin: 1 to 255 bytes, no space, no +, no "
                    + "control characters")
        }
        var checkpointKeys: [VerifierKey] = []
        for path in checkpointKey {
            checkpointKeys.append(
                try KeyDescription.verifierKey(
                    try Files.publicKey(path), self.origin, isLog: true))
        }
        var entryKeys: [PublicKey] = []
        for path in entryKey { entryKeys.append(try Files.publicKey(path)) }
        var members: [CharterMember] = []
        for text in member { members.append(try MemberArgument(text).member()) }
        let auditingText: Text =
            try auditing.map { path throws(CommandFailure) in try Files.text(path) }
            ?? "quorum none\n"
        let votingText = try Files.text(voting)
        let witnessesText = try Files.text(witnesses)
        do throws(AttestationError) {
            return try Charter(
                origin: origin, checkpointKeys: checkpointKeys, entryKeys: entryKeys,
                members: members, voting: votingText, witnesses: witnessesText,
                auditing: auditingText, allowForkable: allowForkable, indexEvery: indexEvery)
        } catch {
            var hint = ""
            if case .malformed(_, _, .forkable) = error {
                hint = "; --allow-forkable says that this is wanted"
            }
            throw CommandFailure(
                .badTrustInput, code: "charter-invalid", EscapedText.escape("\(error)") + hint)
        }
    }
}
