import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification

/// Measures parts of Assay in one process, each beside the limit of the machine in the same run.
@main
struct AssayBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-bench",
        abstract: "Measures bundle verification beside raw Ed25519 verification.",
        discussion: "Example: assay-bench --trust assay1:HEX bundles/*.assay",
        version: AssayVersion.text)

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
                signatureRates.append(try Self.signatureRate())
            }
            let bundleRate = Self.median(bundleRates)
            let limit = Self.median(signatureRates)
            try Output.write(
                """
                {"bundles":\(files.count),"bundlesPerSecond":\(Int(bundleRate)),\
                "ed25519PerSecond":\(Int(limit)),"ratio":\(Int(bundleRate / limit * 100))}

                """)
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
        return Double(files.count) / seconds(clock.now - start)
    }

    /// Ed25519 verifications a second of messages of 1 KiB, the machine's limit for one core.
    private static func signatureRate() throws(CommandFailure) -> Double {
        let count = 4000
        let message = [UInt8](repeating: 7, count: 1024)
        let seed = SHA256.hash([1]).bytes
        let publicKey = Ed25519.publicKey(seed: seed)
        let signature = Ed25519.sign(message, seed: seed)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            do throws(SignatureError) {
                try Ed25519.verify(signature, over: message, publicKey: publicKey)
            } catch {
                throw CommandFailure(.cannot, code: "signature", "\(error)")
            }
        }
        return Double(count) / seconds(clock.now - start)
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }
}
