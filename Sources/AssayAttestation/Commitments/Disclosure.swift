public import AssayCrypto

/// An RFC 9901 disclosure: a salted member or array element that a document commits to by digest.
///
/// `disclosure = base64url(JSON [salt, name, value])`, or without a name for an element. The digest
/// is over the characters of the base64url text, so the JSON needs no canonical form.
public struct Disclosure: Hashable, Sendable {
    /// What a disclosure shows.
    public enum Content: Hashable, Sendable {
        /// A member of an object.
        case member(name: Text, value: JSONValue)
        /// An element of an array.
        case element(value: JSONValue)
    }

    /// The base64url text.
    public let text: Text
    /// The salt, as it stands in the JSON.
    public let salt: Text
    /// What is shown.
    public let content: Content

    /// `base64url(SHA-256(text))`: what stands in the document.
    public var digest: Text { Text(Base64URL.encode(SHA256.hash(text.utf8).bytes)) }

    /// Reads a disclosure.
    ///
    /// - Throws: `DisclosureError`, all cases but those about a document.
    public init(_ text: Text) throws(DisclosureError) {
        guard text.utf8.count <= Limits.disclosureByteCountMax else {
            throw .tooLarge(byteCount: text.utf8.count)
        }
        guard let bytes = Base64URL.decode(text.utf8) else { throw .notBase64URL }
        let value: JSONValue
        do {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(error)
        }
        guard let parts = value.array else { throw .notAnArray }
        guard parts.count == 2 || parts.count == 3 else { throw .wrongLength(parts.count) }
        guard let salt = parts[0].text else { throw .saltIsNoText }
        if parts.count == 3 {
            guard let name = parts[1].text else { throw .nameIsNoText }
            guard name != DisclosureNames.digests, name != DisclosureNames.element else {
                throw .reservedName(name)
            }
            content = .member(name: name, value: parts[2])
        } else {
            content = .element(value: parts[1])
        }
        self.text = text
        self.salt = salt
    }

    /// Makes the disclosure of a member.
    ///
    /// - Parameter salt: 16 bytes that nobody can guess and that are used once.
    /// - Throws: `reservedName`, `wrongSaltLength`, `tooLarge`.
    public init(
        salt: [UInt8], name: Text, value: JSONValue
    ) throws(DisclosureError) {
        guard salt.count == Limits.saltByteCount else { throw .wrongSaltLength(salt.count) }
        let json: JSONValue = [
            .string(Base64URL.encode(salt)), .string(name), value,
        ]
        try self.init(Text(Base64URL.encode(CompactJSON.serialize(json))))
    }

    /// The disclosed value.
    public var value: JSONValue {
        switch content {
        case .member(_, let value), .element(let value): value
        }
    }
}

/// Why a disclosure was rejected, or a document with disclosures.
public enum DisclosureError: Error, Hashable, Sendable {
    /// The text is longer than allowed.
    case tooLarge(byteCount: Int)
    /// The text is not base64url without padding.
    case notBase64URL
    /// The bytes are not strict JSON.
    case notJSON(JSONError)
    /// The JSON is not an array.
    case notAnArray
    /// The array has neither two nor three elements.
    case wrongLength(Int)
    /// The first element is not a string.
    case saltIsNoText
    /// The second of three elements is not a string.
    case nameIsNoText
    /// A salt to be used does not have 16 bytes.
    case wrongSaltLength(Int)
    /// A disclosed member has a name that RFC 9901 reserves.
    case reservedName(Text)
    /// A disclosure was given twice, by its digest.
    case givenTwice(Text)
    /// The document does not refer to a disclosure, by its digest.
    case notReferenced(Text)
    /// A digest stands twice in the document.
    case digestTwice(Text, at: JSONPointer)
    /// `_sd` is not an array of strings.
    case malformedDigests(at: JSONPointer)
    /// An object with `...` has other members, does not stand in an array, or holds no digest.
    case malformedElement(at: JSONPointer)
    /// `_sd_alg` names another digest than SHA-256, or does not stand at the top.
    case unsupportedAlgorithm(at: JSONPointer)
    /// A disclosure of an element stands where a member's must, or the other way round.
    case wrongKind(at: JSONPointer)
    /// A disclosed member has the name of one that is there.
    case nameCollision(JSONPointer)
    /// There is nothing at a place that is to be withheld, or its parent is no object.
    case nothingToWithhold(JSONPointer)
    /// A place that must always be shown.
    case neverWithheld(JSONPointer)
    /// The document with its disclosures is not well-formed.
    case malformedResult(AttestationError)
}
