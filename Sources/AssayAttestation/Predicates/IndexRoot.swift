public import AssayCrypto
public import AssayTLog

/// The predicate by which the ledger records the root of its subject index (formats.md section 8).
public struct IndexRoot: Hashable, Sendable {
    /// The ledger.
    public var ledger: LedgerID
    /// The number of entries that the index covers, from index 0.
    public var size: TreeSize
    /// The root of the map.
    public var root: Digest
    /// The number of keys in the map.
    public var keys: UInt64

    /// Creates the predicate.
    public init(ledger: LedgerID, size: TreeSize, root: Digest, keys: UInt64) {
        self.ledger = ledger
        self.size = size
        self.root = root
        self.keys = keys
    }
}

extension IndexRoot: JSONObjectConvertible {
    package enum Member: String, MemberName { case ledger, size, root, keys }

    /// Reads the predicate.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        ledger = try cursor.required(Member.ledger)
        size = TreeSize(try cursor.required(Member.size))
        root = try cursor.required(Member.root)
        keys = try cursor.required(Member.keys)
    }

    /// The predicate as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.add(Member.size, size.value)
        object.add(Member.root, root)
        object.add(Member.keys, keys)
        return .object(object)
    }
}
