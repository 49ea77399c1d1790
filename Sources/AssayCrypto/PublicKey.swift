/// A public key of the closed list, which dictates the algorithm.
///
/// A key is its DER SubjectPublicKeyInfo in the one encoding that formats.md section 1 allows, so
/// equal keys have equal bytes and one keyid.
public struct PublicKey: Hashable, Sendable {
    /// The DER SubjectPublicKeyInfo.
    public let spki: [UInt8]
    /// The one algorithm that the key is used with.
    public let algorithm: SignatureAlgorithm
    /// The SHA-256 of the DER.
    public let keyID: KeyID

    /// The algorithm's own form of the key, which ends the DER; for RSA the whole DER.
    private let raw: ArraySlice<UInt8>
    /// The key in libcrypto; `nil` for Ed25519 and for algorithms that the library lacks.
    private let handle: KeyHandle?
    /// The number of bytes of a signature where that is fixed.
    private let signatureByteCount: Int?

    /// Reads a DER SubjectPublicKeyInfo.
    ///
    /// A key of an algorithm that the libcrypto at hand lacks is read too, so that it has a keyid;
    /// verifying with it throws `algorithmUnavailable`.
    ///
    /// - Throws: `unknownKeyType`, `encodingNotAllowed`, `unacceptablePoint`,
    ///   `modulusOutOfRange`, `unacceptableExponent`, `unacceptableModulus`, `libraryFault`.
    public init(spki: [UInt8]) throws(KeyError) {
        if let rsa = try RSAPublicKey(spki: spki) {
            algorithm = .rsaPSSSHA256
            raw = spki[...]
            handle = try KeyHandle.load(rsa)
            signatureByteCount = rsa.byteCount
        } else {
            (algorithm, raw) = try KeyTemplate.recognize(spki)
            handle = try KeyHandle.load([UInt8](raw), algorithm: algorithm)
            signatureByteCount = algorithm.signatureByteCount
            if algorithm == .ed25519, !Ed25519.isAcceptable(publicKey: [UInt8](raw)) {
                throw .unacceptablePoint(.ed25519)
            }
        }
        self.spki = spki
        keyID = KeyID(SHA256.hash(spki))
    }

    /// Reads one PEM block labelled `PUBLIC KEY`, with lines of 64 characters and nothing around.
    ///
    /// - Throws: the PEM cases of `KeyError`, and what ``init(spki:)`` throws.
    public init(pem: [UInt8]) throws(KeyError) {
        let contents = try PEM.decode(pem, accept: PEM.expectPublicKey).contents
        try self.init(spki: contents)
    }

    /// Creates the key whose raw form is `raw`: what a note's verifier key holds.
    ///
    /// - Throws: `wrongKeyLength`, and what ``init(spki:)`` throws; `unknownKeyType` for RSA, which
    ///   has no raw form.
    public init(raw: [UInt8], algorithm: SignatureAlgorithm) throws(KeyError) {
        guard let template = KeyTemplate(algorithm) else { throw .unknownKeyType }
        guard raw.count == template.keyByteCount else {
            throw .wrongKeyLength(algorithm, bytes: raw.count)
        }
        try self.init(spki: template.spki(raw))
    }

    /// Creates an Ed25519 key from its 32 bytes.
    ///
    /// - Throws: `wrongKeyLength`, `unacceptablePoint`.
    public init(ed25519 raw: [UInt8]) throws(KeyError) {
        try self.init(raw: raw, algorithm: .ed25519)
    }

    /// The 32 bytes of an Ed25519 key; `nil` for other keys.
    public var rawEd25519: [UInt8]? {
        algorithm == .ed25519 ? [UInt8](raw) : nil
    }

    /// The 1312 bytes of an ML-DSA-44 key; `nil` for other keys.
    public var rawMLDSA44: [UInt8]? {
        algorithm == .mlDSA44 ? [UInt8](raw) : nil
    }

    /// The key as a PEM block, ending in LF.
    public var pem: [UInt8] {
        PEM.encode(spki, label: PEM.publicKeyLabel.string)
    }

    /// Returns normally only if `signature` over `message` verifies under this key.
    ///
    /// EC signatures are strict DER with r and s from 1 to n-1; others have their exact length.
    ///
    /// - Throws: `SignatureError`; `algorithmUnavailable` says nothing about the signature.
    public func verify(
        _ signature: [UInt8], over message: [UInt8]
    ) throws(SignatureError) {
        guard algorithm != .ed25519 else {
            return try Ed25519.verify(signature, over: message, publicKey: [UInt8](raw))
        }
        guard let handle else { throw .algorithmUnavailable(algorithm) }
        if let signatureByteCount, signature.count != signatureByteCount {
            throw .invalid
        }
        if let order = ECSignature.order(of: algorithm) {
            try ECSignature.check(signature, order: order)
        }
        try handle.verify(signature, over: message, algorithm: algorithm)
    }

    /// Compares the DER, byte for byte.
    public static func == (left: PublicKey, right: PublicKey) -> Bool {
        left.spki == right.spki
    }

    /// Feeds the DER to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(spki)
    }
}

extension SignatureAlgorithm {
    /// The number of bytes of every signature, or `nil` where it varies.
    fileprivate var signatureByteCount: Int? {
        switch self {
        case .ed25519: Ed25519.signatureByteCount
        case .ecdsaP256SHA256, .ecdsaP384SHA384, .sm2SM3, .rsaPSSSHA256: nil
        case .mlDSA44: 2420
        case .mlDSA65: 3309
        case .mlDSA87: 4627
        }
    }
}
