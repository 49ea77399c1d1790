import AssayCrypto

extension DisclosureError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .tooLarge(let byteCount):
            "a disclosure has \(byteCount) bytes, "
                + "at most \(Limits.disclosureByteCountMax) are allowed"
        case .notBase64URL: "a disclosure is not base64url without padding"
        case .notJSON(let error): "a disclosure is not acceptable JSON: \(error)"
        case .notAnArray: "a disclosure is not a JSON array"
        case .wrongLength(let count):
            "a disclosure has \(count) elements instead of two or three"
        case .saltIsNoText: "the salt of a disclosure is not a string"
        case .nameIsNoText: "the name in a disclosure is not a string"
        case .wrongSaltLength(let count):
            "a salt has \(count) bytes instead of \(Limits.saltByteCount)"
        case .reservedName(let name): "a disclosure is named \"\(name)\", which is reserved"
        case .givenTwice(let digest): "the disclosure with digest \(digest) was given twice"
        case .notReferenced(let digest):
            "nothing refers to the disclosure with digest \(digest.excerpt)"
        case .digestTwice(let digest, let place):
            "the digest \(digest.excerpt) at \(place.words) occurs twice"
        case .malformedDigests(let place): "_sd at \(place.words) is not an array of strings"
        case .malformedElement(let place): "the member ... at \(place.words) must not stand there"
        case .unsupportedAlgorithm(let place):
            "_sd_alg at \(place.words) must stand at the top and be \"sha-256\""
        case .wrongKind(let place):
            "at \(place.words) a member is disclosed as an element, or an element as a member"
        case .nameCollision(let place): "the disclosed member \(place) is there already"
        case .nothingToWithhold(let place): "there is no member \(place) to withhold"
        case .neverWithheld(let place): "\(place) must never be withheld"
        case .malformedResult(let error): "with what is disclosed, \(error)"
        }
    }
}

extension JSONPointer {
    /// The place as a sentence names it.
    fileprivate var words: String { isRoot ? "the top" : description }
}
