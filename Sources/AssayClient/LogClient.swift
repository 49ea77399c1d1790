package import AssayAttestation
import AssayCrypto
package import AssayTLog
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Speaks to one log service (service.md).
///
/// Nothing that it returns is believed: bundles and tiles are bytes for a verifier.
package struct LogClient: Sendable {
    let exchange: HTTPExchange
    private let limits: ClientLimits

    /// Where the log is served.
    package var url: LogURL { exchange.url }

    /// Runs `body` with a client for the log at `url`, and closes its connections afterwards.
    package static func with<Result: Sendable>(
        _ url: LogURL, limits: ClientLimits = ClientLimits(),
        _ body: (LogClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connectTimeout)),
            decompression: .enabled(limit: .size(limits.answerBytesMax)))
        configuration.httpVersion = .http1Only
        // A refused connection is reported at once and tried again here, with everything else.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let client = LogClient(
            exchange: HTTPExchange(
                url: url, limits: limits, http: http, clock: ContinuousClock()),
            limits: limits)
        let result: Result
        do {
            result = try await body(client)
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
        return result
    }

    /// The same client for what is served elsewhere.
    package func speaking(to url: LogURL) -> LogClient {
        LogClient(
            exchange: HTTPExchange(
                url: url, limits: exchange.limits, http: exchange.http, clock: exchange.clock),
            limits: limits)
    }

    /// Submits an envelope, and waits for the log's signature or for the witnesses'; where `wait`
    /// is `nil` the charter decides.
    package func submit(
        _ envelope: [UInt8], wait: SubmissionWait? = nil
    ) async throws(ClientError) -> SubmissionReceipt {
        let answer = try await exchange.answer(
            LogRequest(
                method: .POST, path: "/entries" + query(wait), body: envelope,
                contentType: "application/json", answerBytesMax: limits.answerBytesMax))
        guard let receipt = SubmissionReceipt(try answer.json(), isNew: answer.status == 201),
            receipt.bundle != nil
        else { throw .notUnderstood(.body) }
        return receipt
    }

    /// Submits envelopes, each on one line; the answers are in the same order.
    ///
    /// - Throws: `notUnderstood` if there is not one answer for each envelope.
    package func submit(
        batch envelopes: [[UInt8]], wait: SubmissionWait? = nil
    ) async throws(ClientError) -> [Result<SubmissionReceipt, LogRefusal>] {
        let answer = try await exchange.answer(
            LogRequest(
                method: .POST, path: "/entries/batch" + query(wait),
                body: Array(envelopes.joined(separator: [0x0a])) + [0x0a],
                contentType: "application/x-ndjson",
                answerBytesMax: limits.batchAnswerBytesMax))
        let lines = answer.body.split(separator: 0x0a)
        guard lines.count == envelopes.count else { throw .notUnderstood(.body) }
        var results: [Result<SubmissionReceipt, LogRefusal>] = []
        for line in lines {
            let json = try LogAnswer(status: answer.status, body: Array(line)).json()
            if let refusal = LogRefusal(json, status: answer.status, retryAfter: nil) {
                results.append(.failure(refusal))
            } else if let isNew = json["new"]?.bool,
                let receipt = SubmissionReceipt(json, isNew: isNew)
            {
                results.append(.success(receipt))
            } else {
                throw .notUnderstood(.body)
            }
        }
        return results
    }

    /// The latest published checkpoint, a signed note.
    package func checkpoint() async throws(ClientError) -> [UInt8] {
        try await bytes("/checkpoint", limits.checkpointBytesMax)
    }

    /// A tile of hashes or an entry bundle.
    package func tile(_ coordinate: TileCoordinate) async throws(ClientError) -> [UInt8] {
        try await bytes("/" + coordinate.path, limits.answerBytesMax)
    }

    /// What the log says about an entry.
    package func entry(_ name: EntryName) async throws(ClientError) -> JSONValue {
        try await json("/entries/\(name.segment)")
    }

    /// The bundle of an entry; a complete one also proves what refers to it.
    package func bundle(
        _ name: EntryName, complete: Bool = false
    ) async throws(ClientError) -> [UInt8] {
        let query = complete ? "?complete=true" : ""
        return try await bytes("/entries/\(name.segment)/bundle" + query, limits.answerBytesMax)
    }

    /// The charter in force, decoded.
    package func charter() async throws(ClientError) -> JSONValue { try await json("/charter") }

    /// The bundle that proves the charter's chain.
    package func charterBundle() async throws(ClientError) -> [UInt8] {
        try await bytes("/charter/bundle", limits.answerBytesMax)
    }

    private func query(_ wait: SubmissionWait?) -> String {
        wait.map { "?wait=\($0.rawValue)" } ?? ""
    }

    private func bytes(_ path: String, _ limit: Int) async throws(ClientError) -> [UInt8] {
        try await exchange.answer(LogRequest(path: path, answerBytesMax: limit)).body
    }

    private func json(_ path: String) async throws(ClientError) -> JSONValue {
        try await exchange.answer(
            LogRequest(path: path, answerBytesMax: limits.answerBytesMax)
        ).json()
    }
}
