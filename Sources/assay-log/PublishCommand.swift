import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayLog
import AssayServing
import AssayStore
import AssayTLog
import Logging
import ServiceLifecycle
import UnixSignals

/// Writes the static files of a log into a folder.
struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Writes the log as static files that any web server can serve.",
        discussion: """
            Example:
              assay-log publish --store ledger.assay-log --to /srv/ledger

            The folder gets the files of C2SP tlog-tiles: checkpoint, and tile/ with hashes and \\
            entries. Run again, it goes on where it was; what is there already is left.
            """)

    @Option(help: "The store; it may be in use.")
    var store: String

    @Option(help: "The folder; it is made if its parent exists.")
    var to: String

    @Flag(help: "Go on until SIGTERM or SIGINT, looking for a new checkpoint once a second.")
    var follow = false

    @Flag(help: "Print one JSON value instead of text, after the first round.")
    var json = false

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            try Output.write(text(try await round(shows: true)))
        }
        guard follow else { return }
        let service = FollowService { try await round(shows: false) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "assay-log")))
        do {
            try await group.run()
        } catch let failure as CommandFailure {
            try reporting(as: "assay-log") { () throws(CommandFailure) in throw failure }
        }
    }

    /// Publishes the newest checkpoint.
    private func round(shows: Bool) async throws(CommandFailure) -> PublishedFolder.Round {
        let reader: SQLiteLogReader
        do {
            reader = try SQLiteLogReader(path: store, view: .snapshot)
        } catch {
            throw CommandFailure(error, store: store)
        }
        do {
            var line: ProgressLine?
            let round = try await PublishedFolder(path: to).publish(from: reader) { done, all in
                guard shows else { return }
                if line == nil { line = ProgressLine("files", of: UInt64(all)) }
                line?.show(UInt64(done))
            }
            line?.end()
            return round
        } catch {
            throw CommandFailure(error, store: store)
        }
    }

    private func text(_ round: PublishedFolder.Round) -> String {
        guard json else {
            return "published size \(round.size.value), \(round.filesWritten) files written\n"
        }
        let value: JSONValue = [
            "filesWritten": .count(UInt64(round.filesWritten)),
            "size": .count(round.size.value),
        ]
        return String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n"
    }
}

/// Publishes once a second until the graceful stop.
private struct FollowService: Service {
    let publish: @Sendable () async throws -> PublishedFolder.Round

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: .seconds(1))
                } catch is CancellationError {
                    return
                }
                _ = try await publish()
            }
        }
    }
}
