import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayVerification

/// Judges a fraud proof.
struct FraudCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fraud",
        abstract: "Judges a fraud proof: names the guilty key, or says that no fraud is shown.",
        discussion: """
            Example: assay-verify fraud seen.fraud

            The first line is VERIFIED if fraud is shown (exit 0), REJECTED if none is (1), MALFORMED \
            (3) or UNDECIDED (4). A fraud proof needs no trust root: it accuses a key by what that \
            key signed.
            """)

    @Argument(help: "The fraud proof; - reads standard input.")
    var file: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() throws {
        let status = try reporting(as: "assay-verify") { () throws(CommandFailure) in
            let bytes = try TrustOptions.read(file, limitBytes: FraudProof.byteCountMax)
            let outcome = Outcome(bytes)
            try Output.write(
                json
                    ? String(decoding: CompactJSON.serialize(outcome.json), as: UTF8.self) + "\n"
                    : outcome.text)
            return outcome.verdict.exitStatus
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// What became of a fraud proof.
    private enum Outcome {
        case shown(ShownFraud)
        case notShown(FraudRejection)
        case unreadable(AttestationError)

        init(_ bytes: [UInt8]) {
            let proof: FraudProof
            do throws(AttestationError) {
                proof = try FraudProof(parsing: bytes)
            } catch {
                self = .unreadable(error)
                return
            }
            do throws(FraudRejection) {
                self = .shown(try proof.judged())
            } catch {
                self = .notShown(error)
            }
        }

        var verdict: Verdict {
            switch self {
            case .shown: .verified
            case .notShown(let rejection): rejection.verdict
            case .unreadable(.tooLarge): .undecided
            case .unreadable: .malformed
            }
        }

        var text: String {
            switch self {
            case .shown(let fraud):
                """
                \(verdict.rawValue)
                fraud       \(fraud.kind.rawValue): \(fraud.finding)
                guilty      \(EscapedText.escape(fraud.guilty))

                """
            case .notShown(let rejection):
                """
                \(verdict.rawValue)
                fraud       none is shown: \(rejection)
                reason      \(rejection.code)

                """
            case .unreadable(let error):
                """
                \(verdict.rawValue)
                format      failed      \(EscapedText.escape("\(error)"))
                reason      malformed

                """
            }
        }

        var json: JSONValue {
            var object = JSONObject()
            object.append("verdict", .string(verdict.rawValue))
            object.append("exitStatus", .count(UInt64(verdict.exitStatus)))
            switch self {
            case .shown(let fraud):
                object.append("kind", .string(fraud.kind.rawValue))
                object.append("guilty", .string(fraud.guilty))
                object.append("finding", .string(fraud.finding))
                object.append("reason", .null)
            case .notShown(let rejection):
                object.append(
                    "reason",
                    ["code": .string(rejection.code), "detail": .string(rejection.description)])
            case .unreadable(let error):
                object.append(
                    "reason",
                    ["code": "malformed", "detail": .string(EscapedText.escape("\(error)"))])
            }
            return .object(object)
        }
    }
}
