public import AssayCrypto
public import AssayTLog

/// The predicate of a charter: who belongs to a ledger, by which keys, and by which rules
/// (formats.md section 5).
///
/// Keys and rules are parsed when a charter is read or made, so one that exists is well-formed.
public struct Charter: Hashable, Sendable {
    /// The ledger that is amended; `nil` in a genesis charter, whose own hash that would be.
    public let ledger: LedgerID?
    /// 1 in the genesis charter, one more with each amendment.
    public let version: UInt64
    /// The log's origin, which never changes.
    public let origin: Origin
    /// The log's own keys: their name is the origin, their types are 0x01 and 0x06, and at least
    /// one is of type 0x01.
    public let checkpointKeys: [VerifierKey]
    /// The keys that sign the ledger's own entries.
    public let entryKeys: [PublicKey]
    /// The members; no two have one id, and no key occurs twice among all keys of the charter.
    public let members: [CharterMember]
    /// Which votes carry an amendment, over member ids.
    public let voting: Quorum
    /// The text of `voting`.
    public let votingText: Text
    /// Which cosignatures a checkpoint needs; it lists no logs.
    public let witnesses: TrustPolicy
    /// The text of `witnesses`.
    public let witnessesText: Text
    /// Which cosignatures make an index root proven, over witness names; `nil` for `quorum none`.
    public let auditing: Quorum?
    /// The text of `auditing`.
    public let auditingText: Text
    /// Whether a witness policy under which the log alone can fork was knowingly chosen.
    public let allowForkable: Bool
    /// An index root follows after at most so many data entries.
    public let indexEvery: UInt64

    /// Makes a charter from the texts of its rules.
    ///
    /// - Throws: `malformed` with the place in the statement.
    public init(
        ledger: LedgerID? = nil, version: UInt64 = 1, origin: Origin,
        checkpointKeys: [VerifierKey], entryKeys: [PublicKey], members: [CharterMember],
        voting: Text, witnesses: Text, auditing: Text, allowForkable: Bool = false,
        indexEvery: UInt64 = 256
    ) throws(AttestationError) {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.add(Member.version, version)
        object.add(Member.origin, origin.text)
        object.add(Member.checkpointKeys, checkpointKeys.map(\.text))
        object.add(Member.entryKeys, entryKeys)
        object.add(Member.members, members)
        object.add(Member.voting, voting)
        object.add(Member.witnesses, witnesses)
        object.add(Member.auditing, auditing)
        object.add(Member.allowForkable, allowForkable)
        object.add(Member.indexEvery, indexEvery)
        try self.init(
            reading: JSONCursor(
                .object(object), in: .statement, at: JSONPointer.root.member("predicate")))
    }

    /// Whether this is the first charter of a ledger.
    public var isGenesis: Bool { version == 1 }

    /// The member called `id`.
    public func member(_ id: Text) -> CharterMember? {
        members.first { $0.id == id }
    }

    /// The subject of a genesis statement: the origin and its SHA-256.
    public var genesisSubject: Subject {
        Subject(name: origin.text, digest: SHA256.hash(origin.text.utf8))
    }
}

