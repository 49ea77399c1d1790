import ArgumentParser
import AssayCommand
import AssayLog
import AssayServing
import AssayStore
import AssayTLog

/// Copies a store that may be in use.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the store, which may be in use, into one file.",
        discussion: """
            Example:
              assay-log backup --store ledger.assay-log --to ledger-monday.assay-backup

            The copy is of one moment, whole and durable, or absent. It cannot be served: restore \\
            it first, which tells why. Keep it on another machine; keep keys elsewhere.
            """)

    @Option(help: "The store; it may be in use.")
    var store: String

    @Option(help: "The file to make; it must not exist.")
    var to: String

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            let size: TreeSize
            do throws(StoreCopyFault) {
                size = try await SQLiteLogStore.copy(store, to: to) {
                    (reader) async throws(LogFinding) in
                    try await LedgerStart(reader, stated: reader.ledger).edge.size
                }
            } catch {
                throw CommandFailure(error, from: store, to: to)
            }
            try Output.write("copied \(size.value) entries to \(to)\n")
        }
    }
}
