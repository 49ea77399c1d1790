import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog
import AssayStore

/// Measures a whole ledger in process: envelopes parsed, signatures and rights checked, durable.
struct AdmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Submits envelopes to a ledger in process, beside the Ed25519 limit.",
        discussion: """
            Example: assay-bench admit --store ledger.assay-log --key checkpoint.pem \\
              --entry-key entry.pem --envelopes envelopes.ndjson --callers 256
            """)

    @Option(help: "The store.")
    var store: String

    @Option(help: "The checkpoint key.")
    var key: String

    @Option(help: "The entry key.")
    var entryKey: String

    @Option(help: "A file with one envelope a line.")
    var envelopes: String

    @Option(help: "How many callers wait for their receipts at once.")
    var callers = 256

    func run() async throws {
        try await reporting(as: "assay-bench") { () async throws(CommandFailure) in
            let bodies: [[UInt8]]
            let ledger: Ledger
            do {
                bodies = try InputFile.read(envelopes, limitBytes: 2 << 30)
                    .split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
                let opened = try SQLiteLogStore(path: store)
                ledger = try await Ledger(
                    store: opened, stated: opened.ledger,
                    checkpointKeys: [KeyFile.readPrivate(key)],
                    entryKey: KeyFile.readPrivate(entryKey))
            } catch {
                throw CommandFailure(.cannot, code: "ledger", "\(error)")
            }
            let limit = await SignatureLoad().rateOnAllProcessors(count: 20_000)
            let clock = ContinuousClock()
            let start = clock.now
            let refusals = await withTaskGroup(of: Refusal?.self) { group in
                for caller in 0..<callers {
                    group.addTask {
                        do throws(Refusal) {
                            for number in stride(from: caller, to: bodies.count, by: callers) {
                                _ = try await ledger.submit(bodies[number], wait: .signed)
                            }
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            let seconds = Measure.seconds(clock.now - start)
            if let refusal = refusals.first {
                throw CommandFailure(.rejected, code: "refused", "\(refusal)")
            }
            try Measure.report([
                "callers": .count(UInt64(callers)),
                "envelopes": .count(UInt64(bodies.count)),
                "admittedPerSecond": Measure.number(Double(bodies.count) / seconds),
                "ed25519AllPerSecond": Measure.number(limit),
                "peakMemoryBytes": .count(Measure.peakMemoryBytes),
            ])
        }
    }
}
