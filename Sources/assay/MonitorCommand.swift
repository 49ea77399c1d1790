import ArgumentParser
import AssayClient
import AssayCommand
import AssayCrypto
import AssayMonitor

/// Follows a log.
struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "Follows a log: verifies what is new, and tells what its members should know.",
        discussion: """
            Example:
              assay monitor --log https://ledger.example --trust assay1:HEX --member northland \
            --state northland.monitor --exec 'mail -s ledger me@northland.example'

            Each alert is one JSON object on a line of standard output: "alert" is member-entry, \
            log-finding, stale-checkpoint, log-behind-witness or heads-conflict; "detail" says it \
            in words; "index", "leafHash", "member", "type", "code", "witness" and "fraud" (files \
            with proofs) are null or empty where they do not apply. The place in the log is kept \
            after its alerts have arrived, so that one may come twice and none is lost.

            With --once the exit status is 1 if an alert says that something is wrong.
            """)

    @Option(help: "The address of the log, or of its published files.")
    var log: String

    @OptionGroup var root: TrustRoot

    @Option(
        name: .customLong("member"),
        help: "A member whose entries are told; once for each. Without it all entries are.")
    var members: [String] = []

    @Flag(help: "Look once at what is there.")
    var once = false

    @Option(help: "A file that keeps the place in the log.")
    var state: String?

    @Option(help: "How long to wait between looks, such as 30s, 15m or 1h.")
    var interval = Period.seconds(30)

    @Option(help: "From which age a checkpoint is stale, such as 90s, 6h or 2d.")
    var maxAge: Period?

    @Option(help: "A command of the shell that gets each alert on its standard input.")
    var exec: String?

    @Option(help: "An address to which each alert is posted.")
    var webhook: String?

    @Option(
        name: .customLong("witness"),
        help: """
            NAME=URL: where a witness of the charter shows its heads; once for each. Without it \
            the charter's own address is used.
            """)
    var witnesses: [String] = []

    @Option(help: "The folder for fraud proofs.")
    var evidence = "."

    func run() async throws {
        let run = try await Assay.run { () async throws(CommandFailure) in try prepared() }
        let isWrong = try await Assay.run { () async throws(CommandFailure) in
            try await Interruption.watched { () async throws(CommandFailure) in
                try await run.follow()
            }
        }
        if isWrong { throw ExitCode(ExitStatus.rejected.rawValue) }
    }

    private func prepared() throws(CommandFailure) -> MonitorRun {
        let trust = try root.ledger()
        var addresses: [Text: LogURL] = [:]
        for witness in witnesses {
            let halves = witness.split(separator: "=", maxSplits: 1).map { Text(String($0)) }
            guard halves.count == 2, let url = LogURL(halves[1]) else {
                throw CommandFailure(
                    .usage, code: "url-malformed", "\"\(witness)\" is not NAME=URL")
            }
            addresses[halves[0]] = url
        }
        let delivery = AlertDelivery(
            command: exec,
            webhook: try webhook.map { text throws(CommandFailure) in
                try LedgerService(text).url
            })
        return MonitorRun(
            log: try LedgerService(log).url, trust: trust,
            members: members.isEmpty ? nil : Set(members.map { Text($0) }), once: once,
            state: state, interval: interval.seconds, ageMax: maxAge?.seconds,
            addresses: addresses, delivery: delivery, fraud: FraudFiles(folder: evidence))
    }
}
