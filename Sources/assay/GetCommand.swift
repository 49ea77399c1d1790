import ArgumentParser
import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// Fetches and verifies a bundle.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetches the bundle of an entry, verifies it, and writes it.",
        discussion: """
            Example: assay get 412 --log http://127.0.0.1:8080 --trust assay1:HEX -o 412.assay

            Without --trust the ledger's own word for its identity is taken, and printed.
            """)

    @Argument(help: "The entry: its index or its leaf hash.")
    var reference: String

    @Option(help: "The address of the ledger's service.")
    var log: String

    @Option(help: "The ledger that is trusted: assay1:HEX, or assay1:HEX@SIZE:ROOT.")
    var trust: String?

    @Flag(help: "Ask for the lookups that prove the bundle complete.")
    var complete = false

    @Option(name: .shortAndLong, help: "Where the bundle goes.")
    var output: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() async throws {
        try await Assay.run { () async throws(CommandFailure) in
            let name = try entryName()
            let service = try LedgerService(log)
            let wantsAll = complete
            var input: TrustInput
            if let trust {
                guard let trusted = TrustedLedger(Text(trust)) else {
                    throw CommandFailure(
                        .badTrustInput, code: "trust-malformed",
                        "--trust is not assay1: with 64 lower-case hex digits")
                }
                input = TrustInput(ledger: trusted.ledger)
                input.pin = trusted.pinnedHead
            } else {
                input = TrustInput(ledger: try await service.identity())
            }
            input.requiresCompleteness = complete
            let bundle: [UInt8]
            do throws(CommandFailure) {
                bundle = try await service.ask { client in
                    try await client.bundle(name, complete: wantsAll)
                }
            } catch {
                throw error.about("entry \(reference)")
            }
            let report = try service.verified(bundle, trust: input)
            try requireEntry(name, in: report)
            try Files.write(bundle, to: output)
            try Output.write(
                json
                    ? String(decoding: CompactJSON.serialize(report.json), as: UTF8.self) + "\n"
                    : report.text + "wrote       \(output)\n")
        }
    }

    private func entryName() throws(CommandFailure) -> EntryName {
        if let index = UInt64(canonicalDecimal: reference.utf8) { return .index(LeafIndex(index)) }
        if let hash = Digest(hex: reference.utf8) { return .leafHash(hash) }
        throw CommandFailure(
            .usage, code: "reference-malformed",
            "\"\(reference)\" is neither an index nor a leaf hash of 64 lower-case hex digits")
    }

    /// The bundle must be about the entry that was asked for; entry 0 is the charter itself.
    private func requireEntry(_ name: EntryName, in report: Report) throws(CommandFailure) {
        let isThere =
            switch name {
            case .index(let index):
                index.value == 0 || report.claims.contains { $0.index == index }
            case .leafHash(let hash):
                hash == report.ledger.digest || report.claims.contains { $0.leafHash == hash }
            }
        guard isThere else {
            throw CommandFailure(
                .rejected, code: "wrong-entry", "the ledger sent a bundle about another entry")
        }
    }
}
