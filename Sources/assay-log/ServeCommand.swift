import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayFiles
import AssayHTTP
import AssayLog
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
            """)

    /// How log lines look.
    enum LogFormat: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @Option(help: "The store.")
    var store: String

    @OptionGroup var keys: LedgerKeyOptions

    @OptionGroup var history: HistoryOptions

    @Option(help: "Where to listen; port 0 takes a free one.")
    var listen = "127.0.0.1:8080"

    @Option(help: "A PEM file with the certificate chain, for HTTPS.")
    var tlsCert: String?

    @Option(help: "A PEM file with the certificate's private key.")
    var tlsKey: String?

    @Option(help: "A JSON file with limits.")
    var config: String?

    @Option(help: "Log lines as text or as JSON.")
    var logFormat = LogFormat.text

    @Option(help: "The least level that is logged: debug, info, notice, warning or error.")
    var logLevel = "info"

    func validate() throws {
        guard ListenAddress(listen) != nil else {
            throw ValidationError("--listen must be HOST:PORT, not \(listen)")
        }
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level must be debug, info, notice, warning or error")
        }
    }

    func run() async throws {
        try await reporting(as: "assay-log") { () async throws(CommandFailure) in
            try await serve()
        }
    }

    private func serve() async throws(CommandFailure) {
        let limits = try limits()
        let keys = try keys.read()
        let metrics = LogMetrics()
        let opened = try await StoreOpening(
            store: store, history: history, key: self.keys.checkpointKeys[0]
        ).open()
        let ledger: Ledger
        do {
            ledger = try await Ledger(
                store: MeasuredStore(opened, metrics), stated: opened.ledger,
                checkpointKeys: keys.checkpointKeys,
                entryKey: keys.entryKey)
        } catch {
            throw CommandFailure(error, store: store)
        }
        let logger = logger()
        logger.debug("opened", metadata: ["ledger": "\(ledger.id)"])
        guard let address = ListenAddress(listen) else {
            preconditionFailure("the address was checked with the arguments")
        }
        let server = LogServer(
            LogService(ledger, limits: limits, metrics: metrics, logger: logger),
            address: address, tls: tls)
        do {
            try await server.runUntilSignalled(beside: [LedgerService(ledger: ledger)])
        } catch let error as ServerError {
            // Each case says where or which file.
            throw CommandFailure(.cannot, code: "cannot-listen", "\(error)")
        } catch let cause as StopCause {
            throw CommandFailure(
                .cannot, code: "log-stopped",
                "\(store): the log stopped: \(cause); start again, which checks the store")
        } catch {
            throw CommandFailure(.cannot, code: "server-failed", "\(error)")
        }
        do {
            try await opened.settle()
        } catch {
            throw CommandFailure(
                .cannot, code: "store-unavailable",
                "\(store): nothing is lost, but the file needs its -wal file beside it: \(error)")
        }
    }

    private var tls: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificateChain: tlsCert, privateKey: tlsKey)
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

    private func logger() -> Logger {
        var logger = Logger(label: "assay-log") { label in
            switch logFormat {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler()
            }
        }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return logger
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
