import ArgumentParser
package import AssayAttestation
import AssayCrypto
import AssayFiles
import AssayVerification

/// The one thing that has to be known beforehand: which ledger is trusted.
package struct TrustRoot: ParsableArguments {
    @Option(help: "The ledger: assay1:HEX, or assay1:HEX@SIZE:ROOT to pin a head.")
    private var trust: String?

    @Option(
        help: "A file with the signed genesis charter; its hash is the trust root and is shown.")
    private var charter: String?

    private static let fileLimitBytes = 1 << 20

    /// Creates the options for the argument parser to fill in.
    package init() {}

    /// Refuses none and two trust roots.
    package func validate() throws {
        guard (trust == nil) != (charter == nil) else {
            throw ValidationError(
                "give the trust root: either --trust assay1:HEX or --charter FILE")
        }
    }

    /// The trusted ledger; a wrong one is a `badTrustInput` failure.
    package func ledger() throws(CommandFailure) -> TrustedLedger {
        if let trust {
            guard let trusted = TrustedLedger(Text(trust)) else {
                throw CommandFailure(
                    .badTrustInput, code: "trust-malformed",
                    "--trust is not assay1: with 64 lower-case hex digits, or that with @SIZE:ROOT")
            }
            return trusted
        }
        let path = charter ?? "-"
        let bytes = try Self.read(path)
        let entry: LogEntry
        do throws(AttestationError) {
            entry = LogEntry(try Envelope(parsing: bytes))
        } catch {
            throw CommandFailure(
                .badTrustInput, code: "charter-malformed",
                "\(path): " + EscapedText.escape("\(error)"))
        }
        do throws(CharterRejection) {
            return TrustedLedger(try LedgerState(genesis: entry).ledger)
        } catch {
            throw CommandFailure(.badTrustInput, code: "charter-invalid", "\(path): \(error)")
        }
    }

    /// The bytes of a file that somebody trusts.
    package static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return try InputFile.read(path, limitBytes: fileLimitBytes)
        } catch {
            throw CommandFailure(.badTrustInput, code: "trust-unreadable", error.description)
        }
    }
}
