import AssayCrypto

/// The rule for members of a predicate that are not shown.
///
/// An `evaluation-result` lists in `withheld` the places (JSON Pointers inside the predicate) of
/// what it keeps back, with a reason. A required member may be absent only if its place is listed.
/// Each listed member that is absent from an object must be covered by a digest in that object's
/// `_sd`, one digest a member; a listed place whose object is absent itself must lie inside a
/// listed one. A listed member that is present is no contradiction: it has since been disclosed,
/// or what is kept back is what it refers to. The `ledger`, the list itself and references to other
/// entries are never withheld (formats.md section 11).
enum WithheldMembers {
    /// The places that a predicate lists as withheld, as places of the whole statement.
    static func places(
        in predicate: JSONCursor, type: PredicateType
    ) throws(AttestationError) -> Set<JSONPointer> {
        // Few predicates use the reserved names, and only those are walked with their places.
        if hasReservedName(predicate.value) {
            var digests: Set<Text> = []
            try checkDigests(in: predicate, isTop: true, seen: &digests)
        }
        guard type == .evaluationResult, let list = try predicate.member("withheld") else {
            return []
        }
        var places: [JSONPointer] = []
        for element in try list.elements() {
            let path: JSONPointer = try element.required(WithheldItem.Member.path)
            guard !EvaluationResult.isNeverWithheld(path) else {
                throw element.failure(WithheldItem.Member.path, .neverWithheld)
            }
            places.append(path)
        }
        let listed = Set(places)
        guard listed.count == places.count else {
            throw list.failure(.duplicate(firstDuplicate(places).text))
        }
        try checkCover(listed, in: predicate)
        return Set(places.map { predicate.path.appending($0) })
    }

    private static func hasReservedName(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .number, .string: false
        case .array(let elements): elements.contains(where: hasReservedName)
        case .object(let object):
            object.members.contains {
                DisclosureNames.contain($0.name) || hasReservedName($0.value)
            }
        }
    }

    /// Checks what RFC 9901 reserves: `_sd` holds digests, no digest occurs twice, `_sd_alg` stands
    /// only at the top and names SHA-256.
    private static func checkDigests(
        in cursor: JSONCursor, isTop: Bool = false, seen: inout Set<Text>
    ) throws(AttestationError) {
        switch cursor.value {
        case .null, .bool, .number, .string: return
        case .array:
            for element in try cursor.elements() {
                if element.value.type == .object,
                    let digest = try element.member(DisclosureNames.element)
                {
                    try checkDigest(digest, seen: &seen)
                }
                try checkDigests(in: element, seen: &seen)
            }
        case .object:
            for (name, place) in try cursor.members() {
                switch name {
                case DisclosureNames.digests:
                    for digest in try place.elements() { try checkDigest(digest, seen: &seen) }
                case DisclosureNames.algorithm:
                    guard isTop else { throw place.failure(.unexpectedMember) }
                    let algorithm = try place.text()
                    guard algorithm == DisclosureNames.sha256 else {
                        throw place.failure(
                            .notOneOf([DisclosureNames.sha256], found: algorithm))
                    }
                default: try checkDigests(in: place, seen: &seen)
                }
            }
        }
    }

    private static func checkDigest(
        _ cursor: JSONCursor, seen: inout Set<Text>
    ) throws(AttestationError) {
        let digest = try cursor.text()
        guard Base64URL.decode(digest.utf8)?.count == Digest.byteCount else {
            throw cursor.failure(.notWritten(.disclosureDigest, found: digest))
        }
        guard seen.insert(digest).inserted else { throw cursor.failure(.duplicate(digest)) }
    }

    private static func firstDuplicate(_ places: [JSONPointer]) -> JSONPointer {
        var seen: Set<JSONPointer> = []
        return places.first { !seen.insert($0).inserted } ?? .root
    }

    /// Checks that what is listed and absent is covered by digests.
    private static func checkCover(
        _ listed: Set<JSONPointer>, in predicate: JSONCursor
    ) throws(AttestationError) {
        var absent: [JSONPointer: Int] = [:]
        for place in listed where place.value(in: predicate.value) == nil {
            guard let parent = place.parent else { continue }
            absent[parent, default: 0] += 1
        }
        for (parent, count) in absent.sorted(by: { $0.key.text < $1.key.text }) {
            let digests: Int
            if let object = parent.value(in: predicate.value) {
                digests = object[DisclosureNames.digests]?.array?.count ?? 0
            } else {
                digests = isInside(listed, parent) ? count : 0
            }
            guard digests >= count else {
                throw AttestationError.malformed(
                    predicate.document, predicate.path.appending(parent),
                    .withheldWithoutDigest(listed: count, digests: digests))
            }
        }
    }

    /// Whether `place` or something that contains it is listed.
    private static func isInside(_ listed: Set<JSONPointer>, _ place: JSONPointer) -> Bool {
        var place: JSONPointer? = place
        while let current = place {
            if listed.contains(current) { return true }
            place = current.parent
        }
        return false
    }
}

/// The names that RFC 9901 reserves.
enum DisclosureNames {
    /// The array of digests in an object.
    static let digests: Text = "_sd"
    /// The digest algorithm, at the top of a predicate.
    static let algorithm: Text = "_sd_alg"
    /// The only algorithm.
    static let sha256: Text = "sha-256"
    /// The single member of an object that stands for a hidden array element.
    static let element: Text = "..."
    /// Whether `name` is one of them.
    static func contain(_ name: Text) -> Bool {
        // Asked of every member of every statement: the first byte tells most of them.
        switch name.utf8.first {
        case UInt8(ascii: "_"), UInt8(ascii: "."): [digests, algorithm, element].contains(name)
        default: false
        }
    }
}
