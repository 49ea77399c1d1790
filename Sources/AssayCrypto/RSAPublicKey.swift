/// Modulus and exponent of an RSA key, read from the one allowed SubjectPublicKeyInfo:
/// `rsaEncryption` with NULL (RFC 3279 section 2.3.1).
struct RSAPublicKey {
    /// The shortest and the longest modulus that is taken, in bits.
    ///
    /// Verifying costs the square of the length, and OpenSSL itself refuses beyond 16384.
    static let modulusBits = 3072...8192

    /// The modulus, big-endian, no leading zero.
    let modulus: [UInt8]
    /// The exponent.
    let exponent: UInt64

    /// The number of bytes of modulus and signature.
    var byteCount: Int { modulus.count }

    /// SEQUENCE of 1.2.840.113549.1.1.1 and NULL.
    private static let algorithmIdentifier: [UInt8] = [
        0x30, 13, 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 0x05, 0,
    ]
    /// The identifier alone, by which other encodings are told.
    private static let objectIdentifier = algorithmIdentifier[2..<13]

    /// Reads `spki`; `nil` if it is no RSA key at all.
    ///
    /// - Throws: `encodingNotAllowed`, `modulusOutOfRange`, `unacceptableExponent`,
    ///   `unacceptableModulus`.
    init?(spki: [UInt8]) throws(KeyError) {
        var outer = DERReader(spki[...])
        guard let contents = outer.element(DER.sequenceTag) else { return nil }
        var info = DERReader(contents)
        guard info.skip(Self.algorithmIdentifier) else {
            guard contents.prefix(24).dropFirst(2).starts(with: Self.objectIdentifier) else {
                return nil
            }
            throw .encodingNotAllowed(.rsaPSSSHA256)
        }
        guard let bits = info.element(DER.bitStringTag), bits.first == 0 else {
            throw .encodingNotAllowed(.rsaPSSSHA256)
        }
        var key = DERReader(bits.dropFirst())
        guard let pair = key.element(DER.sequenceTag) else {
            throw .encodingNotAllowed(.rsaPSSSHA256)
        }
        var numbers = DERReader(pair)
        guard let modulus = numbers.unsignedInteger(), let exponent = numbers.unsignedInteger(),
            Self.spki(modulus: modulus, exponent: exponent) == spki
        else { throw .encodingNotAllowed(.rsaPSSSHA256) }
        try self.init(modulus: modulus, exponent: exponent)
    }

    private init(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) throws(KeyError) {
        guard let first = modulus.first, let last = modulus.last else {
            throw .modulusOutOfRange(bits: 0)
        }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard Self.modulusBits.contains(bits) else { throw .modulusOutOfRange(bits: bits) }
        guard last & 1 == 1 else { throw .unacceptableModulus }
        guard exponent.count <= 8 else { throw .unacceptableExponent }
        let value = exponent.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard value > 1 << 16, value & 1 == 1 else { throw .unacceptableExponent }
        self.modulus = [UInt8](modulus)
        self.exponent = value
    }

    private static func spki(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) -> [UInt8] {
        let numbers = DER.integer(modulus) + DER.integer(exponent)
        let key = DER.element(DER.sequenceTag, numbers)
        return DER.element(
            DER.sequenceTag, algorithmIdentifier + DER.element(DER.bitStringTag, [0] + key))
    }
}
