import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog
import AssayServing
import AssayStore
import AssayTLog

/// Makes a ledger: its genesis charter becomes entry 0 of a new store.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Creates a ledger from a signed genesis charter and prints its identity.",
        discussion: """
            Example:
              assay-log init --store ledger.assay-log --charter charter.json \\
                --key checkpoints.pem --entry-key entries.pem

            The charter must carry the signature of every member key and entry key that it lists.
            Run on a store that is finished, the command only prints its identity.
            """)

    @Option(help: "The file to make; it must not exist, or hold this very ledger.")
    var store: String

    @Option(help: "The signed genesis charter; - reads standard input.")
    var charter: String

    @OptionGroup var keys: LedgerKeyOptions

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() throws {
        try reporting(as: "assay-log") { () throws(CommandFailure) in try initialise() }
    }

    private func initialise() throws(CommandFailure) {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(charter, limitBytes: 1 << 20)
        } catch {
            throw CommandFailure(error)
        }
        let keys = try keys.read()
        let genesis: LedgerGenesis
        do {
            genesis = try LedgerGenesis(
                signedCharter: bytes, checkpointKeys: keys.checkpointKeys,
                entryKey: keys.entryKey)
        } catch {
            throw CommandFailure(error, charter: charter)
        }
        try Output.write(answer(genesis, isNew: try create(genesis)))
    }

    /// Makes the store, or finds it made; returns whether it is new.
    private func create(_ genesis: LedgerGenesis) throws(CommandFailure) -> Bool {
        do {
            try SQLiteLogStore.create(
                at: store, ledger: genesis.ledger.digest, first: genesis.batch)
            return true
        } catch .alreadyPresent {
            let found: Digest
            do {
                found = try SQLiteLogReader(path: store).ledger
            } catch {
                throw CommandFailure(error, store: store)
            }
            guard found == genesis.ledger.digest else {
                throw CommandFailure(
                    .badTrustInput, code: "store-of-another-ledger",
                    "\(store): holds ledger \(LedgerID(found)), and the charter makes "
                        + "\(genesis.ledger)")
            }
            StandardError.write("assay-log: \(store) holds this ledger already; left as it is\n")
            return false
        } catch {
            throw CommandFailure(error, store: store)
        }
    }

    private func answer(_ genesis: LedgerGenesis, isNew: Bool) -> String {
        guard json else { return "\(genesis.ledger)\n" }
        let value: JSONValue = [
            "created": .bool(isNew),
            "ledger": .string(genesis.ledger.text),
            "origin": .string(genesis.charter.origin.text),
        ]
        return String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n"
    }
}
