import ArgumentParser
import AssayAttestation
import AssayClient
import AssayCommand
import AssayFiles
import AssayHTTP
import AssayLog
import AssayServing
import AssayStore
import Logging
import ServiceLifecycle

/// Serves a ledger over HTTP until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the ledger: takes submissions, shows the log.",
        discussion: """
            Example:
              assay-log serve --store ledger.assay-log \\
                --key checkpoints.pem --entry-key entries.pem --listen 127.0.0.1:8080

            The line on standard error that says "listening on URL" means that it is ready. SIGTERM \
            and SIGINT stop it: what was accepted is finished first. --config names a JSON file \
            with limits other than the usual ones, for instance {"connections": 200}.

            Witnesses are asked at the addresses in the charter; --witness NAME=URL names another \
            one, for a witness that has moved.
            """)

    @Option(help: "The store.")
    var store: String

    @OptionGroup var keys: LedgerKeyOptions

    @OptionGroup var history: HistoryOptions

    @Option(
        name: .customLong("witness"),
        help: "Where a witness of the charter is, NAME=URL, if not where the charter says.")
    var witnesses: [WitnessArgument] = []

    @Option(help: "Where to listen, HOST:PORT; port 0 takes a free one.")
    var listen = ListenArgument.loopback(port: 8080)

    @OptionGroup var options: ServerOptions

    @Option(help: "A JSON file with limits.")
    var config: String?

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            try await serve()
        }
    }

    private func serve() async throws(CommandFailure) {
        ServerMemory.returnLargeBlocks()
        let limits = try limits()
        let keys = try keys.read()
        let addresses = try WitnessArgument.addresses(witnesses)
        let opened = try await StoreOpening(
            store: store, history: history, key: self.keys.checkpointKeys[0]
        ).open()
        let logger = options.logger(of: "assay-log")
        try await WitnessHTTP.with(addresses: addresses) {
            (network) async throws(CommandFailure) in
            let metrics = LogMetrics()
            let report = CosigningReport(logger: logger, metrics: metrics)
            let ledger: Ledger
            do throws(LedgerOpenFault) {
                ledger = try await Ledger(
                    store: MeasuredStore(opened, metrics), stated: opened.ledger,
                    checkpointKeys: keys.checkpointKeys, entryKey: keys.entryKey,
                    cosigning: Cosigning(
                        network: network, limits: limits.cosigning,
                        clock: ProcessClock(),
                        observe: report.note))
            } catch {
                throw CommandFailure(error, store: store)
            }
            logger.debug("opened", metadata: ["ledger": "\(ledger.id)"])
            do throws(WitnessedFault) {
                try await ledger.compareWithWitnesses()
            } catch {
                throw CommandFailure(error, store: store)
            }
            let server = LogServer(
                LogService(ledger, limits: limits, metrics: metrics, logger: logger),
                address: listen.address, tls: options.tls)
            try await run(server, ledger)
        }
        do {
            try await opened.settle()
        } catch {
            throw CommandFailure(
                .cannot, code: "store-unavailable",
                "\(store): nothing is lost, but the file needs its -wal file beside it: \(error)")
        }
    }

    private func run(_ server: LogServer, _ ledger: Ledger) async throws(CommandFailure) {
        do {
            try await server.runUntilSignalled(
                beside: [LedgerService(ledger: ledger), CosigningService(ledger: ledger)])
        } catch let cause as StopCause {
            throw CommandFailure(
                .cannot, code: "log-stopped",
                "\(store): the log stopped: \(cause); start again, which checks the store")
        } catch {
            throw CommandFailure(serving: error)
        }
    }

    private func limits() throws(CommandFailure) -> HTTPLimits {
        guard let config else { return HTTPLimits() }
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(config, limitBytes: 1 << 20)
        } catch {
            throw CommandFailure(error)
        }
        let json: JSONValue
        do {
            json = try StrictJSON.parse(bytes)
        } catch {
            throw CommandFailure(
                .malformed, code: "configuration-malformed", "\(config): \(error)")
        }
        do {
            return try HTTPLimits(json)
        } catch {
            throw CommandFailure(
                .malformed, code: "configuration-malformed", "\(config): \(error)")
        }
    }
}

/// Keeps the ledger open until the server has stopped, and ends the program when the ledger can
/// take nothing more.
private struct LedgerService: Service {
    let ledger: Ledger

    func run() async throws {
        for await cause in ledger.stops.cancelOnGracefulShutdown() { throw cause }
        await ledger.shutDown()
    }
}

/// Has signed checkpoints cosigned until the server has stopped.
private struct CosigningService: Service {
    let ledger: Ledger

    func run() async throws {
        await cancelWhenGracefulShutdown { await ledger.collectCosignatures() }
    }
}
