public import AssayCrypto

/// What entries are found by in the subject index (formats.md 8).
///
/// The place of a key in the map is
/// `SHA-256("assay-index-v1" || 0x00 || kind || 0x00 || value)`.
public struct IndexKey: Hashable, Sendable {
    /// The kinds of keys.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The digest of a subject, in hex.
        case subject
        /// The `protocolDigest` of an evaluation, in hex.
        case evaluation
        /// The member id of a signer.
        case signer
        /// A whole predicate type.
        case type
        /// The leaf hash of an entry that others speak about, in hex.
        case about
        /// The leaf hash of the protocol of a result, in hex.
        case plan

        /// Whether values of this kind are 64 lower-case hex digits.
        public var isDigest: Bool {
            switch self {
            case .subject, .evaluation, .about, .plan: true
            case .signer, .type: false
            }
        }
    }

    /// The kind.
    public let kind: Kind
    /// The value: 64 hex digits, a member id or a predicate type.
    public let value: Text

    /// Creates a key; a value that is not of the kind's form, or is empty, or holds a zero byte,
    /// gives `nil`.
    public init?(_ kind: Kind, _ value: Text) {
        guard !kind.isDigest || Digest(hex: value.utf8) != nil else { return nil }
        // The parts are joined by zero bytes, so a value that has one could read as another key.
        guard !value.isEmpty, !value.utf8.contains(0) else { return nil }
        self.kind = kind
        self.value = value
    }

    /// Creates a key of a kind whose values are digests; another kind gives `nil`.
    public init?(_ kind: Kind, _ digest: Digest) {
        guard kind.isDigest else { return nil }
        self.kind = kind
        value = Text(digest.hex)
    }

    /// The place in the map, whose bits are walked from the most significant.
    public var place: Digest {
        var computation = SHA256()
        computation.update([UInt8]("assay-index-v1".utf8))
        computation.update(0)
        computation.update([UInt8](kind.rawValue.utf8))
        computation.update(0)
        computation.update(value.utf8)
        return computation.finalize()
    }
}
