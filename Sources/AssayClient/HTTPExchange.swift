import AssayAttestation
import AssayCrypto
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// One request to a log.
struct LogRequest: Sendable {
    var method: HTTPMethod = .GET
    let path: String
    var body: [UInt8]?
    var contentType: String?
    var answerBytesMax: Int
}

/// A status and a body, read whole within their bound.
struct LogAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// The body as strict JSON.
    func json() throws(ClientError) -> JSONValue {
        do {
            return try StrictJSON.parse(body)
        } catch {
            throw .notUnderstood(.body)
        }
    }
}

/// Sends requests to one log: bounded in size and time, again with growing pauses where sending
/// again is safe, which it is for every route (the same submission again gives the same entry).
struct HTTPExchange: Sendable {
    let url: LogURL
    let limits: ClientLimits
    let http: HTTPClient
    let clock: ContinuousClock

    /// The answer to `request` with status 200 or 201.
    ///
    /// - Throws: the last attempt's error.
    func answer(_ request: LogRequest) async throws(ClientError) -> LogAnswer {
        var pause = limits.firstPause
        var attempt = 1
        while true {
            let failure: ClientError
            do {
                return try await once(request)
            } catch {
                failure = error
            }
            guard attempt < limits.attemptsMax, failure.mayPass,
                let wait = wait(after: failure, usual: pause)
            else { throw failure }
            do {
                try await clock.sleep(for: wait)
            } catch {
                throw .transport(.cancelled)
            }
            attempt += 1
            pause = min(pause * 2, limits.pauseMax)
        }
    }

    /// How long to wait after `failure`; `nil` if the server asks for more than is waited for, or
    /// the entry is on record already, so that asking again brings nothing.
    private func wait(after failure: ClientError, usual: Duration) -> Duration? {
        guard case .refused(let refusal) = failure else { return usual }
        guard refusal.code != .noQuorum, refusal.code != .internalFault else { return nil }
        let wish = Duration.seconds(refusal.retryAfterSeconds ?? 0)
        return wish > limits.pauseMax ? nil : max(wish, usual)
    }

    private func once(_ request: LogRequest) async throws(ClientError) -> LogAnswer {
        var message = HTTPClientRequest(url: url.resource(request.path))
        message.method = request.method
        message.headers.add(name: "User-Agent", value: "assay")
        if let type = request.contentType { message.headers.add(name: "Content-Type", value: type) }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        let response: HTTPClientResponse
        let body: ByteBuffer
        let isSuccess: Bool
        do {
            response = try await http.execute(
                message, timeout: TimeAmount(limits.exchangeTimeout))
            isSuccess = response.status.code == 200 || response.status.code == 201
            body = try await response.body.collect(
                upTo: isSuccess ? request.answerBytesMax : limits.problemBytesMax)
        } catch let error as NIOTooManyBytesError {
            throw .notUnderstood(.tooLarge(limit: error.maxBytes ?? request.answerBytesMax))
        } catch {
            throw .transport(TransportFault(error))
        }
        let answer = LogAnswer(
            status: Int(response.status.code), body: Array(body.readableBytesView))
        guard isSuccess else { throw refusal(answer, response.headers) }
        return answer
    }

    private func refusal(_ answer: LogAnswer, _ headers: HTTPHeaders) -> ClientError {
        let retryAfter = headers.first(name: "Retry-After")
            .flatMap { UInt64(canonicalDecimal: $0.utf8) }.flatMap { Int(exactly: $0) }
        do {
            let json = try answer.json()
            if let refusal = LogRefusal(json, status: answer.status, retryAfter: retryAfter) {
                return .refused(refusal)
            }
        } catch {
            // Another server's page, for instance a proxy's: only the status is known.
        }
        return .notUnderstood(.status(answer.status))
    }
}

extension TransportFault {
    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case is ChannelError: self = .disconnected(Text("\(error)"))
        case let error as HTTPClientError:
            switch error {
            case .cancelled: self = .cancelled
            case .remoteConnectionClosed: self = .disconnected(Text("\(error)"))
            case .readTimeout, .writeTimeout, .deadlineExceeded, .connectTimeout,
                .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
                self = .timedOut
            default: self = .unreachable(Text("\(error)"))
            }
        default: self = .unreachable(Text("\(error)"))
        }
    }
}
