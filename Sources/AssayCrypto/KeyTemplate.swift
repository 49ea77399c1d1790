/// The one allowed SubjectPublicKeyInfo of each algorithm whose keys have one length: fixed bytes,
/// then the key (RFC 5480, RFC 8410, RFC 9881, GB/T 35276).
struct KeyTemplate {
    /// Everything before the key's own bytes.
    let prefix: [UInt8]
    /// The AlgorithmIdentifier within the prefix, which tells the algorithm of other encodings.
    let algorithmIdentifier: [UInt8]
    /// The number of bytes after the prefix.
    let keyByteCount: Int

    /// - Parameters:
    ///   - parts: what the AlgorithmIdentifier holds: an object identifier, then any parameters.
    ///   - lead: bytes within the BIT STRING that every key starts with.
    private init(parts: [UInt8], lead: [UInt8], keyByteCount: Int) {
        let key = lead + [UInt8](repeating: 0, count: keyByteCount)
        algorithmIdentifier = DER.element(DER.sequenceTag, parts)
        let whole = DER.element(
            DER.sequenceTag, algorithmIdentifier + DER.element(DER.bitStringTag, [0] + key))
        prefix = [UInt8](whole.dropLast(keyByteCount))
        self.keyByteCount = keyByteCount
    }

    /// The template of `algorithm`, or `nil` for RSA, whose keys vary in length.
    init?(_ algorithm: SignatureAlgorithm) {
        // 04: an uncompressed point, the only allowed form.
        switch algorithm {
        case .ed25519:
            self.init(parts: [0x06, 3, 0x2b, 0x65, 0x70], lead: [], keyByteCount: 32)
        case .ecdsaP256SHA256:
            let curve: [UInt8] = [0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]
            self.init(parts: Self.ecPublicKey + curve, lead: [4], keyByteCount: 64)
        case .ecdsaP384SHA384:
            let curve: [UInt8] = [0x06, 5, 0x2b, 0x81, 4, 0, 0x22]
            self.init(parts: Self.ecPublicKey + curve, lead: [4], keyByteCount: 96)
        case .sm2SM3:
            let curve: [UInt8] = [0x06, 8, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d]
            self.init(parts: Self.ecPublicKey + curve, lead: [4], keyByteCount: 64)
        case .rsaPSSSHA256:
            return nil
        case .mlDSA44:
            self.init(parts: Self.mlDSA + [0x11], lead: [], keyByteCount: 1312)
        case .mlDSA65:
            self.init(parts: Self.mlDSA + [0x12], lead: [], keyByteCount: 1952)
        case .mlDSA87:
            self.init(parts: Self.mlDSA + [0x13], lead: [], keyByteCount: 2592)
        }
    }

    /// OBJECT IDENTIFIER 1.2.840.10045.2.1.
    private static let ecPublicKey: [UInt8] = [0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]
    /// OBJECT IDENTIFIER 2.16.840.1.101.3.4.3, to be ended by 17, 18 or 19.
    private static let mlDSA: [UInt8] = [0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3]

    /// The SubjectPublicKeyInfo of a key.
    func spki(_ key: some Collection<UInt8>) -> [UInt8] {
        prefix + key
    }

    /// The key's own bytes, or `nil` if `spki` is not of this template.
    func key(in spki: [UInt8]) -> ArraySlice<UInt8>? {
        guard spki.count == prefix.count + keyByteCount, spki.starts(with: prefix) else {
            return nil
        }
        return spki.dropFirst(prefix.count)
    }

    private static let all: [(SignatureAlgorithm, KeyTemplate)] =
        SignatureAlgorithm.allCases.compactMap { algorithm in
            KeyTemplate(algorithm).map { (algorithm, $0) }
        }

    /// The algorithm and the key's own bytes, or why there are none.
    static func recognize(
        _ spki: [UInt8]
    ) throws(KeyError) -> (algorithm: SignatureAlgorithm, key: ArraySlice<UInt8>) {
        for (algorithm, template) in all {
            if let key = template.key(in: spki) {
                return (algorithm, key)
            }
        }
        var reader = DERReader(spki[...])
        guard let contents = reader.element(DER.sequenceTag) else { throw .unknownKeyType }
        for (algorithm, template) in all
        where contents.starts(with: template.algorithmIdentifier) {
            throw .encodingNotAllowed(algorithm)
        }
        throw .unknownKeyType
    }
}
