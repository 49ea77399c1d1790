/// The DER signature of ECDSA and SM2: a SEQUENCE of the INTEGERs r and s (RFC 3279 section 2.2.3).
enum ECSignature {
    /// Returns normally only if `signature` is the one encoding of r and s, each from 1 to n-1.
    ///
    /// Both (r, s) and (r, n-s) are valid ECDSA signatures: whoever needs one signature per
    /// message must not count on the signature's bytes.
    static func check(_ signature: [UInt8], order: [UInt8]) throws(SignatureError) {
        var outer = DERReader(signature[...])
        guard let contents = outer.element(DER.sequenceTag), outer.isAtEnd else { throw .invalid }
        var numbers = DERReader(contents)
        guard let r = numbers.unsignedInteger(), let s = numbers.unsignedInteger(),
            DER.element(DER.sequenceTag, DER.integer(r) + DER.integer(s)) == signature,
            isScalar(r, below: order), isScalar(s, below: order)
        else { throw .invalid }
    }

    /// Whether `number`, which has no leading zeros, is from 1 to `order` - 1.
    private static func isScalar(_ number: ArraySlice<UInt8>, below order: [UInt8]) -> Bool {
        guard !number.isEmpty, number.count <= order.count else { return false }
        return number.count < order.count || number.lexicographicallyPrecedes(order)
    }

    /// The order n of the group in which `algorithm` works (SEC 2, GB/T 32918.5), big-endian;
    /// `nil` for algorithms without such signatures.
    static func order(of algorithm: SignatureAlgorithm) -> [UInt8]? {
        let hex: StaticString
        switch algorithm {
        case .ecdsaP256SHA256:
            hex = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
        case .ecdsaP384SHA384:
            hex = """
                ffffffffffffffffffffffffffffffffffffffffffffffff\
                c7634d81f4372ddf581a0db248b0a77aecec196accc52973
                """
        case .sm2SM3:
            hex = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"
        case .ed25519, .rsaPSSSHA256, .mlDSA44, .mlDSA65, .mlDSA87:
            return nil
        }
        return Hex.decode(hex.description.utf8)
    }
}
