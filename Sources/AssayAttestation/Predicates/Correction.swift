public import AssayCrypto

/// The predicate by which an issuer, or a vote, changes the standing of an entry (formats.md 4).
///
/// Its other members are kept in the statement's JSON.
public struct Correction: Hashable, Sendable {
    /// What happens to the entry.
    public enum Action: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// Another entry takes its place.
        case supersede
        /// It no longer stands.
        case retract
        /// It stands, with an explanation.
        case clarify
        /// It stands again.
        case reinstate
    }

    /// Why.
    public enum Reason: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// The scorer was wrong.
        case scorerBug = "scorer-bug"
        /// An item was wrong.
        case itemError = "item-error"
        /// The model had seen the items.
        case contamination
        /// Another model answered.
        case wrongModel = "wrong-model"
        /// The settings were not the stated ones.
        case wrongSettings = "wrong-settings"
        /// The environment failed.
        case environmentFault = "environment-fault"
        /// The model cheated.
        case cheating
        /// A slip of the pen.
        case clerical
        /// The law asks for it.
        case legal
        /// Something else.
        case other
    }

    /// The ledger.
    public var ledger: LedgerID
    /// The leaf hash of the entry whose standing changes.
    public var target: Digest
    /// What happens to it.
    public var action: Action
    /// The leaf hash of the entry that takes its place.
    public var replacement: Digest?
    /// Why.
    public var reason: Reason

    /// Creates the predicate.
    public init(
        ledger: LedgerID, target: Digest, action: Action, replacement: Digest? = nil,
        reason: Reason
    ) {
        self.ledger = ledger
        self.target = target
        self.action = action
        self.replacement = replacement
        self.reason = reason
    }
}

extension Correction: JSONObjectConvertible {
    package enum Member: String, MemberName { case ledger, target, action, replacement, reason }

    /// Reads the predicate.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        ledger = try cursor.required(Member.ledger)
        target = try cursor.required(Member.target)
        action = try cursor.required(Member.action)
        if let place = try cursor.member(Text(Member.replacement.rawValue)), place.value != .null {
            replacement = try Digest(reading: place)
        }
        guard action != .supersede || replacement != nil else {
            throw cursor.failure(Member.replacement, .missing)
        }
        reason = try cursor.required(Member.reason)
    }

    /// The predicate as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.add(Member.target, target)
        object.add(Member.action, action)
        object.add(Member.replacement, replacement)
        object.add(Member.reason, reason)
        return .object(object)
    }
}
