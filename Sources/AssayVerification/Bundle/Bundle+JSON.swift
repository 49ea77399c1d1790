public import AssayAttestation
package import AssayCrypto
import AssayTLog

extension Bundle {
    /// Reads a bundle; anything but its one representation is refused.
    ///
    /// - Throws: `tooLarge`, `notJSON`, `malformed` with the place, or `notCanonical`.
    public init(parsing bytes: [UInt8]) throws(AttestationError) {
        guard bytes.count <= Self.byteCountMax else {
            throw .tooLarge(.bundle, byteCount: bytes.count, limit: Self.byteCountMax)
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.bundle, error)
        }
        try self.init(reading: JSONCursor(value, in: .bundle))
        try Self.requireCanonical(bytes, value)
    }

    /// Refuses `bytes` unless they are the one representation of `value`.
    static func requireCanonical(
        _ bytes: [UInt8], _ value: JSONValue
    ) throws(AttestationError) {
        let canonical: [UInt8]
        do throws(JCSError) {
            canonical = try JCS.serialize(value)
        } catch {
            throw .notCanonical(.bundle, differsAt: 0)
        }
        guard canonical == bytes else {
            let same = zip(canonical, bytes).prefix { $0 == $1 }.count
            throw .notCanonical(.bundle, differsAt: same)
        }
    }

    /// The one representation of the bundle, without trailing byte.
    public var bytes: [UInt8] { Self.canonical(json) }

    /// The RFC 8785 form of a value that was made from the members below.
    static func canonical(_ value: JSONValue) -> [UInt8] {
        do throws(JCSError) {
            return try JCS.serialize(value)
        } catch {
            preconditionFailure("a bundle holds no numbers but integers below 2^53: \(error)")
        }
    }
}

extension Bundle: JSONObjectConvertible {
    package enum Member: String, MemberName {
        case bundle, ledger, checkpoint, entries, handovers, lookups, pins, disclosures, openings
    }

    private static let version: Text = "assay/v1"

    /// Reads the members; the lists after `entries` may be absent when empty.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        let version = try cursor.member(Member.bundle)
        guard try version.text() == Self.version else {
            throw version.failure(.mismatch(expected: Self.version, found: try version.text()))
        }
        let list = try cursor.member(Member.entries)
        _ = try list.elements(1...Self.entryCountMax)
        self.init(
            ledger: try cursor.required(Member.ledger),
            checkpoint: try cursor.member(Member.checkpoint).text().utf8,
            entries: try [Entry](reading: list),
            handovers: try cursor.optional(Member.handovers) ?? [],
            lookups: try cursor.optional(Member.lookups) ?? [],
            pins: try cursor.optional(Member.pins) ?? [],
            disclosures: try cursor.optional(Member.disclosures) ?? [],
            openings: try cursor.optional(Member.openings) ?? [])
        try list.requireAscending(entries.map(\.index))
    }

    /// The bundle as JSON, every list present.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.bundle, Self.version)
        object.add(Member.ledger, ledger)
        object.append("checkpoint", .string(String(decoding: checkpoint, as: UTF8.self)))
        object.add(Member.entries, entries)
        object.add(Member.handovers, handovers)
        object.add(Member.lookups, lookups)
        object.add(Member.pins, pins)
        object.add(Member.disclosures, disclosures)
        object.add(Member.openings, openings)
        return .object(object)
    }
}

extension Bundle.Role: ClosedWord {}

extension Bundle.Entry: JSONObjectConvertible {
    package enum Member: String, MemberName { case index, entry, proof, role }

    /// Reads an entry.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        self.init(
            index: LeafIndex(try cursor.required(Member.index)),
            entry: try cursor.member(Member.entry).base64(),
            proof: InclusionProof(path: try cursor.member(Member.proof).hashes()),
            role: try cursor.required(Member.role))
    }

    /// The entry as JSON.
    package var json: JSONValue {
        [
            "index": .count(index.value), "entry": .string(Base64.encode(entry)),
            "proof": .hashes(proof.path), "role": role.json,
        ]
    }
}

extension Bundle.Handover: JSONObjectConvertible {
    package enum Member: String, MemberName { case index, checkpoint, proof, consistency }

