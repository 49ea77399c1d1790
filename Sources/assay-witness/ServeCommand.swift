import ArgumentParser
import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayHTTP
import AssayServing
import AssayStore
import AssayTLog
import AssayWitness
import Glibc
import Logging

/// Serves the witness over HTTP until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the witness: takes checkpoints, gives cosignatures.",
        discussion: """
            Example:
              assay-witness serve --store w1.assay-witness --key w1.pem --listen 127.0.0.1:8081

            The line on standard error that says "listening on URL" means that it is ready. SIGTERM \
            and SIGINT stop it. The URL is both the submission and the monitoring prefix of C2SP \
            tlog-witness. Logs that were added with --full are replayed into the folder \
            STORE.mirror before their checkpoints are cosigned, and shown under /ORIGIN-HASH/.
            """)

    @Option(help: "The store.")
    var store: String

    @Option(
        name: .customLong("key"), help: "A private key of the witness; once for each that it has.")
    var keys: [String]

    @Option(help: "Where to listen, HOST:PORT; port 0 takes a free one.")
    var listen = ListenArgument.loopback(port: 8081)

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await reporting(as: "assay-witness") { () async throws(CommandFailure) in
            try await serve()
        }
    }

    private func serve() async throws(CommandFailure) {
        let opened: SQLiteTreeHeadStore
        do {
            opened = try SQLiteTreeHeadStore(path: store)
        } catch {
            throw CommandFailure(error, store: store)
        }
        guard let name = opened.signers.first?.name else {
            throw CommandFailure(.rejected, code: "store-damaged", "\(store): it names no key")
        }
        let signers = try WitnessKeys.read(keys, name: name)
        guard Set(signers.map(\.verifierKey)) == Set(opened.signers) else {
            throw CommandFailure(
                .badTrustInput, code: "store-of-another-witness",
                "\(store): belongs to \(opened.signers.map(\.text.string).joined(separator: ", "))"
                    + "; give the private keys of these, and no others")
        }
        let replayed: [WitnessedLog]
        do {
            replayed = try await opened.replayedLogs()
        } catch {
            throw CommandFailure(error, store: store)
        }
        guard let first = replayed.first?.replay.flatMap({ LogURL($0.url) }) else {
            return try await serve(opened, signers, nil)
        }
        do {
            try await LogClient.with(first, limits: Self.limits) { client in
                try await serve(opened, signers, try mirrors(of: replayed, client))
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(serving: error)
        }
    }

    /// A log that does not answer is asked again with its next checkpoint.
    private static var limits: ClientLimits {
        var limits = ClientLimits()
        limits.exchangeTimeout = .seconds(20)
        limits.attemptsMax = 2
        return limits
    }

    private func mirrors(
        of logs: [WitnessedLog], _ client: LogClient
    ) throws(CommandFailure) -> MirroredLogs {
        var mirrors: [MirroredLog] = []
        for log in logs {
            guard let replay = log.replay, let url = LogURL(replay.url) else {
                throw CommandFailure(
                    .rejected, code: "store-damaged", "\(store): \(log.origin) has no address")
            }
            do throws(ReplayStateFault) {
                mirrors.append(
                    try MirroredLog(
                        log, ledger: replay.ledger, below: store + ".mirror",
                        client: client.speaking(to: url)))
            } catch {
                throw CommandFailure(.cannot, code: "mirror-unusable", "\(error)")
            }
        }
        return MirroredLogs(logs: mirrors)
    }

    private func serve(
        _ opened: SQLiteTreeHeadStore, _ signers: [SignerKey], _ mirrors: MirroredLogs?
    ) async throws(CommandFailure) {
        ServerMemory.returnLargeBlocks()
        let witness = Witness(store: opened, signers: signers, replayer: mirrors) {
            UInt64(exactly: time(nil)).flatMap { UnixSeconds($0) } ?? .unstated
        }
        let server = WitnessServer(
            WitnessService(
                witness, mirror: mirrors, logger: options.logger(of: "assay-witness")),
            address: listen.address, tls: options.tls)
        do {
            try await server.runUntilSignalled(beside: mirrors.map { [$0] } ?? [])
        } catch {
            throw CommandFailure(serving: error)
        }
    }
}
