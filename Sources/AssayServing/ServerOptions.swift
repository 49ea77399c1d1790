import ArgumentParser
package import AssayHTTP
package import Logging

/// The options that every serving program has: HTTPS files, and how it logs.
package struct ServerOptions: ParsableArguments {
    /// How log lines look.
    package enum LogFormat: String, CaseIterable, Sendable, ExpressibleByArgument {
        /// For people.
        case text
        /// One JSON object on each line.
        case json
    }

    @Option(help: "A PEM file with the certificate chain, for HTTPS.")
    private var tlsCert: String?

    @Option(help: "A PEM file with the certificate's private key.")
    private var tlsKey: String?

    @Option(help: "Log lines as text or as JSON.")
    private var logFormat = LogFormat.text

    @Option(help: "The least level that is logged: debug, info, notice, warning or error.")
    private var logLevel = "info"

    /// Creates the options for the argument parser to fill in.
    package init() {}

    /// Refuses half a pair of files and levels that do not exist.
    package func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level must be debug, info, notice, warning or error")
        }
    }

    /// The files for HTTPS, if they were given.
    package var tls: TLSFiles? {
        guard let tlsCert, let tlsKey else { return nil }
        return TLSFiles(certificateChain: tlsCert, privateKey: tlsKey)
    }

    /// The logger of a program, to standard error.
    package func logger(of program: String) -> Logger {
        var logger = Logger(label: program) { label in
            switch logFormat {
            case .text: TextLogHandler(label: label)
            case .json: JSONLogHandler()
            }
        }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        return logger
    }
}

/// Where to listen, as an argument: `HOST:PORT`.
package struct ListenArgument: ExpressibleByArgument, Sendable {
    /// The address.
    package let address: ListenAddress
    private let text: String

    /// Creates the argument; `nil` for another form.
    package init?(argument: String) {
        guard let address = ListenAddress(argument) else { return nil }
        self.address = address
        text = argument
    }

    /// The loopback address with this port.
    package static func loopback(port: Int) -> ListenArgument {
        guard let argument = ListenArgument(argument: "127.0.0.1:\(port)") else {
            preconditionFailure("the loopback address is an address")
        }
        return argument
    }

    /// The address as it is written.
    package var defaultValueDescription: String { text }
}
