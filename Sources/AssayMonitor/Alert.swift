package import AssayAttestation
package import AssayCrypto
package import AssayTLog
import AssayVerification

/// What a monitor tells whoever runs it.
///
/// An alert may be told again after a crash; none is lost.
package struct Alert: Hashable, Sendable {
    /// What it is about.
    package enum Kind: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// An entry that a member signed.
        case memberEntry = "member-entry"
        /// The log is wrong: a signature, a right, a hash, or its history.
        case logFinding = "log-finding"
        /// The newest checkpoint is older than it may be.
        case staleCheckpoint = "stale-checkpoint"
        /// A witness cosigned a larger tree than the log shows here.
        case logBehindWitness = "log-behind-witness"
        /// Two signed heads that cannot be of one log.
        case headsConflict = "heads-conflict"
    }

    /// What it is about.
    package let kind: Kind
    /// The ledger.
    package let ledger: LedgerID
    /// When it was noticed, seconds since 1970.
    package let time: UInt64
    /// What was noticed, in words; text from the log is escaped.
    package let detail: String
    /// The stable code of the reason, for what is wrong.
    package var code: String?
    /// The entry.
    package var index: LeafIndex?
    /// Its leaf hash.
    package var leafHash: Digest?
    /// The member that signed it.
    package var member: Text?
    /// Its predicate type.
    package var type: Text?
    /// The witness, by its name in the charter.
    package var witness: Text?
    /// The files in which fraud proofs are.
    package var fraud: [String] = []

    /// Creates an alert.
    package init(_ kind: Kind, _ ledger: LedgerID, at time: UInt64, _ detail: String) {
        self.kind = kind
        self.ledger = ledger
        self.time = time
        self.detail = detail
    }

    /// Whether it says that somebody did wrong, or may have.
    package var isWrong: Bool { kind != .memberEntry }

    /// The alert as one JSON object, which has the same members for every kind.
    package var json: JSONValue {
        var object = JSONObject()
        object.append("alert", kind.json)
        object.append("ledger", ledger.json)
        object.append("time", .string(UTCTime.text(of: time)))
        object.append("detail", .string(detail))
        object.append("code", code.map { .string($0) } ?? .null)
        object.append("index", index.map { .count($0.value) } ?? .null)
        object.append("leafHash", leafHash?.json ?? .null)
        object.append("member", member?.json ?? .null)
        object.append("type", type?.json ?? .null)
        object.append("witness", witness?.json ?? .null)
        object.append("fraud", .array(fraud.map { .string($0) }))
        return .object(object)
    }
}
