extension ClientError: CustomStringConvertible {
    /// What a person is told; texts of the log are in it as they came.
    package var description: String {
        switch self {
        case .transport(let fault): "\(fault)"
        case .refused(let refusal): "refused: \(refusal.detail)"
        case .notUnderstood(let fault): "this is not how a log of this version answers: \(fault)"
        }
    }
}

extension TransportFault: CustomStringConvertible {
    /// What happened, in words.
    package var description: String {
        switch self {
        case .unreachable(let reason): "no connection: \(reason)"
        case .timedOut: "no answer in time"
        case .disconnected(let reason): "the connection ended before the answer did: \(reason)"
        case .cancelled: "told to stop before the answer came"
        }
    }
}

extension AnswerFault: CustomStringConvertible {
    /// What is wrong with the answer, in words.
    package var description: String {
        switch self {
        case .tooLarge(let limit): "more than \(limit) bytes"
        case .status(let status): "status \(status) without an explanation"
        case .body: "a body that the route does not have"
        }
    }
}
