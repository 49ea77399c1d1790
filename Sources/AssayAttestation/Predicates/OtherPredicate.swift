public import AssayCrypto

/// A predicate of which only what the log and its index need is read: the ledger, and the
/// references and digests that formats.md section 8 names.
public struct OtherPredicate: Hashable, Sendable {
    /// The kind of statement.
    public let type: PredicateType
    /// The ledger.
    public let ledger: LedgerID
    /// The leaf hashes of the entries that it refers to, none twice.
    public let references: [Digest]
    /// `protocolDigest.value`, where the type has one.
    public let evaluation: Digest?
    /// All members.
    public let json: JSONValue
}

extension OtherPredicate {
    enum Member: String, MemberName { case ledger, original, own, protocolDigest }
    enum DigestMember: String, MemberName { case value }

    /// Reads the predicate.
    ///
    /// A replication refers by its `original` and `own`; responses, spot checks and disclosures
    /// refer by the statement's subjects.
    init(
        reading cursor: JSONCursor, type: PredicateType, subjects: [Subject]
    ) throws(AttestationError) {
        self.type = type
        json = cursor.value
        ledger = try cursor.required(Member.ledger)
        var references: [Digest] = []
        var evaluation: Digest?
        switch type {
        case .replication:
            references = [
                try cursor.required(Member.original), try cursor.required(Member.own),
            ]
            if references[0] == references[1] { references.removeLast() }
        case .response, .spotCheck, .disclosure: references = subjects.map(\.digest)
        case .evaluationProtocol:
            evaluation = try cursor.member("protocolDigest")?.required(DigestMember.value)
        case .modelIdentity, .charter, .memberKeys, .indexRoot, .evaluationResult, .correction:
            break
        }
        self.references = references
        self.evaluation = evaluation
    }
}
