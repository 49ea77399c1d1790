import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification
import Glibc

/// What the auditor trusts and insists on.
struct TrustOptions: ParsableArguments {
    @OptionGroup var root: TrustRoot

    @Option(help: "A C2SP tlog-policy that the checkpoint must satisfy beside the charter's.")
    var policy: String?

    @Option(help: "The oldest acceptable checkpoint, in days by this machine's clock.")
    var maxAge: UInt64?

    @Option(help: "Refuse unless this is proven; the only value is complete.")
    var require: Requirement?

    @Option(help: "The member that must have signed each claim.")
    var signer: String?

    @Option(help: "The predicate type that each claim must have, whole or as a short name.")
    var type: String?

    @Option(help: "A file whose SHA-256 a claim must name as subject or evidence.")
    var artifact: String?

    @Option(help: "A JSON file of disclosures: an array, or an object with \"disclosures\".")
    var disclosures: String?

    @Option(help: "A JSON file of opened samples: an array, or an object with \"openings\".")
    var samples: String?

    enum Requirement: String, ExpressibleByArgument {
        case complete
    }

    /// The trust input; a wrong one is a `badTrustInput` failure.
    func input() throws(CommandFailure) -> TrustInput {
        let trusted = try root.ledger()
        var input = TrustInput(ledger: trusted.ledger)
        input.pin = trusted.pinnedHead
        input.requiresCompleteness = require == .complete
        input.signer = signer.map { Text($0) }
        input.type = type.map { Text($0) }
        input.policy = try policy.map { path throws(CommandFailure) in try readPolicy(path) }
        input.artifact = try artifact.map { path throws(CommandFailure) in
            SHA256.hash(try Self.read(path, limitBytes: Self.artifactLimitBytes))
        }
        if let maxAge {
            let (seconds, overflowed) = maxAge.multipliedReportingOverflow(by: 86_400)
            let now = UInt64(max(0, time(nil)))
            input.notObservedBefore = overflowed || seconds > now ? 0 : now - seconds
            // Clocks of witnesses may differ from this one; by more than a day they are wrong.
            input.notObservedAfter = now + 86_400
        }
        if let disclosures { input.disclosures = try Supplement.disclosures(in: disclosures) }
        if let samples { input.openings = try Supplement.openings(in: samples) }
        return input
    }

    private static let artifactLimitBytes = 1 << 34

    private func readPolicy(_ path: String) throws(CommandFailure) -> TrustPolicy {
        guard let text = Text(validating: try TrustRoot.read(path)) else {
            throw CommandFailure(.badTrustInput, code: "policy-malformed", "\(path): not UTF-8")
        }
        do throws(PolicyError) {
            return try TrustPolicy(text: text)
        } catch {
            throw CommandFailure(
                .badTrustInput, code: "policy-malformed",
                "\(path): " + EscapedText.escape("\(error)"))
        }
    }

    static func read(_ path: String, limitBytes: Int) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            return try InputFile.read(path, limitBytes: limitBytes)
        } catch {
            throw CommandFailure(error)
        }
    }
}
