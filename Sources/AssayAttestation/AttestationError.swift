public import AssayCrypto
public import AssayTLog

/// Why an envelope, a statement or a predicate was rejected.
public enum AttestationError: Error, Hashable, Sendable {
    /// What was being read.
    public enum Document: String, Hashable, Sendable {
        /// A DSSE envelope.
        case envelope
        /// An in-toto statement, the payload of an envelope.
        case statement
        /// An RFC 9901 disclosure.
        case disclosure
        /// An opened sample record.
        case record
        /// An evidence bundle.
        case bundle
        /// What a program keeps for its next run.
        case state
    }

    /// The bytes are not strict JSON.
    case notJSON(Document, JSONError)
    /// The value at a place is not what must stand there.
    case malformed(Document, JSONPointer, Malformation)
    /// There are more bytes than allowed.
    case tooLarge(Document, byteCount: Int, limit: Int)
    /// The bytes are another spelling of the value than its one canonical form, from this byte on.
    case notCanonical(Document, differsAt: Int)
}

/// What is wrong with one JSON value.
public enum Malformation: Error, Hashable, Sendable {
    /// A required member is absent.
    case missing
    /// A member that must not stand here.
    case unexpectedMember
    /// A value of another JSON type.
    case wrongType(expected: JSONType, found: JSONType)
    /// A text without characters.
    case emptyText
    /// A text that breaks a rule of spelling.
    case notWritten(Spelling, found: Text)
    /// A word outside a closed list.
    case notOneOf([Text], found: Text)
    /// A number that is not an integer from 0 to 2^53-1, by its text.
    case notACount(Text)
    /// An integer outside a range.
    case outOfRange(UInt64, ClosedRange<UInt64>)
    /// Fewer elements than required.
    case tooFew(count: Int, least: Int)
    /// More elements than allowed.
    case tooMany(count: Int, most: Int)
    /// A second value that must occur once.
    case duplicate(Text)
    /// A value that contradicts another one of the same document.
    case mismatch(expected: Text, found: Text)
    /// A public key that is not acceptable.
    case unacceptableKey(KeyError)
    /// A note verifier key that is not acceptable.
    case unacceptableVerifierKey(VerifierKeyError)
    /// A verifier key of a type that cannot stand here.
    case unsuitableKeyType(SignatureType)
    /// Verifier keys of which none is of a required type.
    case noKeyOfType(SignatureType)
    /// Group and quorum lines, or a policy, that are not acceptable.
    case unacceptablePolicy(PolicyError)
    /// A rule that says `quorum none` where there must be one.
    case noRule
    /// A witness policy under which the log alone could fork, without `allowForkable`.
    case forkable
    /// A member that is withheld although it never may be.
    case neverWithheld
    /// More members are listed as withheld than the object has digests in `_sd`.
    case withheldWithoutDigest(listed: Int, digests: Int)
}

/// The types of JSON values.
public enum JSONType: String, Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean
    /// A number.
    case number
    /// A string.
    case string
    /// An array.
    case array
    /// An object.
    case object
}

/// The rules of spelling that texts in documents follow.
public enum Spelling: Hashable, Sendable {
    /// 64 lower-case hex digits.
    case hexDigest
    /// Base64 of RFC 4648 section 4 with padding.
    case base64
    /// The base64url of a SHA-256, without padding.
    case disclosureDigest
    /// A decimal string (formats.md section 3).
    case decimal
    /// An RFC 3339 time in UTC that the calendar has.
    case timestamp
    /// `assay1:` and 64 lower-case hex digits.
    case ledgerID
    /// `[a-z0-9][a-z0-9-]{0,31}`.
    case memberID
    /// A BCP 47 language tag.
    case languageTag
    /// A JSON Pointer (RFC 6901).
    case jsonPointer
    /// The origin of a log.
    case origin
    /// Text without control characters.
    case printable
}
