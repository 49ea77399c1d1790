import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// Submitting one envelope and keeping its bundle, which is verified before it is written.
struct Submission {
    let service: LedgerService
    let trust: TrustInput

    /// What came of a submission.
    struct Outcome {
        let receipt: SubmissionReceipt
        let report: Report
        let bundlePath: String

        /// The outcome as JSON.
        var json: JSONValue {
            [
                "index": .count(receipt.index.value),
                "leafHash": .string(receipt.leafHash.hex),
                "treeSize": .count(receipt.treeSize.value),
                "new": .bool(receipt.isNew),
                "ledger": .string(report.ledger.text),
                "verdict": .string(report.verdict.rawValue),
                "bundle": .string(bundlePath),
            ]
        }

        /// The outcome for people.
        var text: String {
            let before = receipt.isNew ? "" : ", which was there before"
            let size = report.head?.size.value ?? 0
            return """
                logged        entry \(receipt.index.value)\(before), tree of \(size), \
                \(report.verdict.rawValue)
                wrote         \(bundlePath)   (give this file to anyone)

                """
        }
    }

    /// Submits `envelope`, verifies the answer, and writes the bundle to `path`.
    func submit(
        _ envelope: Envelope, bundlePath path: String
    ) async throws(CommandFailure) -> Outcome {
        let bytes = envelope.canonicalEntry
        let receipt = try await service.ask { client in try await client.submit(bytes) }
        guard let bundle = receipt.bundle else {
            throw CommandFailure(
                .cannot, code: "not-understood", "\(service.url): an answer without bundle")
        }
        let report = try service.verified(bundle, trust: trust)
        guard let claim = report.claims.first(where: { $0.index == receipt.index }),
            claim.statement.payload == envelope.payload
        else {
            throw CommandFailure(
                .rejected, code: "wrong-entry",
                "the bundle from \(service.url) is about another statement")
        }
        try Files.write(bundle, to: path)
        return Outcome(receipt: receipt, report: report, bundlePath: path)
    }
}
