package import AssayCrypto
package import AssayLog
package import AssayTLog
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Reaches witnesses over HTTP (C2SP tlog-witness): where the charter says, or where the operator
/// says instead.
package struct WitnessHTTP: WitnessNetwork {
    private let addresses: [Text: LogURL]
    private let limits: WitnessHTTPLimits
    private let http: HTTPClient

    /// Runs `body` with a way to witnesses, and closes its connections afterwards.
    ///
    /// - Parameter addresses: where witnesses are that moved since the charter was signed, by the
    ///   names that it gives them.
    package static func with<Result: Sendable, Failure>(
        addresses: [Text: LogURL] = [:], limits: WitnessHTTPLimits = WitnessHTTPLimits(),
        _ body: (WitnessHTTP) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connectTimeout)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Swift.Result<Result, Failure>
        do throws(Failure) {
            result = .success(
                try await body(WitnessHTTP(addresses: addresses, limits: limits, http: http)))
        } catch {
            result = .failure(error)
        }
        do {
            try await http.shutdown()
        } catch {
            // What was asked of witnesses is asked again after the next start.
        }
        return try result.get()
    }

    package func address(of witness: TrustPolicy.Witness) -> Text? {
        (addresses[witness.name] ?? witness.url.flatMap { LogURL($0) })?.text
    }

    package func port(to address: Text) -> any WitnessPort {
        WitnessClient(prefix: address.string, limits: limits, http: http)
    }
}

/// The bounds of asking a witness.
package struct WitnessHTTPLimits: Hashable, Sendable {
    /// To open a connection.
    package var connectTimeout: Duration = .seconds(5)
    /// For one whole exchange.
    package var exchangeTimeout: Duration = .seconds(10)
    /// For the witness's newest checkpoint, which is asked for before a log serves.
    package var checkpointTimeout: Duration = .seconds(5)
    /// The longest answer to add-checkpoint, in bytes: several lines with ML-DSA signatures.
    package var answerBytesMax = 32 * 1024

    /// Creates the usual bounds.
    package init() {}
}

/// Speaks to one witness.
struct WitnessClient: WitnessPort {
    let prefix: String
    let limits: WitnessHTTPLimits
    let http: HTTPClient

    func addCheckpoint(_ body: [UInt8]) async -> WitnessAnswer {
        var request = HTTPClientRequest(url: prefix + "/add-checkpoint")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/plain; charset=utf-8")
        request.body = .bytes(ByteBuffer(bytes: body))
        let answer: Answer
        do throws(WitnessProblem) {
            answer = try await exchange(
                request, within: limits.exchangeTimeout, bytesMax: limits.answerBytesMax)
        } catch {
            return .failed(error)
        }
        switch answer.status {
        case 200: return .cosigned(answer.body)
        case 409:
            guard answer.contentType == "text/x.tlog.size" else {
                return .failed(.notUnderstood("status 409 without text/x.tlog.size"))
            }
            guard answer.body.last == UInt8(ascii: "\n"),
                let size = UInt64(canonicalDecimal: answer.body.dropLast())
            else { return .failed(.notUnderstood("status 409 with a body that is no size")) }
            return .conflict(TreeSize(size))
        case 422: return .inconsistent
        default: return .failed(.refused(status: answer.status))
        }
    }

    func checkpoint(ofHash originHash: Digest) async -> [UInt8]? {
        do throws(WitnessProblem) {
            let answer = try await exchange(
                HTTPClientRequest(url: "\(prefix)/\(originHash.hex)/checkpoint"),
                within: limits.checkpointTimeout, bytesMax: Limits.noteBytes)
            return answer.status == 200 ? answer.body : nil
        } catch {
            return nil
        }
    }

    private struct Answer: Sendable {
        let status: Int
        let contentType: String
        let body: [UInt8]
    }

    /// One exchange, ended after `limit` even if a byte comes now and then.
    private func exchange(
        _ request: HTTPClientRequest, within limit: Duration, bytesMax: Int
    ) async throws(WitnessProblem) -> Answer {
        var request = request
        request.headers.add(name: "User-Agent", value: "assay")
        let (message, http) = (request, http)
        let ends = await withTaskGroup(of: Result<Answer, WitnessProblem>.self) { group in
            group.addTask {
                do {
                    let response = try await http.execute(message, timeout: TimeAmount(limit))
                    let body = try await response.body.collect(upTo: bytesMax)
                    return .success(
                        Answer(
                            status: Int(response.status.code),
                            contentType: response.headers.first(name: "Content-Type") ?? "",
                            body: Array(body.readableBytesView)))
                } catch is NIOTooManyBytesError {
                    return .failure(.notUnderstood("more than \(bytesMax) bytes"))
                } catch {
                    return .failure(WitnessProblem(TransportFault(error)))
                }
            }
            group.addTask {
                do {
                    try await ContinuousClock().sleep(for: limit)
                } catch {
                    // The exchange has ended.
                }
                return .failure(.timedOut)
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(.timedOut)
        }
        return try ends.get()
    }
}

extension WitnessProblem {
    /// What happened on the way to a witness and back.
    init(_ fault: TransportFault) {
        switch fault {
        case .timedOut: self = .timedOut
        case .unreachable, .disconnected, .cancelled: self = .unreachable("\(fault)")
        }
    }
}
