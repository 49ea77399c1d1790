import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

@testable import AssayHTTP

/// The log service of a ledger, asked in process.
struct ServiceFixture: Sendable {
    let service: LogService

    init(_ ledger: some LedgerPort, limits: HTTPLimits = HTTPLimits()) {
        service = LogService(
            ledger, limits: limits, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The answer to a request; the target is sent as it is.
    func ask(
        _ method: HTTPRequest.Method, _ target: String, body: [UInt8] = [],
        fields: HTTPFields = [:], from address: [UInt8] = [127, 0, 0, 1]
    ) async -> Answer {
        let head = HTTPRequest(
            method: method, scheme: "http", authority: "ledger.example", path: target,
            headerFields: fields)
        return await LogResponder(service: service).answer(
            Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body))),
            from: address, logger: service.logger)
    }

    /// The answer to `GET`.
    func get(_ target: String, fields: HTTPFields = [:]) async -> Answer {
        await ask(.get, target, fields: fields)
    }
}

extension Answer {
    /// The body as JSON.
    var json: JSONValue { get throws { try StrictJSON.parse(bytes.dropLast(0)) } }

    /// The body as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The problem code, if the body is a problem with the status of the answer.
    var problemCode: String? {
        get throws {
            guard fields[.contentType] == "application/problem+json" else { return nil }
            let json = try json
            guard json["status"]?.number?.count == UInt64(status.code),
                let code = json["code"]?.text,
                json["type"]?.text == Text("urn:assay:problem:\(code)"),
                json["title"]?.text?.isEmpty == false, json["detail"]?.text?.isEmpty == false
            else { return nil }
            return code.string
        }
    }
}

/// A ledger that answers as a test says, where a real one would need a broken disk.
struct ScriptedLedger: LedgerPort {
    let base: Ledger
    var refusal: Refusal?
    var fault: StoreFault?
    var stopCause: StopCause?

    var id: LedgerID { base.id }
    var origin: Origin { base.origin }
    var state: LedgerState { get async { await base.state } }
    var checkpoint: StoredCheckpoint? { get async { await base.checkpoint } }
    var size: TreeSize { get async { await base.size } }
    var quorum: QuorumStanding = .notAsked

    func submit(
        _ submission: Submission<Envelope>, wait: Ledger.Wait
    ) async throws(Refusal) -> Receipt {
        if let refusal { throw refusal }
        return try await base.submit(submission, wait: wait)
    }

    func entry(at index: LeafIndex) async throws(StoreFault) -> [UInt8]? {
        if let fault { throw fault }
        return try await base.entry(at: index)
    }

    func index(of leafHash: Digest) async throws(StoreFault) -> LeafIndex? {
        if let fault { throw fault }
        return try await base.index(of: leafHash)
    }

    func tile(_ coordinate: TileCoordinate) async throws(StoreFault) -> [UInt8]? {
        if let fault { throw fault }
        return try await base.tile(coordinate)
    }

    func requireCosigned(_ receipt: Receipt) async throws(Refusal) {
        if let refusal { throw refusal }
    }

    func hurry() { base.hurry() }

    func bundle(
        of receipt: Receipt, submitted submission: Submission<Envelope>
    ) async throws(StoreFault) -> [UInt8] {
        if let fault { throw fault }
        return try await base.bundle(of: receipt, submitted: submission)
    }

    func bundle(at index: LeafIndex) async throws(StoreFault) -> [UInt8]? {
        if let fault { throw fault }
        return try await base.bundle(at: index)
    }
}
