public import AssayCrypto

/// One thing that a result keeps back, and why.
public struct WithheldItem: Hashable, Sendable {
    /// Why something is kept back.
    public enum Reason: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// It would help to do harm.
        case hazard
        /// It would weaken security.
        case security
        /// It is a trade secret.
        case commercial
        /// It concerns people.
        case privacy
        /// It is to be published later.
        case embargo
        /// Another reason.
        case other
    }

    /// The place of the predicate, as a JSON Pointer: `/results/0/value`.
    public var path: JSONPointer
    /// Why.
    public var reason: Reason
    /// Until when.
    public var until: Timestamp?
    /// Who decided.
    public var authority: Text?

    /// Creates the item.
    public init(
        path: JSONPointer, reason: Reason, until: Timestamp? = nil, authority: Text? = nil
    ) {
        self.path = path
        self.reason = reason
        self.until = until
        self.authority = authority
    }
}

extension WithheldItem: JSONObjectConvertible {
    package enum Member: String, MemberName { case path, reason, until, authority }

    /// Reads the item.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        path = try cursor.required(Member.path)
        reason = try cursor.required(Member.reason)
        until = try cursor.optional(Member.until)
        authority = try cursor.optional(Member.authority)
    }

    /// The item as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.path, path)
        object.add(Member.reason, reason)
        object.add(Member.until, until)
        object.add(Member.authority, authority)
        return .object(object)
    }
}
