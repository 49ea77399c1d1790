public import AssayAttestation
import AssayCrypto
import AssayTLog

extension FraudProof {
    /// Reads a fraud proof; anything but its one representation is refused.
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
        try Bundle.requireCanonical(bytes, value)
    }

    /// The one representation of the proof, without trailing byte.
    public var bytes: [UInt8] { Bundle.canonical(json) }
}

extension FraudProof: JSONObjectConvertible {
    package enum Member: String, MemberName { case fraud, kind, accused, evidence }

    private enum EvidenceMember: String, MemberName { case a, b, index, inA, inB, bundle, entries }

    private static let version: Text = "assay/v1"

    /// Reads the members; others are refused, and so is evidence of another kind.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        let version = try cursor.member(Member.fraud)
        guard try version.text() == Self.version else {
            throw version.failure(.mismatch(expected: Self.version, found: try version.text()))
        }
        let kind: Kind = try cursor.required(Member.kind)
        let place = try cursor.member(Member.evidence)
        try Self.refuseMembersOfOtherKinds(place, kind)
        accused = try cursor.required(Member.accused)
        evidence =
            switch kind {
            case .forkSameSize: .forkSameSize(try Self.notes(place))
            case .forkInclusion:
                .forkInclusion(try Self.notes(place), try Self.difference(place))
            case .witnessFork:
                .witnessFork(
                    try Self.notes(place),
                    try place.member("index") == nil ? nil : try Self.difference(place))
            case .unauthorisedEntry:
                .unauthorisedEntry(
                    try place.required(EvidenceMember.bundle), entries: try Self.entries(place))
            case .badIndexRoot: .badIndexRoot(try place.required(EvidenceMember.bundle))
            }
    }

    private static func refuseMembersOfOtherKinds(
        _ place: JSONCursor, _ kind: Kind
    ) throws(AttestationError) {
        let members: [EvidenceMember] =
            switch kind {
            case .forkSameSize: [.a, .b]
            case .forkInclusion: [.a, .b, .index, .inA, .inB]
            case .witnessFork:
                try place.member("index") == nil ? [.a, .b] : [.a, .b, .index, .inA, .inB]
            case .unauthorisedEntry: [.bundle, .entries]
            case .badIndexRoot: [.bundle]
            }
        let names = members.map { Text($0.rawValue) }
        for member in try place.object().members where !names.contains(member.name) {
            throw AttestationError.malformed(
                .bundle, place.path.member(member.name), .unexpectedMember)
        }
    }

    private static func notes(_ cursor: JSONCursor) throws(AttestationError) -> Notes {
        Notes(
            a: try cursor.member(EvidenceMember.a).text().utf8,
            b: try cursor.member(EvidenceMember.b).text().utf8)
    }

    private static func entries(
        _ cursor: JSONCursor
    ) throws(AttestationError) -> [[UInt8]]? {
        guard let list = try cursor.member("entries") else { return nil }
        var entries: [[UInt8]] = []
        for element in try list.elements() { entries.append(try element.base64()) }
        return entries
    }

    private static func difference(_ cursor: JSONCursor) throws(AttestationError) -> Difference {
        Difference(
            index: LeafIndex(try cursor.required(EvidenceMember.index)),
            inA: try cursor.required(EvidenceMember.inA),
            inB: try cursor.required(EvidenceMember.inB))
    }

    /// The proof as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.fraud, Self.version)
        object.add(Member.kind, evidence.kind)
        object.add(Member.accused, accused)
        object.append("evidence", .object(evidenceJSON))
        return .object(object)
    }

    private var evidenceJSON: JSONObject {
        var object = JSONObject()
        func add(_ notes: Notes) {
            object.append("a", .string(String(decoding: notes.a, as: UTF8.self)))
            object.append("b", .string(String(decoding: notes.b, as: UTF8.self)))
        }
        func add(_ difference: Difference) {
            object.add(EvidenceMember.index, difference.index.value)
            object.add(EvidenceMember.inA, difference.inA)
            object.add(EvidenceMember.inB, difference.inB)
        }
        switch evidence {
        case .forkSameSize(let notes): add(notes)
        case .forkInclusion(let notes, let difference):
            add(notes)
            add(difference)
        case .witnessFork(let notes, let difference):
            add(notes)
            if let difference { add(difference) }
        case .unauthorisedEntry(let bundle, let entries):
            object.add(EvidenceMember.bundle, bundle)
            if let entries {
                object.append(
                    "entries", .array(entries.map { .string(Base64.encode($0)) }))
            }
        case .badIndexRoot(let bundle): object.add(EvidenceMember.bundle, bundle)
        }
        return object
    }
}

extension FraudProof.Leaf: JSONObjectConvertible {
    package enum Member: String, MemberName { case entry, proof }

    /// Reads a leaf.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        self.init(
            entry: try cursor.member(Member.entry).base64(),
            proof: InclusionProof(path: try cursor.member(Member.proof).hashes()))
    }

    /// The leaf as JSON.
    package var json: JSONValue {
        ["entry": .string(Base64.encode(entry)), "proof": .hashes(proof.path)]
    }
}
