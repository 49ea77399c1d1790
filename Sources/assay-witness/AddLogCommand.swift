import ArgumentParser
import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayServing
import AssayStore
import AssayTLog
import AssayWitness

/// Puts a log on the list of those that are witnessed.
struct AddLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-log",
        abstract: "Adds a log, or replaces the keys of one that is there.",
        discussion: """
            Example:
              assay-witness add-log --store w1.assay-witness --origin ledger.example/2026 \\
                --vkey ledger.example/2026+5f1e9c3a+AQ...

            With --full every entry of an Assay ledger is fetched from --url, checked and stored \
            before a checkpoint over it is cosigned:
              assay-witness add-log --store w1.assay-witness --origin ledger.example/2026 \\
                --vkey ledger.example/2026+5f1e9c3a+AQ... \\
                --full --trust assay1:HEX --url https://ledger.example

            A log is never removed, and what was cosigned of it is never forgotten. The witness \
            must not be running.
            """)

    @Option(help: "The store.")
    var store: String

    @Option(help: "The log's origin: the first line of its checkpoints.")
    var origin: String

    @Option(
        name: .customLong("vkey"),
        help: "A verifier key of the log; once for each. They replace all that were there.")
    var keys: [String]

    @Flag(help: "Replay every entry, and mirror the log.")
    var full = false

    @Option(help: "With --full: the ledger, assay1:HEX.")
    var trust: String?

    @Option(help: "With --full: where the log's tiles are; nothing else is ever fetched.")
    var url: String?

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func validate() throws {
        guard full == (trust != nil), full == (url != nil) else {
            throw ValidationError("--full, --trust and --url belong together")
        }
        guard Origin(Text(origin)) != nil else {
            throw ValidationError("--origin must be one line of at most 255 bytes")
        }
        guard !keys.isEmpty else { throw ValidationError("--vkey is missing") }
    }

    func run() async throws {
        try await reporting(as: "assay-witness") { () async throws(CommandFailure) in
            try await add()
        }
    }

    private func add() async throws(CommandFailure) {
        let log = try log()
        let opened: SQLiteTreeHeadStore
        do {
            opened = try SQLiteTreeHeadStore(path: store)
        } catch {
            throw CommandFailure(error, store: store)
        }
        let isNew: Bool
        do {
            isNew = try await opened.put(log)
        } catch {
            throw CommandFailure(error, store: store)
        }
        guard json else {
            try Output.write("\(isNew ? "added" : "keys replaced"): \(log.origin)\n")
            return
        }
        let value: JSONValue = [
            "added": .bool(isNew), "origin": .string(log.origin.text),
            "originHash": .string(log.originHash.hex),
            "full": .bool(log.replay != nil),
            "verifierKeys": .array(log.keys.map { .string($0.text) }),
        ]
        try Output.write(CompactJSON.serialize(value) + [0x0a])
    }

    private func replay() throws(CommandFailure) -> ReplayedLog? {
        guard let trust, let url else { return nil }
        guard let ledger = LedgerID(Text(trust)) else {
            throw CommandFailure(
                .badTrustInput, code: "trust-malformed",
                "--trust is not assay1: with 64 lower-case hex digits")
        }
        guard let address = LogURL(Text(url)) else {
            throw CommandFailure(
                .usage, code: "url-malformed",
                "\"\(url)\" is not an address such as https://ledger.example")
        }
        return ReplayedLog(ledger: ledger.digest, url: address.text)
    }

    private func log() throws(CommandFailure) -> WitnessedLog {
        var parsed: [VerifierKey] = []
        for text in keys {
            do throws(VerifierKeyError) {
                parsed.append(try VerifierKey(text: Text(text)))
            } catch {
                throw CommandFailure(.malformed, code: "verifier-key-malformed", "--vkey: \(error)")
            }
        }
        guard parsed.contains(where: { $0.type.algorithm.isAvailable }) else {
            throw CommandFailure(
                .cannot, code: "algorithm-unavailable",
                "the library at hand can check none of these keys, so no checkpoint of the log "
                    + "could ever be cosigned")
        }
        guard let origin = Origin(Text(origin)),
            let log = WitnessedLog(origin: origin, keys: parsed, replay: try replay())
        else {
            throw CommandFailure(
                .badTrustInput, code: "key-unsuitable",
                "logs sign with keys of type 1 or 6, each given once")
        }
        return log
    }
}
