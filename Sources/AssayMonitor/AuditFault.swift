package import AssayTLog
package import AssayVerification

/// Why an audit did not come to its end.
package enum AuditFault: Error, Hashable, Sendable {
    /// The log is wrong there; with the fraud proofs that convince others of it.
    case finding(ReplayFinding, proofs: [FraudProof] = [])
    /// What the log has published cannot be read now.
    case unreadable(PublishedLogFault)
}

extension AuditFault: CustomStringConvertible {
    /// What happened, for people; text of strangers is escaped.
    package var description: String {
        switch self {
        case .finding(let finding, _): finding.description
        case .unreadable(let fault): EscapedText.escape(fault.description)
        }
    }
}
