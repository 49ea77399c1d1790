import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayVerification

/// What an entry says of itself, as far as lists need it.
struct EntrySummary: Hashable, Sendable {
    let index: LeafIndex
    let leafHash: Digest
    let type: PredicateType
    /// The members whose keys signed.
    let signers: [Text]
    let subjects: [Subject]
    /// What the subject index lists the entry under (formats.md section 8), index roots included
    /// by their type, since a list of what is there is wanted, not a proof.
    let keys: [IndexKey]

    /// Reads an entry of the log; `state` names the members by their keys.
    ///
    /// - Throws: `AttestationError` for bytes that no log admits.
    init(
        _ bytes: [UInt8], at index: LeafIndex, _ state: LedgerState
    ) throws(AttestationError) {
        let entry = try LogEntry(bytes: bytes)
        let statement = try Statement(parsing: entry.envelope.payload)
        self.index = index
        leafHash = entry.leafHash
        type = statement.predicateType
        subjects = statement.subjects
        var signers: [Text] = []
        for signature in entry.envelope.signatures {
            if let member = state.member(holding: signature.keyID), !signers.contains(member) {
                signers.append(member)
            }
        }
        self.signers = signers
        keys = Self.keys(statement, signers)
    }

    private static func keys(_ statement: Statement, _ signers: [Text]) -> [IndexKey] {
        var keys: [IndexKey?] = [IndexKey(.type, statement.predicateType.uri)]
        keys += signers.map { IndexKey(.signer, $0) }
        keys += statement.predicate.references.map { IndexKey(.about, $0) }
        switch statement.predicateType {
        case .evaluationResult, .evaluationProtocol, .modelIdentity, .response:
            keys += statement.subjects.map { IndexKey(.subject, $0.digest) }
        case .charter, .memberKeys, .indexRoot, .replication, .correction, .spotCheck, .disclosure:
            break
        }
        if case .evaluationResult(let result) = statement.predicate {
            keys.append(
                result.protocolDigest.flatMap(\.value).flatMap { IndexKey(.evaluation, $0) })
        }
        return keys.compactMap(\.self)
    }

    /// The summary as an element of a list.
    var json: JSONValue {
        [
            "index": .count(index.value),
            "leafHash": .string(leafHash.hex),
            "type": .string(type.uri),
            "signers": .array(signers.map { .string($0) }),
            "subjects": .array(
                subjects.map { subject in
                    var object = JSONObject()
                    if let name = subject.name { object.append("name", .string(name)) }
                    object.append("sha256", .string(subject.digest.hex))
                    return .object(object)
                }),
        ]
    }
}
