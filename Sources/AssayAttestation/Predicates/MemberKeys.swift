public import AssayCrypto

/// The predicate by which a member adds and revokes its own keys (formats.md section 5).
public struct MemberKeys: Hashable, Sendable {
    /// A key that is withdrawn.
    public struct Revocation: Hashable, Sendable {
        /// The key.
        public var keyID: KeyID
        /// The index from which on entries signed by the key are suspect; `nil` for none.
        public var suspectFrom: UInt64?

        /// Creates a revocation.
        public init(keyID: KeyID, suspectFrom: UInt64?) {
            self.keyID = keyID
            self.suspectFrom = suspectFrom
        }
    }

    /// The ledger.
    public var ledger: LedgerID
    /// The member's id.
    public var member: Text
    /// The leaf hash of the entry that last set this member's keys.
    public var previous: Digest
    /// The keys that are added.
    public var add: [MemberKey]
    /// The keys that are withdrawn.
    public var revoke: [Revocation]

    /// Creates the predicate; whether it is well-formed shows when a statement is made of it.
    public init(
        ledger: LedgerID, member: Text, previous: Digest, add: [MemberKey], revoke: [Revocation]
    ) {
        self.ledger = ledger
        self.member = member
        self.previous = previous
        self.add = add
        self.revoke = revoke
    }
}

extension MemberKeys: JSONObjectConvertible {
    package enum Member: String, MemberName { case ledger, member, previous, add, revoke }

    /// Reads the predicate.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        ledger = try cursor.required(Member.ledger)
        member = try Spelling.memberID.text(of: cursor.member(Member.member))
        previous = try cursor.required(Member.previous)
        var keyIDs: Set<KeyID> = []
        add = []
        for element in try cursor.member(Member.add).elements() {
            let key = try MemberKey(reading: element)
            guard keyIDs.insert(key.publicKey.keyID).inserted else {
                throw element.failure(
                    MemberKey.Member.publicKey, .duplicate(Text(key.publicKey.keyID.hex)))
            }
            add.append(key)
        }
        revoke = []
        for element in try cursor.member(Member.revoke).elements() {
            let revocation = try Revocation(reading: element)
            guard keyIDs.insert(revocation.keyID).inserted else {
                throw element.failure(
                    Revocation.Member.keyid, .duplicate(Text(revocation.keyID.hex)))
            }
            revoke.append(revocation)
        }
        guard !add.isEmpty || !revoke.isEmpty else {
            throw cursor.failure(Member.add, .tooFew(count: 0, least: 1))
        }
    }

    /// The predicate as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.add(Member.member, member)
        object.add(Member.previous, previous)
        object.add(Member.add, add)
        object.add(Member.revoke, revoke)
        return .object(object)
    }
}

extension MemberKeys.Revocation: JSONObjectConvertible {
    package enum Member: String, MemberName { case keyid, suspectFrom }

    /// Reads a revocation.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        keyID = KeyID(try cursor.required(Member.keyid))
        suspectFrom = try cursor.nullable(Member.suspectFrom)
    }

    /// The revocation as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.keyid, keyID.digest)
        object.addOrNull(Member.suspectFrom, suspectFrom)
        return .object(object)
    }
}
