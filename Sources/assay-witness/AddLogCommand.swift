import ArgumentParser
import AssayAttestation
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

            A log is never removed, and what was cosigned of it is never forgotten. The witness \\
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

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func validate() throws {
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
            "verifierKeys": .array(log.keys.map { .string($0.text) }),
        ]
        try Output.write(CompactJSON.serialize(value) + [0x0a])
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
            let log = WitnessedLog(origin: origin, keys: parsed)
        else {
            throw CommandFailure(
                .badTrustInput, code: "key-unsuitable",
                "logs sign with keys of type 1 or 6, each given once")
        }
        return log
    }
}
