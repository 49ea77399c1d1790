import ArgumentParser
import AssayCommand
import AssayCrypto
import AssayHTTP
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

            The line on standard error that says "listening on URL" means that it is ready. SIGTERM \\
            and SIGINT stop it. The URL is both the submission and the monitoring prefix of C2SP \\
            tlog-witness.
            """)

    /// How log lines look.
    enum LogFormat: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    @Option(help: "The store.")
    var store: String

    @Option(
        name: .customLong("key"), help: "A private key of the witness; once for each that it has.")
    var keys: [String]

    @Option(help: "Where to listen; port 0 takes a free one.")
    var listen = "127.0.0.1:8081"

    @Option(help: "A PEM file with the certificate chain, for HTTPS.")
    var tlsCert: String?

    @Option(help: "A PEM file with the certificate's private key.")
    var tlsKey: String?

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
        guard let name = opened.signers.first?.name, let address = ListenAddress(listen) else {
            throw CommandFailure(.rejected, code: "store-damaged", "\(store): it names no key")
        }
        let signers = try WitnessKeys.read(keys, name: name)
        guard Set(signers.map(\.verifierKey)) == Set(opened.signers) else {
            throw CommandFailure(
                .badTrustInput, code: "store-of-another-witness",
                "\(store): belongs to \(opened.signers.map(\.text.string).joined(separator: ", "))"
                    + "; give the private keys of these, and no others")
        }
        let witness = Witness(store: opened, signers: signers) {
            UInt64(exactly: time(nil)).flatMap { UnixSeconds($0) } ?? .unstated
        }
        let server = WitnessServer(
            WitnessService(witness, logger: logger()), address: address, tls: tls)
        do {
            try await server.runUntilSignalled()
        } catch let error as ServerError {
            // Each case says where or which file.
            throw CommandFailure(.cannot, code: "cannot-listen", "\(error)")
        } catch {
            throw CommandFailure(.cannot, code: "server-failed", "\(error)")
        }
    }

    private var tls: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificateChain: tlsCert, privateKey: tlsKey)
    }

    private func logger() -> Logger {
        var logger = Logger(label: "assay-witness") { label in
            switch logFormat {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler()
            }
        }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return logger
    }
}
