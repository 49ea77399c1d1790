import AssayAttestation
import AssayCrypto
import HTTPTypes

/// Why a request was not answered as asked (RFC 9457), with one of the service's codes.
struct Problem: Error, Hashable, Sendable {
    /// What kind of problem, from a closed list.
    let code: ProblemCode
    /// What is wrong and what to do about it, for people.
    let detail: String
    /// After how many seconds to try again, where that may help.
    var retryAfterSeconds: Int?
    /// The methods that the resource has, for a wrong one.
    var allowedMethods: [HTTPRequest.Method] = []
    /// Further members, for instance the index of an entry that is durable but not yet cosigned.
    var members: [JSONObject.Member] = []

    /// Creates a problem.
    init(_ code: ProblemCode, _ detail: String, retryAfterSeconds: Int? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The problem as a JSON object of RFC 9457.
    var json: JSONValue {
        var object = JSONObject()
        object.append("type", .string("urn:assay:problem:\(code.rawValue)"))
        object.append("title", .string(code.title))
        object.append("status", .number(JSONNumber(code.status.code)))
        object.append("detail", .string(detail))
        object.append("code", .string(code.rawValue))
        if let retryAfterSeconds {
            object.append("retryAfter", .number(JSONNumber(retryAfterSeconds)))
        }
        for member in members { object.append(member.name, member.value) }
        return .object(object)
    }

    /// The problem as an answer; `closing` says that the connection ends with it.
    func response(closing: Bool = false) -> Answer {
        var answer = Answer(
            status: code.status, type: "application/problem+json", bytes: json.answerBytes)
        answer.fields[.cacheControl] = "no-store"
        if let retryAfterSeconds { answer.fields[.retryAfter] = String(retryAfterSeconds) }
        if !allowedMethods.isEmpty {
            answer.fields[.allow] = allowedMethods.map(\.rawValue).joined(separator: ", ")
        }
        if closing { answer.fields[.connection] = "close" }
        return answer
    }
}

/// The closed list of problem codes, each with its status and title.
enum ProblemCode: String, Hashable, Sendable, CaseIterable {
    // What the log refuses.
    case malformed
    case signatureInvalid = "signature-invalid"
    case signerUnknown = "signer-unknown"
    case keyNotInForce = "key-not-in-force"
    case notEntitled = "not-entitled"
    case referenceUnknown = "reference-unknown"
    case charterConflict = "charter-conflict"
    case tooLarge = "too-large"
    case algorithmUnavailable = "algorithm-unavailable"
    case rateLimited = "rate-limited"
    case queueFull = "queue-full"
    case storageFull = "storage-full"
    case storageUnavailable = "storage-unavailable"
    case noQuorum = "no-quorum"
    // What HTTP refuses.
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case requestTimeout = "request-timeout"
    case encodingUnsupported = "encoding-unsupported"
    case headersTooLarge = "headers-too-large"
    case tooManyConnections = "too-many-connections"
    case notReady = "not-ready"
    case internalFault = "internal-fault"

    /// The HTTP status of the code.
    var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .signatureInvalid, .signerUnknown, .keyNotInForce, .notEntitled: .forbidden
        case .referenceUnknown, .charterConflict: .conflict
        case .tooLarge: .contentTooLarge
        case .algorithmUnavailable: .unprocessableContent
        case .rateLimited: .tooManyRequests
        case .queueFull, .storageFull, .storageUnavailable, .noQuorum: .serviceUnavailable
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .encodingUnsupported: .unsupportedMediaType
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .tooManyConnections, .notReady: .serviceUnavailable
        case .internalFault: .internalServerError
        }
    }

    /// The same few words whenever the code occurs.
    var title: String {
        switch self {
        case .malformed: "The request is not well-formed"
        case .signatureInvalid: "A signature does not verify"
        case .signerUnknown: "A signing key is not in the charter"
        case .keyNotInForce: "A signing key is not in force"
        case .notEntitled: "The signers may not make this statement"
        case .referenceUnknown: "The statement refers to an entry that is not in the log"
        case .charterConflict: "The statement conflicts with the charter in force"
        case .tooLarge: "The request is too large"
        case .algorithmUnavailable: "This server cannot check a signature's algorithm"
        case .rateLimited: "Too many requests"
        case .queueFull: "Too many submissions are waiting"
        case .storageFull: "The store is full"
        case .storageUnavailable: "The store does not answer"
        case .noQuorum: "The entry is in the log but not cosigned by enough witnesses yet"
        case .notFound: "There is nothing here"
        case .methodNotAllowed: "This resource does not have that method"
        case .requestTimeout: "The request did not arrive in time"
        case .encodingUnsupported: "Encoded request bodies are not taken"
        case .headersTooLarge: "The request's header is too large"
        case .tooManyConnections: "Too many connections"
        case .notReady: "The service cannot append entries now"
        case .internalFault: "The server failed"
        }
    }
}

extension Problem {
    static func requestTimeout(_ limits: HTTPLimits) -> Problem {
        Problem(
            .requestTimeout,
            "a whole request must arrive within \(limits.requestTimeout); send it again")
    }

    static func headersTooLarge(_ limits: HTTPLimits) -> Problem {
        Problem(
            .headersTooLarge,
            """
            a header may have \(limits.headerFieldsMax) fields and \(limits.headerBytesMax) bytes \
            in all; send fewer
            """)
    }

    static func tooManyConnections(_ limits: HTTPLimits) -> Problem {
        Problem(
            .tooManyConnections,
            "\(limits.connectionsMax) connections are open; close one or try again later",
            retryAfterSeconds: 5)
    }

    static func tooManyPipelined(_ limits: HTTPLimits) -> Problem {
        Problem(
            .rateLimited,
            """
            at most \(limits.pipelinedMax) requests may wait for their answers on one connection; \
            read the answers first
            """, retryAfterSeconds: 1)
    }

    static let malformedRequest = Problem(
        .malformed, "the bytes received are not an HTTP/1.1 request; the connection is closed")

    /// The answer to a resource that is not there.
    static func notFound(_ what: String) -> Problem { Problem(.notFound, what) }
}
