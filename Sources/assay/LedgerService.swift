import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// A running log service, spoken to by the commands.
struct LedgerService {
    let url: LogURL

    init(_ text: String) throws(CommandFailure) {
        guard let url = LogURL(Text(text)) else {
            throw CommandFailure(
                .usage, code: "url-malformed",
                "\"\(text)\" is not an address such as https://ledger.example")
        }
        self.url = url
    }

    /// Asks the service something; what goes wrong becomes a failure of the command.
    func ask<Answer: Sendable>(
        _ question: (LogClient) async throws -> Answer
    ) async throws(CommandFailure) -> Answer {
        do {
            return try await LogClient.with(url, question)
        } catch let error as ClientError {
            throw CommandFailure(url, error)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.cannot, code: "network", "\(url): \(error)")
        }
    }

    /// The identity that the service says it has, shown by the bundle of its charter.
    func identity() async throws(CommandFailure) -> LedgerID {
        let bytes = try await ask { client in try await client.charterBundle() }
        let stated: LedgerID
        do throws(AttestationError) {
            stated = try Bundle(parsing: bytes).ledger
        } catch {
            throw CommandFailure("the charter bundle of \(url)", error)
        }
        _ = try verified(bytes, trust: TrustInput(ledger: stated))
        return stated
    }

    /// The report on a bundle from the service, which must be verified.
    func verified(_ bytes: [UInt8], trust: TrustInput) throws(CommandFailure) -> Report {
        var verifier = BundleVerifier(trust: trust)
        let report = verifier.report(on: bytes)
        guard let rejection = report.rejection else { return report }
        throw CommandFailure(
            rejection.verdict == .undecided ? .cannot : .rejected, code: rejection.code,
            "the bundle from \(url) is not good: \(rejection)")
    }
}

extension CommandFailure {
    /// The same failure, with what it is about in front.
    func about(_ subject: String) -> CommandFailure {
        CommandFailure(status, code: code, "\(subject): \(message)")
    }

    /// What a log service answered, or why it did not.
    init(_ url: LogURL, _ error: ClientError) {
        switch error {
        case .transport:
            self.init(.cannot, code: "network", "\(url): \(EscapedText.escape("\(error)"))")
        case .refused(let refusal):
            let isTemporary = refusal.status == 429 || refusal.status >= 500
            self.init(
                isTemporary ? .cannot : .rejected, code: refusal.code.rawValue,
                "\(url) refused: \(EscapedText.escape(refusal.detail))"
                    + (refusal.index.map { "; the entry is durable at index \($0.value)" } ?? ""))
        case .notUnderstood:
            self.init(.cannot, code: "not-understood", "\(url): \(EscapedText.escape("\(error)"))")
        }
    }
}