    /// Reads a handover.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        index = LeafIndex(try cursor.required(Member.index))
        checkpoint = try cursor.member(Member.checkpoint).text().utf8
        proof = InclusionProof(path: try cursor.member(Member.proof).hashes())
        consistency = ConsistencyProof(path: try cursor.member(Member.consistency).hashes())
    }

    /// The handover as JSON.
    package var json: JSONValue {
        [
            "index": .count(index.value),
            "checkpoint": .string(String(decoding: checkpoint, as: UTF8.self)),
            "proof": .hashes(proof.path), "consistency": .hashes(consistency.path),
        ]
    }
}

extension Bundle.Lookup: JSONObjectConvertible {
    package enum Member: String, MemberName { case root, kind, value, indexes, siblings, end }

    /// Reads a lookup.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        let list = try cursor.member(Member.indexes)
        self.init(
            root: LeafIndex(try cursor.required(Member.root)),
            kind: try cursor.required(Member.kind),
            value: try cursor.required(Member.value),
            indexes: try [UInt64](reading: list).map(LeafIndex.init),
            siblings: try cursor.member(Member.siblings).hashes(),
            end: try cursor.required(Member.end))
        try list.requireAscending(indexes)
    }

    /// The lookup as JSON.
    package var json: JSONValue {
        [
            "root": .count(root.value), "kind": .string(kind), "value": .string(value),
            "indexes": .array(indexes.map { .count($0.value) }),
            "siblings": .hashes(siblings), "end": end.json,
        ]
    }
}

extension Bundle.Lookup.End: JSONConvertible {
    package enum Member: String, MemberName { case key, value }
    private enum Word: String, ClosedWord { case leaf, empty }

    /// Reads one of two words, or the key and value of another leaf.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        guard cursor.value.object != nil else {
            self = try Word(reading: cursor) == .leaf ? .leaf : .empty
            return
        }
        try cursor.refuseUnknownMembers(besides: Member.self)
        self = .other(
            key: try cursor.required(Member.key),
            value: try cursor.member(Member.value).base64())
    }

    /// The end as JSON.
    package var json: JSONValue {
        switch self {
        case .leaf: Word.leaf.json
        case .empty: Word.empty.json
        case .other(let key, let value):
            ["key": key.json, "value": .string(Base64.encode(value))]
        }
    }
}

extension Bundle.Pin: JSONObjectConvertible {
    package enum Member: String, MemberName { case size, root, proof }

    /// Reads a pin.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        self.init(
            head: TreeHead(
                size: TreeSize(try cursor.required(Member.size)),
                root: try cursor.member(Member.root).hash()),
            proof: ConsistencyProof(path: try cursor.member(Member.proof).hashes()))
    }

    /// The pin as JSON.
    package var json: JSONValue {
        [
            "size": .count(head.size.value), "root": .string(head.root.base64),
            "proof": .hashes(proof.path),
        ]
    }
}

extension Bundle.Opening: JSONObjectConvertible {
    package enum Member: String, MemberName { case entry, index, salt, record, proof }

    /// Reads an opening.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        self.init(
            entry: LeafIndex(try cursor.required(Member.entry)),
            index: LeafIndex(try cursor.required(Member.index)),
            salt: try cursor.member(Member.salt).base64(),
            record: try cursor.member(Member.record).base64(),
            proof: InclusionProof(path: try cursor.member(Member.proof).hashes()))
    }

    /// The opening as JSON.
    package var json: JSONValue {
        [
            "entry": .count(entry.value), "index": .count(index.value),
            "salt": .string(Base64.encode(salt)), "record": .string(Base64.encode(record)),
            "proof": .hashes(proof.path),
        ]
    }
}

extension JSONCursor {
    /// The digest that this value, a string, spells in base64.
    func hash() throws(AttestationError) -> Digest {
        let text = try text()
        guard let digest = Digest(base64: text.utf8) else {
            throw failure(.notWritten(.base64, found: text))
        }
        return digest
    }

    /// The digests that this value, an array of strings, spells in base64.
    package func hashes() throws(AttestationError) -> [Digest] {
        var digests: [Digest] = []
        for element in try elements() {
            digests.append(try element.hash())
        }
        return digests
    }

    /// Refuses this array unless its indexes ascend, each of them once.
    fileprivate func requireAscending(_ indexes: [LeafIndex]) throws(AttestationError) {
        for (position, pair) in zip(indexes, indexes.dropFirst()).enumerated()
        where pair.0 >= pair.1 {
            throw AttestationError.malformed(
                document, path.element(position + 1),
                .outOfRange(pair.1.value, pair.0.value...UInt64.max))
        }
    }
}

extension JSONValue {
    package static func hashes(_ digests: [Digest]) -> JSONValue {
        .array(digests.map { .string($0.base64) })
    }
}
