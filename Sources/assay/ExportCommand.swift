import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// Writes parts of a bundle for other people's tools.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a claim of a bundle as a tlog-proof, envelope, statement or entry.",
        discussion: """
            Example: assay export run.assay --tlog-proof -o run.tlog-proof

            The bundle is not verified: assay-verify does that.
            """)

    @Argument(help: "The bundle; - reads standard input.")
    var bundle: String

    @Flag(help: "What to write.")
    var form: Form

    @Option(help: "Which claim, by its index; needed when there are several.")
    var index: UInt64?

    @Option(name: .shortAndLong, help: "Where it goes; standard output without it.")
    var output: String?

    enum Form: String, EnumerableFlag {
        case tlogProof, envelope, statement, entry, checkpoint

        static func help(for form: Form) -> ArgumentHelp? {
            switch form {
            case .tlogProof: "A C2SP tlog-proof of the claim's entry."
            case .envelope: "The claim's DSSE envelope."
            case .statement: "The claim's in-toto statement, the bytes that were signed."
            case .entry: "The claim's logged bytes, the leaf of the tlog-proof."
            case .checkpoint: "The bundle's checkpoint."
            }
        }
    }

    func run() throws {
        try Assay.run { () throws(CommandFailure) in
            let bytes = try Files.read(self.bundle, limitBytes: Bundle.byteCountMax)
            let bundle: Bundle
            do throws(AttestationError) {
                bundle = try Bundle(parsing: bytes)
            } catch {
                throw CommandFailure(self.bundle, error)
            }
            let exported = try export(bundle)
            if let output {
                try Files.write(exported, to: output)
            } else {
                try Output.write(exported)
            }
        }
    }

    private func export(_ bundle: Bundle) throws(CommandFailure) -> [UInt8] {
        switch form {
        case .checkpoint: return bundle.checkpoint
        case .entry, .envelope: return try claim(of: bundle).entry
        case .statement:
            let claim = try claim(of: bundle)
            do throws(AttestationError) {
                return try Envelope(canonicalEntry: claim.entry).payload
            } catch {
                throw CommandFailure(self.bundle, error)
            }
        case .tlogProof:
            let claim = try claim(of: bundle)
            do throws(TLogProofError) {
                return try TLogProof(
                    index: claim.index, inclusion: claim.proof, checkpoint: bundle.checkpoint
                ).bytes
            } catch {
                throw CommandFailure(.malformed, code: "malformed", "\(self.bundle): \(error)")
            }
        }
    }

    /// The claim that was asked for; in a bundle that proves a charter alone, the charter.
    private func claim(of bundle: Bundle) throws(CommandFailure) -> Bundle.Entry {
        let claims = bundle.entries.filter { $0.role == .claim }
        let candidates = claims.isEmpty ? bundle.entries : claims
        if let index {
            guard let entry = bundle.entries.first(where: { $0.index.value == index }) else {
                throw CommandFailure(
                    .rejected, code: "no-claim", "\(self.bundle): there is no entry \(index)")
            }
            return entry
        }
        guard candidates.count == 1 else {
            let indexes = candidates.map { String($0.index.value) }.joined(separator: ", ")
            throw CommandFailure(
                .usage, code: "usage",
                "\(self.bundle): several claims, give --index with one of \(indexes)")
        }
        return candidates[0]
    }
}
