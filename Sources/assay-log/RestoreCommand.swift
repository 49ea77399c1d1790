import ArgumentParser
import AssayCommand
import AssayCrypto
import AssayLog
import AssayServing
import AssayStore
import AssayTLog

/// Makes a store from a backup.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a store from a backup, after recomputing all of it.",
        discussion: """
            Example:
              assay-log restore --from ledger-monday.assay-backup --store ledger.assay-log
              assay-log serve --store ledger.assay-log --published /srv/ledger \\
                --key checkpoints.pem --entry-key entries.pem

            A backup lacks what was signed after it was made, and a log that goes on from there \\
            signs a second history. So the restored store is not served until it has been compared \\
            with the newest published checkpoint: "serve --published" fetches what is missing. \\
            Entries that were acknowledged and are published nowhere are lost; if this machine \\
            still knows that it signed more, it goes on refusing.
            """)

    @Option(help: "The backup.")
    var from: String

    @Option(help: "The store to make; it must not exist.")
    var store: String

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            let head: TreeHead
            do throws(StoreCopyFault) {
                head = try await SQLiteLogStore.copy(from, to: store) {
                    (reader) async throws(LogFinding) in
                    let summary = try await LogCheck(reader, stated: reader.ledger).run()
                    try await reader.checkDatabase()
                    return summary.head
                }
            } catch {
                throw CommandFailure(error, from: from, to: store)
            }
            try Output.write(
                """
                restored \(head.size.value) entries, root \(head.root.base64); serve it with \
                --published

                """)
        }
    }
}
