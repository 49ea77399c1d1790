package import AssayCrypto
package import AssayTLog

/// Why the client has no answer: what went wrong on the way is kept apart from what the log said.
package enum ClientError: Error, Hashable, Sendable {
    /// No answer arrived.
    case transport(TransportFault)
    /// The log understood the request and refuses.
    case refused(LogRefusal)
    /// Something answered, but not as a log does.
    case notUnderstood(AnswerFault)

    /// Whether the same request may succeed later.
    package var mayPass: Bool {
        switch self {
        case .transport: true
        case .refused(let refusal): refusal.status == 429 || refusal.status >= 500
        case .notUnderstood(.status(let status)): status == 429 || status >= 500
        case .notUnderstood: false
        }
    }
}

/// What happened on the way to a log and back.
package enum TransportFault: Hashable, Sendable {
    /// No connection could be made.
    case unreachable(Text)
    /// The answer did not arrive in time.
    case timedOut
    /// The connection ended before the answer did.
    case disconnected(Text)
    /// The client was told to stop.
    case cancelled
}

/// What is wrong with an answer.
package enum AnswerFault: Hashable, Sendable {
    /// The answer has more bytes than it may have.
    case tooLarge(limit: Int)
    /// A status that the route does not have, without a problem that explains it.
    case status(Int)
    /// The body is not what the route answers.
    case body
}

/// A log's no (RFC 9457 problem details with the codes of the service).
///
/// Its text was written by the server: escape it before it reaches a terminal.
package struct LogRefusal: Error, Hashable, Sendable {
    /// The codes of a log service.
    package enum Code: String, Hashable, Sendable, CaseIterable {
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
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case requestTimeout = "request-timeout"
        case encodingUnsupported = "encoding-unsupported"
        case headersTooLarge = "headers-too-large"
        case tooManyConnections = "too-many-connections"
        case notReady = "not-ready"
        case internalFault = "internal-fault"
        /// A code that this client does not know.
        case other
    }

    /// What kind of no.
    package let code: Code
    /// The HTTP status; in a batch, the one that a single submission would have had.
    package let status: Int
    /// What is wrong and what to do, in the server's words.
    package let detail: Text
    /// After how many seconds the server asks to try again.
    package let retryAfterSeconds: Int?
    /// Where the entry stands, for one that is on record but not cosigned by enough witnesses.
    package let index: LeafIndex?
    /// The leaf hash of that entry.
    package let leafHash: Digest?
}
