import CSodium

/// A private key of the closed list.
///
/// The secret lives in memory that is overwritten when the last reference goes, and shows in no
/// description. PEM texts and passphrases belong to the caller, who wipes them.
public final class PrivateKey: Sendable {
    private enum Secret: Sendable {
        /// libsodium's 64 bytes: seed, then public key.
        case sodium(SecretBytes)
        case libcrypto(KeyHandle)
    }

    private let secret: Secret
    /// The public half.
    public let publicKey: PublicKey

    /// The algorithm that the key signs with.
    public var algorithm: SignatureAlgorithm { publicKey.algorithm }

    /// Reads one PEM block labelled `PRIVATE KEY` or `ENCRYPTED PRIVATE KEY` (PKCS#8), in the same
    /// strict form as public keys.
    ///
    /// A passphrase for a key that is not encrypted is not used.
    ///
    /// - Throws: the PEM cases of `KeyError`; `passphraseNeeded`, `wrongPassphrase`,
    ///   `unsupportedEncryption`, `malformedPrivateKey`, `halvesDisagree`,
    ///   `algorithmUnavailable`, `libraryFault`; and what makes the public half unacceptable.
    public convenience init(pem: [UInt8], passphrase: [UInt8]? = nil) throws(KeyError) {
        var (label, contents) = try PEM.decode(pem, accept: PEM.expectPrivateKey)
        defer { contents.wipe() }
        guard label == PEM.encryptedPrivateKeyLabel else {
            try self.init(der: contents)
            return
        }
        guard let passphrase else { throw .passphraseNeeded }
        var der = try PKCS8.decrypt(contents, passphrase: passphrase)
        defer { der.wipe() }
        try self.init(der: der)
    }

    private convenience init(der: [UInt8]) throws(KeyError) {
        if var seed = PKCS8.ed25519Seed(in: der) {
            defer { seed.wipe() }
            try self.init(seed: seed, algorithm: .ed25519)
        } else {
            try self.init(try PKCS8.key(in: der))
        }
    }

    /// Creates the key of a 32-byte seed: Ed25519 or ML-DSA.
    ///
    /// - Throws: `malformedPrivateKey` for another number of bytes or an algorithm without seeds;
    ///   `algorithmUnavailable`, `libraryFault`.
    public convenience init(seed: [UInt8], algorithm: SignatureAlgorithm) throws(KeyError) {
        guard seed.count == Ed25519.seedByteCount else { throw .malformedPrivateKey }
        switch algorithm {
        case .ed25519:
            try self.init(ed25519: seed)
        case .mlDSA44, .mlDSA65, .mlDSA87:
            try self.init(try KeyHandle.load(seed: seed, algorithm: algorithm))
        case .ecdsaP256SHA256, .ecdsaP384SHA384, .sm2SM3, .rsaPSSSHA256:
            throw .malformedPrivateKey
        }
    }

    private init(ed25519 seed: [UInt8]) throws(KeyError) {
        var raw = [UInt8](repeating: 0, count: Ed25519.publicKeyByteCount)
        let bytes = unsafe SecretBytes(count: Int(crypto_sign_ed25519_SECRETKEYBYTES)) { memory in
            let status = unsafe crypto_sign_seed_keypair(&raw, memory, seed)
            precondition(status == 0, "libsodium refused to derive a key")
        }
        secret = .sodium(bytes)
        publicKey = try PublicKey(ed25519: raw)
    }

    private init(_ handle: KeyHandle) throws(KeyError) {
        guard let spki = handle.spki else { throw .libraryFault }
        publicKey = try PublicKey(spki: spki)
        secret = .libcrypto(handle)
        // A file may hold a public half that is not of the private half, or a curve point of
        // nobody's: what the key signs must verify.
        let probe = [UInt8]("assay: does this key sign for its public half?".utf8)
        do throws(SignatureError) {
            try publicKey.verify(try sign(probe), over: probe)
        } catch {
            switch error {
            case .invalid: throw .halvesDisagree
            case .algorithmUnavailable(let algorithm): throw .algorithmUnavailable(algorithm)
            case .libraryFault: throw .libraryFault
            }
        }
    }

    /// Makes a fresh key; RSA keys get 3072 bits.
    ///
    /// - Throws: `algorithmUnavailable`, `libraryFault`.
    public static func generate(_ algorithm: SignatureAlgorithm) throws(KeyError) -> PrivateKey {
        guard algorithm == .ed25519 else {
            return try PrivateKey(try KeyHandle.generate(algorithm))
        }
        var seed = SecureRandom.bytes(Ed25519.seedByteCount)
        defer { seed.wipe() }
        return try PrivateKey(ed25519: seed)
    }

    /// The signature of `message`: deterministic for Ed25519, different each time for the others.
    ///
    /// - Throws: `SignatureError.libraryFault`.
    public func sign(_ message: [UInt8]) throws(SignatureError) -> [UInt8] {
        switch secret {
        case .libcrypto(let handle):
            return try handle.sign(message, algorithm: publicKey.algorithm)
        case .sodium(let bytes):
            var signature = [UInt8](repeating: 0, count: Ed25519.signatureByteCount)
            let status = unsafe bytes.withBytes { secretKey in
                unsafe crypto_sign_detached(
                    &signature, nil, message, UInt64(message.count), secretKey)
            }
            guard status == 0 else { throw .libraryFault }
            return signature
        }
    }

    /// The key as a PKCS#8 PEM block ending in LF; encrypted (PBES2 with scrypt and AES-256-CBC)
    /// if there is a passphrase.
    ///
    /// - Throws: `libraryFault`.
    public func pem(passphrase: [UInt8]? = nil) throws(KeyError) -> [UInt8] {
        var der = try der()
        defer { der.wipe() }
        guard let passphrase else {
            return PEM.encode(der, label: PEM.privateKeyLabel.string)
        }
        let encrypted = try PKCS8.encrypt(der, passphrase: passphrase)
        return PEM.encode(encrypted, label: PEM.encryptedPrivateKeyLabel.string)
    }

    private func der() throws(KeyError) -> [UInt8] {
        switch secret {
        case .libcrypto(let handle):
            try PKCS8.der(of: handle)
        case .sodium(let bytes):
            unsafe bytes.withBytes { secretKey in
                let seed = unsafe UnsafeBufferPointer(
                    start: secretKey, count: Ed25519.seedByteCount)
                return unsafe PKCS8.ed25519Prefix + seed
            }
        }
    }
}

extension PrivateKey: CustomStringConvertible, CustomReflectable {
    /// The algorithm and the keyid; nothing of the secret.
    public var description: String {
        "private key \(algorithm.rawValue) \(publicKey.keyID.hex)"
    }

    /// What `dump` shows: the keyid; nothing of the secret.
    public var customMirror: Mirror {
        Mirror(self, children: ["keyID": publicKey.keyID.hex])
    }
}