extension Charter: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case ledger, version, origin, checkpointKeys, entryKeys, members, voting, witnesses
        case auditing, allowForkable, indexEvery
    }

    /// Reads a charter.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        version = try cursor.positiveCount(Member.version)
        ledger = try cursor.optional(Member.ledger)
        guard (ledger == nil) == (version == 1) else {
            throw cursor.failure(Member.ledger, version == 1 ? .unexpectedMember : .missing)
        }
        let name = try cursor.member(Member.origin)
        guard let origin = Origin(try name.text()) else {
            throw name.failure(.notWritten(.origin, found: try name.text()))
        }
        self.origin = origin
        checkpointKeys = try Self.checkpointKeys(
            reading: cursor.member(Member.checkpointKeys), origin: origin)
        var seen: Set<PublicKey> = []
        entryKeys = try Self.entryKeys(reading: cursor.member(Member.entryKeys), seen: &seen)
        members = try Self.members(reading: cursor.member(Member.members), seen: &seen)
        let votingRule = try cursor.member(Member.voting)
        let votes = try votingRule.quorumText(over: members.map(\.id))
        guard let voting = votes.quorum else { throw votingRule.failure(.noRule) }
        self.voting = voting
        votingText = try votingRule.text()
        let policy = try cursor.member(Member.witnesses)
        witnessesText = try policy.text()
        do {
            witnesses = try TrustPolicy(witnessesText: witnessesText)
        } catch {
            throw policy.failure(.unacceptablePolicy(error))
        }
        allowForkable = try cursor.required(Member.allowForkable)
        guard allowForkable || witnesses.quorum.map(\.split) ?? 0 > 0 else {
            throw policy.failure(.forkable)
        }
        let auditingRule = try cursor.member(Member.auditing)
        auditing = try auditingRule.quorumText(over: witnesses.witnesses.map(\.name)).quorum
        auditingText = try auditingRule.text()
        indexEvery = try cursor.positiveCount(Member.indexEvery)
    }

    private static func checkpointKeys(
        reading cursor: JSONCursor, origin: Origin
    ) throws(AttestationError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for element in try cursor.elements(1...Int.max) {
            let text = try element.text()
            let key: VerifierKey
            do {
                key = try VerifierKey(text: text)
            } catch {
                throw element.failure(.unacceptableVerifierKey(error))
            }
            guard key.name.text == origin.text else {
                throw element.failure(
                    .mismatch(expected: origin.text, found: key.name.text))
            }
            guard key.type != .ed25519Cosignature else {
                throw element.failure(.unsuitableKeyType(key.type))
            }
            guard keys.allSatisfy({ $0.publicKey != key.publicKey }) else {
                throw element.failure(.duplicate(key.text))
            }
            keys.append(key)
        }
        guard keys.contains(where: { $0.type == .ed25519 }) else {
            throw cursor.failure(.noKeyOfType(.ed25519))
        }
        return keys
    }

    private static func entryKeys(
        reading cursor: JSONCursor, seen: inout Set<PublicKey>
    ) throws(AttestationError) -> [PublicKey] {
        var keys: [PublicKey] = []
        for element in try cursor.elements(1...Int.max) {
            let key = try PublicKey(reading: element)
            guard seen.insert(key).inserted else {
                throw element.failure(.duplicate(Text(key.keyID.hex)))
            }
            keys.append(key)
        }
        return keys
    }

    private static func members(
        reading cursor: JSONCursor, seen: inout Set<PublicKey>
    ) throws(AttestationError) -> [CharterMember] {
        var members: [CharterMember] = []
        var ids: Set<Text> = []
        for element in try cursor.elements(1...Int.max) {
            let member = try CharterMember(reading: element, distinctFrom: &seen)
            guard ids.insert(member.id).inserted else {
                throw element.failure(CharterMember.Member.id, .duplicate(member.id))
            }
            members.append(member)
        }
        return members
    }

    /// The charter as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.ledger, ledger)
        object.add(Member.version, version)
        object.add(Member.origin, origin.text)
        object.add(Member.checkpointKeys, checkpointKeys.map(\.text))
        object.add(Member.entryKeys, entryKeys)
        object.add(Member.members, members)
        object.add(Member.voting, votingText)
        object.add(Member.witnesses, witnessesText)
        object.add(Member.auditing, auditingText)
        object.add(Member.allowForkable, allowForkable)
        object.add(Member.indexEvery, indexEvery)
        return .object(object)
    }
}

extension JSONCursor {
    /// Reads a member that must be there and be an integer from 1 to 2^53-1.
    func positiveCount(_ name: some MemberName) throws(AttestationError) -> UInt64 {
        let count: UInt64 = try required(name)
        guard count > 0 else {
            throw failure(name, .outOfRange(0, 1...Limits.countEnd - 1))
        }
        return count
    }

    /// The group and quorum lines that this value, which must be a string, holds.
    fileprivate func quorumText(over leaves: [Text]) throws(AttestationError) -> QuorumText {
        let text = try text()
        do {
            return try QuorumText(text: text, leaves: leaves)
        } catch {
            throw failure(.unacceptablePolicy(error))
        }
    }
}
