import AssayAttestation
import AssayCrypto
import AssayTLog
package import AssayWitness
import HTTPTypes
import Hummingbird
package import Logging

/// What the witness's routes share.
///
/// All state is in the witness's store.
package struct WitnessService: Sendable {
    let witness: Witness
    let mirror: (any LogMirror)?
    let limits: HTTPLimits
    let logger: Logger
    let rates: RequestRates
    let clock = ContinuousClock()

    /// Creates the service of a witness.
    ///
    /// - Parameter mirror: holds the logs that are replayed, where some are.
    package init(
        _ witness: Witness, mirror: (any LogMirror)? = nil, limits: HTTPLimits = HTTPLimits(),
        logger: Logger
    ) {
        self.mirror = mirror
        self.witness = witness
        self.limits = limits
        self.logger = logger
        rates = RequestRates(limits, at: clock.now)
    }

    /// `POST /add-checkpoint` (tlog-witness): the cosignature lines.
    func addCheckpoint(_ request: Request, from address: [UInt8]) async throws -> Answer {
        try rates.submit(1, by: address, at: clock.now)
        let body = try await LogService.body(of: request, max: limits.submissionBytesMax)
        let lines: [NoteSignature]
        do throws(WitnessRefusal) {
            lines = try await witness.addCheckpoint(body)
        } catch {
            if case .storage(let fault) = error {
                logger.error("the store failed", metadata: ["fault": "\(fault)"])
            }
            return Answer(error)
        }
        var answer = Answer(
            type: "text/plain; charset=utf-8",
            bytes: lines.flatMap { $0.line + [UInt8(ascii: "\n")] })
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// `GET /<origin hash>/checkpoint` (tlog-witness): the newest cosigned checkpoint of a log.
    func checkpoint(
        of originHash: Digest, ifNoneMatch condition: String?
    ) async throws(Problem) -> Answer {
        let note: [UInt8]? = try await recorded { witness throws(TreeHeadFault) in
            try await witness.checkpoint(ofHash: originHash)
        }
        guard let note else {
            throw .notFound("no checkpoint of a log with this origin hash has been cosigned")
        }
        return Answer(type: "text/plain; charset=utf-8", bytes: note)
            .cached(Answer.momentary, ifNoneMatch: condition)
    }

    /// What the witness's record holds.
    func recorded<Value>(
        _ read: (Witness) async throws(TreeHeadFault) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await read(witness)
        } catch {
            logger.error("the store failed", metadata: ["fault": "\(error)"])
            throw Problem(
                .storageUnavailable, "the witness's record failed: \(error)",
                retryAfterSeconds: 30)
        }
    }
}

/// The resources of a witness; paths are compared byte for byte, as those of the log are.
enum WitnessRoute: ServedRoute, Hashable {
    case addCheckpoint
    case checkpoint(Digest)
    case tile(Digest, TileCoordinate)
    case evidence(Digest)
    case proof(Digest, Digest)

    /// Reads a path; `nil` if there is nothing, as at `sign-subtree`, which is optional.
    init?(path: some Collection<UInt8>) {
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.first?.isEmpty == true else { return nil }
        if segments.count == 2, segments[1].elementsEqual("add-checkpoint".utf8) {
            self = .addCheckpoint
            return
        }
        guard segments.count >= 3, let log = Digest(hex: segments[1]) else { return nil }
        let rest = segments.dropFirst(2).map { Array($0) }
        switch (rest[0], rest.count) {
        case (Array("checkpoint".utf8), 1): self = .checkpoint(log)
        case (Array("evidence".utf8), 1): self = .evidence(log)
        case (Array("evidence".utf8), 2):
            let suffix = Array(".fraud".utf8)
            guard rest[1].suffix(suffix.count) == suffix[...],
                let hash = Digest(hex: rest[1].dropLast(suffix.count))
            else { return nil }
            self = .proof(log, hash)
        case (Array("tile".utf8), _):
            guard let tile = TileCoordinate(path: Array(rest.joined(separator: [0x2f]))) else {
                return nil
            }
            self = .tile(log, tile)
        default: return nil
        }
    }

    /// The methods of the resource.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .addCheckpoint: [.post]
        case .checkpoint, .tile, .evidence, .proof: [.get, .head]
        }
    }

    /// The route's name in logs.
    var template: String {
        switch self {
        case .addCheckpoint: "/add-checkpoint"
        case .checkpoint: "/{originHash}/checkpoint"
        case .tile: "/{originHash}/tile/{tile}"
        case .evidence: "/{originHash}/evidence"
        case .proof: "/{originHash}/evidence/{proof}"
        }
    }
}

extension Answer {
    /// The one table from a witness's refusals to answers (tlog-witness).
    init(_ refusal: WitnessRefusal) {
        if case .conflict(let recorded) = refusal {
            self.init(
                status: .conflict, type: "text/x.tlog.size",
                bytes: Array("\(recorded.value)\n".utf8))
            fields[.cacheControl] = "no-store"
            return
        }
        let (status, code, title): (HTTPResponse.Status, String, String) =
            switch refusal {
            case .malformed(.tooLarge): (.contentTooLarge, "too-large", "The request is too large")
            case .malformed, .oldSizeAboveNew:
                (.badRequest, "malformed", "The request is not well-formed")
            case .unknownLog: (.notFound, "log-unknown", "This witness does not watch the log")
            case .signature(.algorithmUnavailable):
                (
                    .forbidden, "algorithm-unavailable",
                    "This witness cannot check the signature's algorithm"
                )
            case .signature:
                (.forbidden, "signature-invalid", "The log has not signed the checkpoint")
            case .wrongEmptyRoot, .inconsistent, .conflict:
                (
                    .unprocessableContent, "inconsistent",
                    "The checkpoint does not extend what was cosigned"
                )
            case .wrongEntries(let code, _):
                (.unprocessableContent, code, "The log's entries are not good")
            case .replaying:
                (.serviceUnavailable, "replaying", "The entries are being replayed")
            case .unreadable:
                (.serviceUnavailable, "log-unreadable", "The log's entries cannot be read")
            case .storage:
                (.serviceUnavailable, "storage-unavailable", "The record does not answer")
            case .signing, .noTime:
                (.internalServerError, "internal-fault", "The witness failed")
            }
        let json: JSONValue = [
            "type": .string(Text("urn:assay:problem:\(code)")),
            "title": .string(Text(title)),
            "status": .count(UInt64(status.code)),
            "detail": .string(Text(refusal.detail)),
            "code": .string(Text(code)),
        ]
        self.init(status: status, type: "application/problem+json", bytes: json.answerBytes)
        fields[.cacheControl] = "no-store"
        if status == .serviceUnavailable { fields[.retryAfter] = "1" }
    }
}
