import AssayCrypto

/// An envelope that is still collecting signatures and may have none.
///
/// A charter travels as a draft from one signer to the next. Its file is an envelope in canonical
/// form; only the number of signatures is free.
public struct EnvelopeDraft: Hashable, Sendable {
    /// The bytes to sign.
    public let payload: [UInt8]
    /// The signatures so far, sorted by keyid, no two with the same one.
    public let signatures: [Envelope.Signature]

    /// Creates a draft from its parts.
    ///
    /// - Throws: `tooLarge` for a payload or an entry beyond its limit, `malformed` for an empty
    ///   signature or two by one keyid.
    public init(
        payload: [UInt8], signatures: [Envelope.Signature] = []
    ) throws(AttestationError) {
        guard payload.count <= Limits.payloadByteCountMax else {
            throw .tooLarge(
                .statement, byteCount: payload.count, limit: Limits.payloadByteCountMax)
        }
        let list = JSONPointer.root.member("signatures")
        var keyIDs: Set<KeyID> = []
        for (position, signature) in signatures.enumerated() {
            let place = list.element(position)
            guard keyIDs.insert(signature.keyID).inserted else {
                throw .malformed(
                    .envelope, place.member("keyid"), .duplicate(Text(signature.keyID.hex)))
            }
            guard !signature.bytes.isEmpty else {
                throw .malformed(.envelope, place.member("sig"), .emptyText)
            }
        }
        self.init(
            checkedPayload: payload, signatures: signatures.sorted { $0.keyID < $1.keyID })
        let byteCount = self.byteCount
        guard byteCount <= Limits.entryByteCountMax else {
            throw .tooLarge(.envelope, byteCount: byteCount, limit: Limits.entryByteCountMax)
        }
    }

    /// Reads a draft: the members in any order, white space between them allowed.
    ///
    /// - Throws: `notJSON`, `malformed` with the place, or `tooLarge`.
    public init(parsing bytes: [UInt8]) throws(AttestationError) {
        if let draft = EnvelopeDraft(canonical: bytes) {
            self = draft
            return
        }
        guard bytes.count <= Limits.submissionByteCountMax else {
            throw .tooLarge(
                .envelope, byteCount: bytes.count, limit: Limits.submissionByteCountMax)
        }
        let value: JSONValue
        do {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.envelope, error)
        }
        self = try EnvelopeDraft(reading: JSONCursor(value, in: .envelope))
    }

    init(checkedPayload payload: [UInt8], signatures: [Envelope.Signature]) {
        self.payload = payload
        self.signatures = signatures
    }

    /// The draft in canonical form.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        bytes += Self.opening
        bytes += Base64.encodeBytes(payload)
        bytes += Self.middle
        for (position, signature) in signatures.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += Self.signatureOpening
            bytes += signature.keyID.hex.utf8
            bytes += Self.signatureMiddle
            bytes += Base64.encodeBytes(signature.bytes)
            bytes += Self.signatureClosing
        }
        bytes += Self.closing
        return bytes
    }

    /// The length of the canonical form.
    private var byteCount: Int {
        func base64Count(_ count: Int) -> Int { (count + 2) / 3 * 4 }
        let signatureBytes = signatures.reduce(0) { sum, signature in
            sum + Self.signatureOpening.count + 64 + Self.signatureMiddle.count
                + base64Count(signature.bytes.count) + Self.signatureClosing.count
        }
        return Self.opening.count + base64Count(payload.count) + Self.middle.count
            + signatureBytes + max(0, signatures.count - 1) + Self.closing.count
    }

    // The canonical form, piece by piece.
    static let opening = [UInt8](#"{"payload":""#.utf8)
    static let middle = [UInt8](
        #"","payloadType":"\#(Envelope.payloadType)","signatures":["#.utf8)
    static let signatureOpening = [UInt8](#"{"keyid":""#.utf8)
    static let signatureMiddle = [UInt8](#"","sig":""#.utf8)
    static let signatureClosing = [UInt8](#""}"#.utf8)
    static let closing = [UInt8]("]}".utf8)

    /// The draft with one more signature.
    ///
    /// - Throws: `malformed` if the keyid is there already, `tooLarge` beyond the entry's limit.
    public func adding(_ signature: Envelope.Signature) throws(AttestationError) -> EnvelopeDraft {
        try EnvelopeDraft(payload: payload, signatures: signatures + [signature])
    }

    /// The bytes that the signatures cover.
    public var preAuthEncoding: [UInt8] {
        PreAuthEncoding.encode(payloadType: Envelope.payloadType, payload: payload)
    }

    /// The envelope, once there is a signature.
    ///
    /// - Throws: `malformed` if there is none.
    public func envelope() throws(AttestationError) -> Envelope {
        guard !signatures.isEmpty else {
            throw .malformed(
                .envelope, JSONPointer.root.member("signatures"), .tooFew(count: 0, least: 1))
        }
        return Envelope(checked: self)
    }
}

extension EnvelopeDraft: JSONObjectConvertible {
    package enum Member: String, MemberName { case payload, payloadType, signatures }

    /// Reads the three members of an envelope; others are refused.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        let payloadType = try cursor.member(Member.payloadType)
        guard try payloadType.text() == Envelope.payloadType else {
            throw payloadType.failure(
                .mismatch(expected: Envelope.payloadType, found: try payloadType.text()))
        }
        var signatures: [Envelope.Signature] = []
        let list = try cursor.member(Member.signatures)
        for element in try list.elements(0...Limits.signatureCountMax) {
            signatures.append(try Envelope.Signature(reading: element))
        }
        try self.init(payload: cursor.member(Member.payload).base64(), signatures: signatures)
    }

    /// The envelope as JSON.
    package var json: JSONValue {
        [
            "payload": .string(Base64.encode(payload)),
            "payloadType": .string(Envelope.payloadType),
            "signatures": signatures.json,
        ]
    }
}

extension Envelope.Signature: JSONObjectConvertible {
    package enum Member: String, MemberName { case keyid, sig }

    /// Reads the two members of a signature; others are refused.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        try cursor.refuseUnknownMembers(besides: Member.self)
        let signature = try cursor.member(Member.sig)
        let keyID: Digest = try cursor.required(Member.keyid)
        self.init(keyID: KeyID(keyID), bytes: try signature.base64())
        guard !bytes.isEmpty else { throw signature.failure(.emptyText) }
    }

    /// The signature as JSON.
    package var json: JSONValue {
        ["keyid": .string(keyID.hex), "sig": .string(Base64.encode(bytes))]
    }
}

extension JSONCursor {
    /// The bytes of this value, which must be a string of standard base64.
    package func base64() throws(AttestationError) -> [UInt8] {
        let text = try text()
        guard let bytes = Base64.decode(text.utf8) else {
            throw failure(.notWritten(.base64, found: text))
        }
        return bytes
    }
}
