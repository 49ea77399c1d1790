import AssayCrypto
import AssayTLog

extension AttestationError: CustomStringConvertible {
    /// What is wrong and where, in words.
    public var description: String {
        switch self {
        case .notJSON(let document, let error):
            "the \(document.rawValue) is not acceptable JSON: \(error)"
        case .malformed(let document, let path, let malformation):
            "the \(document.rawValue)\(path.isRoot ? "" : " at \(path)") \(malformation)"
        case .tooLarge(let document, let byteCount, let limit):
            "the \(document.rawValue) has \(byteCount) bytes, at most \(limit) are allowed"
        case .notCanonical(let document, let position):
            "the \(document.rawValue) is not in its canonical form: it differs at byte \(position)"
        }
    }
}

extension Malformation: CustomStringConvertible {
    /// What is wrong, as the end of a sentence whose subject is the value.
    public var description: String {
        switch self {
        case .missing: "is missing"
        case .unexpectedMember: "is a member that must not stand there"
        case .wrongType(let expected, let found):
            "must be \(expected.words), but is \(found.words)"
        case .emptyText: "must not be empty"
        case .notWritten(let spelling, let found):
            "must be \(spelling), but is \"\(found.excerpt)\""
        case .notOneOf(let allowed, let found):
            "must be one of \(allowed.map { "\"\($0)\"" }.joined(separator: ", ")), "
                + "but is \"\(found.excerpt)\""
        case .notACount(let found):
            "must be an integer from 0 to 9007199254740991, but is \(found.excerpt)"
        case .outOfRange(let found, let range):
            "must be from \(range.lowerBound) to \(range.upperBound), but is \(found)"
        case .tooFew(let count, let least):
            "must have at least \(least) elements, but has \(count)"
        case .tooMany(let count, let most):
            "must have at most \(most) elements, but has \(count)"
        case .duplicate(let found): "occurs twice: \"\(found.excerpt)\""
        case .mismatch(let expected, let found):
            "must be \"\(expected.excerpt)\", but is \"\(found.excerpt)\""
        case .unacceptableKey(let error): "is not an acceptable public key: \(error)"
        case .unacceptableVerifierKey(let error): "is not an acceptable verifier key: \(error)"
        case .unsuitableKeyType(let type):
            "is a verifier key of type \(type.words), which cannot stand here"
        case .noKeyOfType(let type): "has no verifier key of type \(type.words)"
        case .unacceptablePolicy(let error): "is not acceptable: \(error)"
        case .noRule: "must be a rule, not \"quorum none\""
        case .forkable:
            "would let the log alone fork (its split is 0), and allowForkable is false"
        case .neverWithheld: "must not be withheld"
        case .withheldWithoutDigest(let listed, let digests):
            "lacks \(listed) members that are listed as withheld, but has \(digests) digests in _sd"
        }
    }
}

extension JSONType {
    /// The type with its article.
    var words: String {
        switch self {
        case .null: "null"
        case .array, .object: "an \(rawValue)"
        case .boolean, .number, .string: "a \(rawValue)"
        }
    }
}

extension Spelling: CustomStringConvertible {
    /// The rule in words.
    public var description: String {
        switch self {
        case .hexDigest: "64 lower-case hex digits"
        case .base64: "standard base64 with padding"
        case .disclosureDigest: "a SHA-256 as base64url without padding"
        case .decimal: "a decimal number in a string, such as \"-0.25\" or \"1e-07\""
        case .timestamp: "a time in UTC, such as \"2026-01-31T09:30:00Z\""
        case .ledgerID: "a ledger identity: assay1: and 64 lower-case hex digits"
        case .memberID:
            "a member id: 1 to 32 lower-case letters, digits and hyphens, no hyphen first"
        case .languageTag: "a BCP 47 language tag"
        case .jsonPointer: "a JSON Pointer, such as \"/results/0/value\""
        case .origin: "an origin: 1 to 255 bytes on one line"
        case .printable: "text without control characters"
        }
    }
}

extension Text {
    /// The text for an error message: at most 80 characters, control characters as `?`.
    var excerpt: String {
        let shown = string.unicodeScalars.prefix(80).map { scalar in
            scalar.properties.generalCategory == .control ? "?" : Character(scalar)
        }
        return String(shown) + (string.unicodeScalars.count > 80 ? "…" : "")
    }
}

extension SignatureType {
    /// The type's byte as verifier keys are described by.
    fileprivate var words: String { "0x" + Hex.encode([rawValue]) }
}
