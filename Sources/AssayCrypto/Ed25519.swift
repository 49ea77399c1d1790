import CSodium

/// Ed25519 (RFC 8032) by libsodium, with the one strict answer of formats.md section 1: small-order
/// or non-canonical keys and R, unreduced S, and equations that need a low-order residue are refused.
public enum Ed25519 {
    /// The number of bytes of a public key.
    public static let publicKeyByteCount = 32
    /// The number of bytes of a private seed.
    public static let seedByteCount = 32
    /// The number of bytes of a signature.
    public static let signatureByteCount = 64

    /// Whether `key` is the canonical encoding of a curve point that is not of small order: what
    /// every key that is loaded from outside must be.
    ///
    /// A point is of small order when eight times it is the neutral element.
    public static func isAcceptable(publicKey key: [UInt8]) -> Bool {
        guard key.count == publicKeyByteCount, isCanonical(key) else { return false }
        var point = key
        for _ in 0..<3 {
            var double = [UInt8](repeating: 0, count: publicKeyByteCount)
            guard unsafe crypto_core_ed25519_add(&double, point, point) == 0 else { return false }
            point = double
        }
        return point != [1] + [UInt8](repeating: 0, count: publicKeyByteCount - 1)
    }

    /// Whether the y coordinate, the sign bit left out, is below the field's prime 2^255-19.
    private static func isCanonical(_ key: [UInt8]) -> Bool {
        var y = key
        y[31] &= 0x7f
        let prime = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
        return y.reversed().lexicographicallyPrecedes(prime.reversed())
    }

    /// Returns normally only if `signature` over `message` verifies under `publicKey`.
    ///
    /// - Throws: `SignatureError.invalid`.
    public static func verify(
        _ signature: [UInt8], over message: [UInt8], publicKey: [UInt8]
    ) throws(SignatureError) {
        guard signature.count == signatureByteCount, publicKey.count == publicKeyByteCount
        else { throw .invalid }
        let status = unsafe crypto_sign_verify_detached(
            signature, message, UInt64(message.count), publicKey)
        guard status == 0 else { throw .invalid }
    }

    /// The public key of a 32-byte seed.
    public static func publicKey(seed: [UInt8]) -> [UInt8] {
        keyPair(seed: seed).publicKey
    }

    /// The deterministic signature of `message` by the key of `seed`.
    public static func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8] {
        var secretKey = keyPair(seed: seed).secretKey
        var signature = [UInt8](repeating: 0, count: signatureByteCount)
        let status = unsafe crypto_sign_detached(
            &signature, nil, message, UInt64(message.count), secretKey)
        precondition(status == 0, "libsodium refused to sign")
        unsafe sodium_memzero(&secretKey, secretKey.count)
        return signature
    }

    private static func keyPair(seed: [UInt8]) -> (publicKey: [UInt8], secretKey: [UInt8]) {
        precondition(seed.count == seedByteCount)
        var publicKey = [UInt8](repeating: 0, count: publicKeyByteCount)
        var secretKey = [UInt8](repeating: 0, count: 64)
        let status = unsafe crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
        precondition(status == 0, "libsodium refused to derive a key")
        return (publicKey, secretKey)
    }
}
