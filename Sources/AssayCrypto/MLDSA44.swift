/// ML-DSA-44 (FIPS 204), pure, empty context, on the raw keys that notes carry.
public enum MLDSA44 {
    /// The number of bytes of a raw public key.
    public static let publicKeyByteCount = 1312
    /// The number of bytes of a signature.
    public static let signatureByteCount = 2420

    /// Whether the libcrypto at hand has the algorithm (OpenSSL 3.5 and up).
    public static var isAvailable: Bool { SignatureAlgorithm.mlDSA44.isAvailable }

    /// Returns normally only if `signature` over `message` verifies under the raw `publicKey`.
    ///
    /// - Throws: `SignatureError`; `algorithmUnavailable` says nothing about the signature.
    public static func verify(
        _ signature: [UInt8], over message: [UInt8], publicKey: [UInt8]
    ) throws(SignatureError) {
        let key: PublicKey
        do {
            key = try PublicKey(raw: publicKey, algorithm: .mlDSA44)
        } catch .libraryFault {
            throw .libraryFault
        } catch {
            throw .invalid
        }
        try key.verify(signature, over: message)
    }

    /// The signature of `message` by `key`, or `nil` if that is a key of another algorithm.
    ///
    /// - Throws: `SignatureError.libraryFault`.
    public static func sign(
        _ message: [UInt8], with key: PrivateKey
    ) throws(SignatureError) -> [UInt8]? {
        guard key.algorithm == .mlDSA44 else { return nil }
        return try key.sign(message)
    }
}
