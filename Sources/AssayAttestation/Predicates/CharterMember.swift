public import AssayCrypto

/// One member of a ledger, as the charter lists it.
public struct CharterMember: Hashable, Sendable {
    /// The id: `[a-z0-9][a-z0-9-]{0,31}`, never reused.
    public var id: Text
    /// The name for people.
    public var name: Text
    /// The jurisdiction.
    public var jurisdiction: Text
    /// The bloc in which the member counts.
    public var group: Text
    /// The keys.
    public var keys: [MemberKey]
    /// How many keys, of different algorithms, must sign an entry: 1 or 2.
    public var signaturesPerEntry: UInt64

    /// Creates a member.
    public init(
        id: Text, name: Text, jurisdiction: Text, group: Text, keys: [MemberKey],
        signaturesPerEntry: UInt64 = 1
    ) {
        self.id = id
        self.name = name
        self.jurisdiction = jurisdiction
        self.group = group
        self.keys = keys
        self.signaturesPerEntry = signaturesPerEntry
    }
}

extension CharterMember: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case id, name, jurisdiction, group, keys, signaturesPerEntry
    }

    /// Reads a member.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        var seen: Set<PublicKey> = []
        try self.init(reading: cursor, distinctFrom: &seen)
    }

    /// Reads a member whose keys must not be among those seen, and adds them.
    init(
        reading cursor: JSONCursor, distinctFrom seen: inout Set<PublicKey>
    ) throws(AttestationError) {
        id = try Spelling.memberID.text(of: cursor.member(Member.id))
        name = try Spelling.printable.text(of: cursor.member(Member.name))
        jurisdiction = try Spelling.printable.text(of: cursor.member(Member.jurisdiction))
        group = try Spelling.printable.text(of: cursor.member(Member.group))
        keys = []
        for element in try cursor.member(Member.keys).elements(1...Int.max) {
            let key = try MemberKey(reading: element)
            guard seen.insert(key.publicKey).inserted else {
                throw element.failure(
                    MemberKey.Member.publicKey, .duplicate(Text(key.publicKey.keyID.hex)))
            }
            keys.append(key)
        }
        signaturesPerEntry = try cursor.required(Member.signaturesPerEntry)
        guard (1...2).contains(signaturesPerEntry) else {
            throw cursor.failure(
                Member.signaturesPerEntry, .outOfRange(signaturesPerEntry, 1...2))
        }
    }

    /// The member as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.id, id)
        object.add(Member.name, name)
        object.add(Member.jurisdiction, jurisdiction)
        object.add(Member.group, group)
        object.add(Member.keys, keys)
        object.add(Member.signaturesPerEntry, signaturesPerEntry)
        return .object(object)
    }
}

/// What a member's key may sign.
public enum KeyUse: String, Hashable, Sendable, CaseIterable, ClosedWord {
    /// Everything but governance.
    case attest
    /// Charters, member keys and voted corrections.
    case govern
}

/// A member's public key and what it may sign.
public struct MemberKey: Hashable, Sendable {
    /// The key.
    public var publicKey: PublicKey
    /// Its uses: at least one, none twice.
    public var uses: [KeyUse]

    /// Creates a key with its uses.
    public init(publicKey: PublicKey, uses: [KeyUse] = KeyUse.allCases) {
        self.publicKey = publicKey
        self.uses = uses
    }
}

extension MemberKey: JSONObjectConvertible {
    package enum Member: String, MemberName { case publicKey, uses }

    /// Reads a key and its uses.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        publicKey = try cursor.required(Member.publicKey)
        uses = []
        for element in try cursor.member(Member.uses).elements(1...Int.max) {
            let use = try KeyUse(reading: element)
            guard !uses.contains(use) else {
                throw element.failure(.duplicate(Text(use.rawValue)))
            }
            uses.append(use)
        }
    }

    /// The key and its uses as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.publicKey, publicKey)
        object.add(Member.uses, uses)
        return .object(object)
    }
}

extension PublicKey: JSONConvertible {
    /// Reads the base64 of a SubjectPublicKeyInfo in its one allowed encoding.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let spki = try cursor.base64()
        do {
            self = try PublicKey(spki: spki)
        } catch {
            throw cursor.failure(.unacceptableKey(error))
        }
    }

    /// The base64 of the key's SubjectPublicKeyInfo.
    package var json: JSONValue { .string(Base64.encode(spki)) }
}
