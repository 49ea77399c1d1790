import AssayCrypto

/// A document with the disclosures that belong to it put in their places (RFC 9901 section 7.1).
public struct ResolvedDocument: Hashable, Sendable {
    /// The document with every disclosed member and element, without digests and `_sd_alg`.
    public let processed: JSONValue
    /// The same with the digests of what is still hidden left in `_sd`.
    ///
    /// It is what a reader needs that has to know that something is withheld.
    public let withHiddenDigests: JSONValue
    /// The places of what was disclosed, in the order of the document.
    public let disclosed: [JSONPointer]
    /// The number of digests that nothing was disclosed for; decoys are among them.
    public let hiddenCount: Int

    /// Puts disclosures into a document.
    ///
    /// - Throws: `DisclosureError`; a disclosure that the document does not refer to is refused,
    ///   and so is a digest that occurs twice, disclosed or not.
    public init(
        _ document: JSONValue, disclosures: [Disclosure]
    ) throws(DisclosureError) {
        var byDigest: [Text: Disclosure] = [:]
        for disclosure in disclosures {
            guard byDigest.updateValue(disclosure, forKey: disclosure.digest) == nil else {
                throw .givenTwice(disclosure.digest)
            }
        }
        var resolver = DisclosureResolver(byDigest: byDigest)
        let resolved = try resolver.resolve(document, at: .root)
        processed = resolved.processed
        withHiddenDigests = resolved.withHiddenDigests
        disclosed = resolver.disclosed
        hiddenCount = resolver.seen.count - resolver.used.count
        for disclosure in disclosures where !resolver.used.contains(disclosure.digest) {
            throw .notReferenced(disclosure.digest)
        }
    }
}

/// The walk through a document that puts disclosures into it.
///
/// Depth is bounded: the document and every disclosed value were read by the strict reader, and a
/// value is entered only once, since its digest may occur only once.
private struct DisclosureResolver {
    let byDigest: [Text: Disclosure]
    var seen: Set<Text> = []
    var used: Set<Text> = []
    var disclosed: [JSONPointer] = []

    init(byDigest: [Text: Disclosure]) { self.byDigest = byDigest }

    /// A value as it is shown, and as it is shown with its hidden digests.
    typealias Resolved = (processed: JSONValue, withHiddenDigests: JSONValue)

    mutating func resolve(
        _ value: JSONValue, at place: JSONPointer
    ) throws(DisclosureError) -> Resolved {
        switch value {
        case .null, .bool, .number, .string: (value, value)
        case .array(let elements): try resolve(elements, at: place)
        case .object(let object): try resolve(object, at: place)
        }
    }

    /// The disclosure of a digest, which must not have occurred before; `nil` if it is hidden.
    private mutating func disclosure(
        _ digest: Text, at place: JSONPointer
    ) throws(DisclosureError) -> Disclosure? {
        guard seen.insert(digest).inserted else { throw .digestTwice(digest, at: place) }
        guard let disclosure = byDigest[digest] else { return nil }
        used.insert(digest)
        return disclosure
    }

    private mutating func resolve(
        _ object: JSONObject, at place: JSONPointer
    ) throws(DisclosureError) -> Resolved {
        var processed = JSONObject()
        var withHidden = JSONObject()
        var digests: [Text] = []
        for member in object.members {
            let memberPlace = place.member(member.name)
            switch member.name {
            case DisclosureNames.element: throw .malformedElement(at: memberPlace)
            case DisclosureNames.algorithm:
                guard place.isRoot, member.value == .string(DisclosureNames.sha256) else {
                    throw .unsupportedAlgorithm(at: memberPlace)
                }
                withHidden.append(member.name, member.value)
            case DisclosureNames.digests:
                digests = try Self.texts(of: member.value, at: memberPlace)
            default:
                let resolved = try resolve(member.value, at: memberPlace)
                processed.append(member.name, resolved.processed)
                withHidden.append(member.name, resolved.withHiddenDigests)
            }
        }
        var hidden: [JSONValue] = []
        for digest in digests {
            guard let disclosure = try disclosure(digest, at: place) else {
                hidden.append(.string(digest))
                continue
            }
            guard case .member(let name, let value) = disclosure.content else {
                throw .wrongKind(at: place)
            }
            let memberPlace = place.member(name)
            guard processed[name] == nil, name != DisclosureNames.algorithm else {
                throw .nameCollision(memberPlace)
            }
            disclosed.append(memberPlace)
            let resolved = try resolve(value, at: memberPlace)
            processed.append(name, resolved.processed)
            withHidden.append(name, resolved.withHiddenDigests)
        }
        if !hidden.isEmpty { withHidden.append(DisclosureNames.digests, .array(hidden)) }
        return (.object(processed), .object(withHidden))
    }

    private mutating func resolve(
        _ elements: [JSONValue], at place: JSONPointer
    ) throws(DisclosureError) -> Resolved {
        var processed: [JSONValue] = []
        var withHidden: [JSONValue] = []
        for element in elements {
            guard let object = element.object, let reference = object[DisclosureNames.element]
            else {
                let resolved = try resolve(element, at: place.element(processed.count))
                processed.append(resolved.processed)
                withHidden.append(resolved.withHiddenDigests)
                continue
            }
            guard object.members.count == 1, let digest = reference.text else {
                throw .malformedElement(at: place.element(processed.count))
            }
            guard let disclosure = try disclosure(digest, at: place) else {
                withHidden.append(element)
                continue
            }
            let elementPlace = place.element(processed.count)
            guard case .element(let value) = disclosure.content else {
                throw .wrongKind(at: elementPlace)
            }
            disclosed.append(elementPlace)
            let resolved = try resolve(value, at: elementPlace)
            processed.append(resolved.processed)
            withHidden.append(resolved.withHiddenDigests)
        }
        return (.array(processed), .array(withHidden))
    }

    private static func texts(
        of value: JSONValue, at place: JSONPointer
    ) throws(DisclosureError) -> [Text] {
        guard let elements = value.array else { throw .malformedDigests(at: place) }
        var texts: [Text] = []
        for element in elements {
            guard let text = element.text else { throw .malformedDigests(at: place) }
            texts.append(text)
        }
        return texts
    }
}
