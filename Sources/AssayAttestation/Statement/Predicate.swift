public import AssayCrypto

/// What a statement says, read by its type.
public enum Predicate: Hashable, Sendable {
    /// Members, keys and rules of the ledger.
    case charter(Charter)
    /// A member's new and revoked keys.
    case memberKeys(MemberKeys)
    /// The root of the subject index.
    case indexRoot(IndexRoot)
    /// One run.
    case evaluationResult(EvaluationResult)
    /// A change in the standing of an entry.
    case correction(Correction)
    /// A statement of which only the ledger and the references are read.
    case other(OtherPredicate)

    /// Reads the predicate of a statement.
    init(
        reading cursor: JSONCursor, type: PredicateType, subjects: [Subject]
    ) throws(AttestationError) {
        switch type {
        case .charter: self = .charter(try Charter(reading: cursor))
        case .memberKeys: self = .memberKeys(try MemberKeys(reading: cursor))
        case .indexRoot: self = .indexRoot(try IndexRoot(reading: cursor))
        case .evaluationResult: self = .evaluationResult(try EvaluationResult(reading: cursor))
        case .correction: self = .correction(try Correction(reading: cursor))
        case .evaluationProtocol, .replication, .modelIdentity, .spotCheck, .disclosure, .response:
            self = .other(try OtherPredicate(reading: cursor, type: type, subjects: subjects))
        }
    }

    /// The kind of statement.
    public var type: PredicateType {
        switch self {
        case .charter: .charter
        case .memberKeys: .memberKeys
        case .indexRoot: .indexRoot
        case .evaluationResult: .evaluationResult
        case .correction: .correction
        case .other(let other): other.type
        }
    }

    /// The ledger for which the statement was made; `nil` for a genesis charter only.
    public var ledger: LedgerID? {
        switch self {
        case .charter(let charter): charter.ledger
        case .memberKeys(let keys): keys.ledger
        case .indexRoot(let root): root.ledger
        case .evaluationResult(let result): result.ledger
        case .correction(let correction): correction.ledger
        case .other(let other): other.ledger
        }
    }

    /// The leaf hashes of the entries that the subject index lists under `about`, in the order of
    /// formats.md section 8, none twice.
    public var references: [Digest] {
        switch self {
        case .charter, .memberKeys, .indexRoot: []
        case .evaluationResult(let result): result.protocolEntry.map { [$0] } ?? []
        case .correction(let correction):
            correction.replacement.map {
                $0 == correction.target ? [$0] : [correction.target, $0]
            } ?? [correction.target]
        case .other(let other): other.references
        }
    }

    /// The predicate as JSON.
    var json: JSONValue {
        switch self {
        case .charter(let charter): charter.json
        case .memberKeys(let keys): keys.json
        case .indexRoot(let root): root.json
        case .evaluationResult(let result): result.json
        case .correction(let correction): correction.json
        case .other(let other): other.json
        }
    }
}
