import ArgumentParser
import AssayCommand
import AssayCrypto
import AssayFiles

/// The private keys with which a ledger signs.
struct LedgerKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: "A private key that signs checkpoints; once for each that the charter lists.")
    var checkpointKeys: [String]

    @Option(help: "The private key that signs the ledger's own entries.")
    var entryKey: String

    /// Reads the keys; asks at the terminal for the passphrase of an encrypted one.
    func read() throws(CommandFailure) -> (checkpointKeys: [PrivateKey], entryKey: PrivateKey) {
        do {
            var keys: [PrivateKey] = []
            for path in checkpointKeys { keys.append(try KeyFile.readPrivate(path)) }
            return (keys, try KeyFile.readPrivate(entryKey))
        } catch {
            throw CommandFailure(error)
        }
    }
}
