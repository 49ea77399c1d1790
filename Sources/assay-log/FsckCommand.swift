import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayLog
import AssayServing
import AssayStore
import AssayTLog

/// Recomputes everything in a store from the bytes of its entries.
struct FsckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Recomputes a whole store and names the first thing that is wrong.",
        discussion: """
            Example:
              assay-log fsck --store ledger.assay-log

            Checked are every entry's signatures and rights, every leaf hash and tile, the root and \\
            signatures of every checkpoint, the lookups and the database. The store is only read, \\
            and may be in use meanwhile.
            """)

    @Option(help: "The store.")
    var store: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            try await check()
        }
    }

    private func check() async throws(CommandFailure) {
        let reader: SQLiteLogReader
        do {
            reader = try SQLiteLogReader(path: store, view: .snapshot)
        } catch {
            throw CommandFailure(error, store: store)
        }
        let summary: LogCheck<SQLiteLogReader>.Summary
        do {
            var line = ProgressLine("entries checked", of: try await size(of: reader))
            summary = try await LogCheck(reader, stated: reader.ledger).run { line.show($0) }
            try await reader.checkDatabase()
            line.end()
        } catch {
            if json { try Output.write(text(error)) }
            throw CommandFailure(error, store: store)
        }
        try Output.write(text(summary, LedgerID(reader.ledger)))
    }

    private func size(of reader: SQLiteLogReader) async throws(LogFinding) -> UInt64 {
        do {
            return try await reader.treeHead()?.size.value ?? 0
        } catch {
            throw .unreadable(error)
        }
    }

    private func text(_ summary: LogCheck<SQLiteLogReader>.Summary, _ ledger: LedgerID) -> String {
        guard json else {
            return """
                good: \(ledger), \(summary.head.size.value) entries, \(summary.checkpoints) \
                checkpoints, root \(summary.head.root.base64)

                """
        }
        let value: JSONValue = [
            "checkpoints": .count(summary.checkpoints),
            "entries": .count(summary.head.size.value),
            "ledger": .string(ledger.text),
            "result": .string("good"),
            "root": .string(summary.head.root.base64),
        ]
        return String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n"
    }

    private func text(_ finding: LogFinding) -> String {
        let value: JSONValue = [
            "finding": .string(finding.description),
            "result": .string("damaged"),
        ]
        return String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n"
    }
}
