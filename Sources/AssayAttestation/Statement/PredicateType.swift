public import AssayCrypto

/// The kinds of statements (formats.md section 4), each named by `urn:assay:NAME:v1`.
public enum PredicateType: String, Hashable, Sendable, CaseIterable {
    /// Members, keys and rules of the ledger.
    case charter
    /// A member's new and revoked keys.
    case memberKeys = "member-keys"
    /// The root of the subject index over a prefix of the log.
    case indexRoot = "index-root"
    /// What will be measured, registered before the run.
    case evaluationProtocol = "evaluation-protocol"
    /// One run.
    case evaluationResult = "evaluation-result"
    /// A comparison of two results.
    case replication
    /// A change in the standing of an entry.
    case correction
    /// Which snapshot a name stood for.
    case modelIdentity = "model-identity"
    /// A draw of samples and their openings.
    case spotCheck = "spot-check"
    /// Later disclosure of what was committed.
    case disclosure
    /// The reply of a developer or member.
    case response

    /// Creates a type from its whole name; other text gives `nil`.
    public init?(uri: Text) {
        guard let type = Self.allCases.first(where: { $0.uri == uri }) else { return nil }
        self = type
    }

    /// The whole name: `urn:assay:NAME:v1`.
    public var uri: Text { Text("urn:assay:\(rawValue):v1") }

    /// The short name, as commands take it.
    public var name: Text { Text(rawValue) }
}
