import AssayCrypto

/// Replaces members of a predicate by salted digests (formats.md section 11, RFC 9901).
public struct Withholding: Hashable, Sendable {
    /// The predicate without the members, with their digests in `_sd`.
    public let predicate: JSONValue
    /// What was taken out, for the producer's file of openings; in the order of the places given,
    /// deepest first.
    public let disclosures: [Disclosure]

    /// Withholds members of a result.
    ///
    /// What is withheld, and why, is taken from the result's own `withheld`; places in it that name
    /// no member say that something outside the statement is kept back, and are left as they are
    /// only if `places` does not list them.
    ///
    /// - Parameters:
    ///   - result: the finished result.
    ///   - places: the members to take out; each must be listed in `withheld`.
    ///   - salt: gives 16 bytes that nobody can guess, new ones at each call.
    /// - Throws: `nothingToWithhold`, `neverWithheld` for a place that must be shown or that the
    ///   result does not list, and what making disclosures throws.
    public init(
        _ result: EvaluationResult, places: [JSONPointer], salt: () -> [UInt8]
    ) throws(DisclosureError) {
        for place in places where !result.isWithheld(place) { throw .neverWithheld(place) }
        try self.init(
            result.json, places: places, isNeverWithheld: EvaluationResult.isNeverWithheld,
            salt: salt)
    }

    /// Withholds members of a document.
    init(
        _ document: JSONValue, places: [JSONPointer],
        isNeverWithheld: (JSONPointer) -> Bool = { $0.isRoot }, salt: () -> [UInt8]
    ) throws(DisclosureError) {
        var document = document
        var disclosures: [Disclosure] = []
        // What lies deeper is taken out first, so that it is hidden inside what contains it.
        for place in places.sorted(by: { $0.tokens.count > $1.tokens.count }) {
            guard !isNeverWithheld(place) else { throw .neverWithheld(place) }
            let tokens = place.tokens
            document = try Self.withhold(tokens[...], of: place, in: document) {
                (name, value) throws(DisclosureError) in
                let disclosure = try Disclosure(salt: salt(), name: name, value: value)
                disclosures.append(disclosure)
                return disclosure.digest
            }
        }
        predicate = document
        self.disclosures = disclosures
    }

    /// The value with the member that `tokens` lead to replaced by a digest in `_sd`.
    ///
    /// Digests are sorted, so that their order does not tell in which order they were added.
    private static func withhold(
        _ tokens: ArraySlice<Text>, of place: JSONPointer, in value: JSONValue,
        commit: (Text, JSONValue) throws(DisclosureError) -> Text
    ) throws(DisclosureError) -> JSONValue {
        guard let token = tokens.first else { throw .nothingToWithhold(place) }
        switch value {
        case .object(let object):
            guard let member = object[token] else { throw .nothingToWithhold(place) }
            if tokens.count > 1 {
                let changed = try withhold(
                    tokens.dropFirst(), of: place, in: member, commit: commit)
                return .object(
                    JSONObject(
                        object.members.map { $0.name == token ? .init(token, changed) : $0 }))
            }
            let digest = try commit(token, member)
            let digests = (object[DisclosureNames.digests]?.array ?? []).compactMap(\.text)
            var rest = JSONObject(
                object.members.filter { $0.name != token && $0.name != DisclosureNames.digests })
            rest.append(
                DisclosureNames.digests,
                .array((digests + [digest]).sorted().map(JSONValue.string)))
            return .object(rest)
        case .array(var elements):
            guard tokens.count > 1, let index = UInt64(canonicalDecimal: token.utf8),
                index < elements.count
            else { throw .nothingToWithhold(place) }
            elements[Int(index)] = try withhold(
                tokens.dropFirst(), of: place, in: elements[Int(index)], commit: commit)
            return .array(elements)
        case .null, .bool, .number, .string: throw .nothingToWithhold(place)
        }
    }
}

extension Statement {
    /// The statement as it reads with disclosures put in their places.
    ///
    /// The payload stays the signed one; only ``predicate`` and ``predicateJSON`` change.
    ///
    /// - Throws: `DisclosureError`, with `malformedResult` if what is disclosed does not make a
    ///   well-formed statement, and `neverWithheld` if a disclosed member should have been shown.
    public func disclosing(_ disclosures: [Disclosure]) throws(DisclosureError) -> Statement {
        let resolved = try ResolvedDocument(predicateJSON, disclosures: disclosures)
        for place in resolved.disclosed where isNeverWithheld(place) {
            throw .neverWithheld(place)
        }
        do {
            return try Statement(self, resolvedTo: resolved.withHiddenDigests)
        } catch {
            throw .malformedResult(error)
        }
    }

    /// Whether a member of the predicate must not be hidden: references and the ledger.
    private func isNeverWithheld(_ place: JSONPointer) -> Bool {
        switch predicateType {
        case .evaluationResult: EvaluationResult.isNeverWithheld(place)
        case .correction: ["/ledger", "/target", "/replacement"].contains(place.text)
        default: ["/ledger", "/original", "/own"].contains(place.text)
        }
    }
}
