import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog

/// Measures reading alone: envelopes and the statements in them, without signatures, on one core.
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Reads envelopes and their statements on one core, without signatures.",
        discussion: "Example: assay-bench read --envelopes envelopes.ndjson")

    @Option(help: "A file with one envelope a line.")
    var envelopes: String

    func run() throws {
        try reporting(as: "assay-bench") { () throws(CommandFailure) in
            let bodies: [[UInt8]]
            do {
                bodies = try InputFile.read(envelopes, limitBytes: 2 << 30)
                    .split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
            } catch {
                throw CommandFailure(.cannot, code: "input", "\(error)")
            }
            let clock = ContinuousClock()
            let start = clock.now
            for body in bodies {
                do {
                    let submission = try CharterRules.read(body)
                    _ = try Statement(parsing: submission.content.payload)
                } catch {
                    throw CommandFailure(.malformed, code: "envelope", "\(error)")
                }
            }
            let seconds = Measure.seconds(clock.now - start)
            try Measure.report([
                "envelopes": .count(UInt64(bodies.count)),
                "readPerSecond": Measure.number(Double(bodies.count) / seconds),
                "ed25519PerSecond": Measure.number(SignatureLoad().rate(count: 10_000)),
            ])
        }
    }
}
