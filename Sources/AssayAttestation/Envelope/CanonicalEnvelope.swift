import AssayCrypto

extension EnvelopeDraft {
    /// Reads the canonical form (formats.md section 2), and nothing else, without a JSON tree.
    ///
    /// Entries are always in this form and submissions nearly always, so this is what a ledger and
    /// a replay spend their time in. What it refuses is read by `init(parsing:)`, which says what
    /// is wrong with it, if anything is.
    ///
    /// - Returns: `nil` for any bytes other than those that `bytes` of some draft are.
    init?(canonical entry: [UInt8]) {
        guard entry.count <= Limits.entryByteCountMax else { return nil }
        var rest = CanonicalText(entry[...])
        guard rest.skip(Self.opening), let payload = rest.base64(),
            payload.count <= Limits.payloadByteCountMax, rest.skip(Self.middle)
        else { return nil }
        var signatures: [Envelope.Signature] = []
        while rest.isAt(Self.signatureOpening) {
            guard let signature = rest.signature() else { return nil }
            if let last = signatures.last, last.keyID >= signature.keyID { return nil }
            signatures.append(signature)
            guard signatures.count <= Limits.signatureCountMax else { return nil }
            guard rest.skip([UInt8(ascii: ",")]) else { break }
            guard rest.isAt(Self.signatureOpening) else { return nil }
        }
        guard rest.skip(Self.closing), rest.isAtEnd else { return nil }
        self.init(checkedPayload: payload, signatures: signatures)
    }
}

/// What is left to read of an envelope in canonical form.
private struct CanonicalText {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    func isAt(_ bytes: [UInt8]) -> Bool { rest.starts(with: bytes) }

    mutating func skip(_ bytes: [UInt8]) -> Bool {
        guard isAt(bytes) else { return false }
        rest = rest.dropFirst(bytes.count)
        return true
    }

    /// The bytes of a base64 text that ends before the next quotation mark.
    mutating func base64() -> [UInt8]? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        defer { rest = rest[end...] }
        return Base64.decode(rest[..<end])
    }

    mutating func signature() -> Envelope.Signature? {
        guard skip(EnvelopeDraft.signatureOpening), let keyID = KeyID(hex: rest.prefix(64))
        else { return nil }
        rest = rest.dropFirst(64)
        guard skip(EnvelopeDraft.signatureMiddle), let bytes = base64(), !bytes.isEmpty,
            skip(EnvelopeDraft.signatureClosing)
        else { return nil }
        return Envelope.Signature(keyID: keyID, bytes: bytes)
    }
}
