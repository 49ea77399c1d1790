import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayVerification

/// Measures bundle verification in one process beside raw signature verification in the same run.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Measures bundle verification beside raw Ed25519 verification.",
        discussion: "Example: assay-bench verify --trust assay1:HEX bundles/*.assay")

    @Argument(help: "Bundles to verify, read before the clock starts.")
    var bundles: [String]

    @Option(help: "The ledger's identity.")
    var trust: String

    @Option(help: "How often everything is measured; the median counts.")
    var rounds = 5

    func run() throws {
        try reporting(as: "assay-bench") { () throws(CommandFailure) in
            guard let ledger = LedgerID(Text(trust)), rounds > 0 else {
                throw CommandFailure(.usage, code: "usage", "--trust assay1:HEX, --rounds above 0")
            }
            var files: [[UInt8]] = []
            for path in bundles {
                do throws(FileError) {
                    files.append(try InputFile.read(path, limitBytes: Bundle.byteCountMax))
                } catch {
                    throw CommandFailure(error)
                }
            }
            var bundleRates: [Double] = []
            var signatureRates: [Double] = []
            for _ in 0..<rounds {
                bundleRates.append(try Self.bundleRate(files, ledger))
                signatureRates.append(SignatureLoad().rate(count: 4000))
            }
            let bundleRate = Measure.median(bundleRates)
            let limit = Measure.median(signatureRates)
            try Measure.report([
                "bundles": JSONValue.count(UInt64(files.count)),
                "bundlesPerSecond": Measure.number(bundleRate),
                "ed25519PerSecond": Measure.number(limit),
            ])
        }
    }

    /// Bundles a second, one verifier over all of them.
    private static func bundleRate(
        _ files: [[UInt8]], _ ledger: LedgerID
    ) throws(CommandFailure) -> Double {
        var verifier = BundleVerifier(trust: TrustInput(ledger: ledger))
        let clock = ContinuousClock()
        let start = clock.now
        for file in files {
            let report = verifier.report(on: file)
            guard report.rejection == nil else {
                throw CommandFailure(.rejected, code: "rejected", report.text)
            }
        }
        return Double(files.count) / Measure.seconds(clock.now - start)
    }
}
