public import AssayCrypto

/// A DSSE envelope that carries an in-toto statement, with at least one signature, none verified
/// (formats.md section 2).
///
/// ```json
/// {"payload":BASE64,"payloadType":"application/vnd.in-toto+json",
///  "signatures":[{"keyid":HEX,"sig":BASE64}]}
/// ```
/// The payload stays the bytes that were signed. There is one canonical form: these members in this
/// order, no white space, signatures sorted by `keyid`.
public struct Envelope: Hashable, Sendable {
    /// One signature over the envelope's pre-authentication encoding.
    public struct Signature: Hashable, Sendable {
        /// The keyid of the key that is said to have signed.
        public let keyID: KeyID
        /// The signature's bytes.
        public let bytes: [UInt8]

        /// Creates a signature.
        public init(keyID: KeyID, bytes: [UInt8]) {
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// The only payload type: an in-toto statement as JSON.
    public static let payloadType: Text = "application/vnd.in-toto+json"

    /// The signed bytes.
    public let payload: [UInt8]
    /// The signatures, sorted by keyid, no two with the same one.
    public let signatures: [Signature]

    /// Creates an envelope from its parts.
    ///
    /// - Throws: `tooLarge` for a payload or an entry beyond its limit, `malformed` if there is no
    ///   signature, an empty one, or two by one keyid.
    public init(payload: [UInt8], signatures: [Signature]) throws(AttestationError) {
        let draft = try EnvelopeDraft(payload: payload, signatures: signatures)
        self = try draft.envelope()
    }

    /// Reads a submission: the members in any order, white space between them allowed.
    ///
    /// - Throws: `notJSON`, `malformed` with the place, or `tooLarge`.
    public init(parsing bytes: [UInt8]) throws(AttestationError) {
        self = try EnvelopeDraft(parsing: bytes).envelope()
    }

    /// Reads an entry, which must be in canonical form.
    ///
    /// - Throws: what `init(parsing:)` throws, and `notCanonical` for any other spelling.
    public init(canonicalEntry bytes: [UInt8]) throws(AttestationError) {
        guard bytes.count <= Limits.entryByteCountMax else {
            throw .tooLarge(
                .envelope, byteCount: bytes.count, limit: Limits.entryByteCountMax)
        }
        if let draft = EnvelopeDraft(canonical: bytes) {
            self = try draft.envelope()
            return
        }
        let canonical = try Envelope(parsing: bytes).canonicalEntry
        let position = zip(canonical, bytes).enumerated().first { $1.0 != $1.1 }?.offset
        throw .notCanonical(.envelope, differsAt: position ?? min(canonical.count, bytes.count))
    }

    /// Reads a submission as `init(parsing:)` does.
    ///
    /// - Returns: the envelope, and the bytes that become its entry.
    public static func submission(
        _ bytes: [UInt8]
    ) throws(AttestationError) -> (envelope: Envelope, entry: [UInt8]) {
        if let draft = EnvelopeDraft(canonical: bytes) { return (try draft.envelope(), bytes) }
        let envelope = try Envelope(parsing: bytes)
        return (envelope, envelope.canonicalEntry)
    }

    /// Takes over the parts of a draft, which the caller has checked to be complete.
    init(checked draft: EnvelopeDraft) {
        payload = draft.payload
        signatures = draft.signatures
    }

    /// The bytes that become the log's entry.
    public var canonicalEntry: [UInt8] {
        EnvelopeDraft(checkedPayload: payload, signatures: signatures).bytes
    }

    /// The bytes that the signatures cover.
    public var preAuthEncoding: [UInt8] {
        PreAuthEncoding.encode(payloadType: Self.payloadType, payload: payload)
    }

    /// The SHA-256 of the payload: two envelopes with one payload are one submission.
    public var payloadDigest: Digest { SHA256.hash(payload) }

    /// The envelope with more signatures.
    ///
    /// - Throws: `malformed` if a keyid is there already, `tooLarge` beyond the entry's limit.
    public func adding(_ more: [Signature]) throws(AttestationError) -> Envelope {
        try Envelope(payload: payload, signatures: signatures + more)
    }

    /// This envelope as a draft that collects more signatures.
    public var draft: EnvelopeDraft {
        EnvelopeDraft(checkedPayload: payload, signatures: signatures)
    }
}
