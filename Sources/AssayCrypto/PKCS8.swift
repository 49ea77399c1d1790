import COpenSSL

/// PKCS#8 private keys (RFC 5958), in the clear and encrypted (RFC 8018, RFC 7914).
enum PKCS8 {
    /// Everything before the 32 bytes of an Ed25519 seed (RFC 8410 section 7, without attributes).
    static let ed25519Prefix: [UInt8] = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 0x06, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ]

    /// The seed, or `nil` if `der` is not an Ed25519 key.
    static func ed25519Seed(in der: [UInt8]) -> [UInt8]? {
        guard der.count == ed25519Prefix.count + Ed25519.seedByteCount,
            der.starts(with: ed25519Prefix)
        else { return nil }
        return [UInt8](der.dropFirst(ed25519Prefix.count))
    }

    /// The key in `der`.
    ///
    /// - Throws: `malformedPrivateKey`, `libraryFault`.
    static func key(in der: [UInt8]) throws(KeyError) -> KeyHandle {
        guard LibCrypto.start() else { throw .libraryFault }
        defer { ERR_clear_error() }
        guard let info = KeyInfo(der: der),
            let key = unsafe info.withInfo({ unsafe EVP_PKCS82PKEY($0) })
        else { throw assay_last_error_is_memory() == 1 ? .libraryFault : .malformedPrivateKey }
        return unsafe KeyHandle(owning: key)
    }

    /// The DER of `key`, in the clear.
    ///
    /// - Throws: `libraryFault`.
    static func der(of key: KeyHandle) throws(KeyError) -> [UInt8] {
        defer { ERR_clear_error() }
        guard let info = KeyInfo(key), let der = info.der else { throw .libraryFault }
        return der
    }

    /// Encrypts `der` with PBES2: scrypt, then AES-256-CBC.
    ///
    /// The cost, 16 MiB and five passes, is the most that fits libcrypto's limit of 32 MiB, which
    /// every reader of the file has too.
    ///
    /// - Throws: `libraryFault`.
    static func encrypt(_ der: [UInt8], passphrase: [UInt8]) throws(KeyError) -> [UInt8] {
        guard LibCrypto.start(), let info = KeyInfo(der: der) else { throw .libraryFault }
        defer { ERR_clear_error() }
        guard
            let scheme = unsafe PKCS5_pbe2_set_scrypt(
                EVP_aes_256_cbc(), nil, 0, nil, 1 << 14, 8, 5)
        else { throw .libraryFault }
        let sealed = unsafe info.withInfo { info in
            unsafe passphrase.withUnsafeBytes { raw in
                unsafe PKCS8_set0_pbe(
                    raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count), info,
                    scheme)
            }
        }
        guard let sealed = unsafe sealed else {
            unsafe X509_ALGOR_free(scheme)
            throw .libraryFault
        }
        // The scheme now belongs to what was sealed.
        let encrypted = unsafe EncryptedKey(owning: sealed)
        guard let bytes = encrypted.der else { throw .libraryFault }
        return bytes
    }

    /// The DER that `encrypted` hides.
    ///
    /// - Throws: `malformedPrivateKey`, `unsupportedEncryption`, `wrongPassphrase`,
    ///   `libraryFault`.
    static func decrypt(_ encrypted: [UInt8], passphrase: [UInt8]) throws(KeyError) -> [UInt8] {
        guard LibCrypto.start() else { throw .libraryFault }
        defer { ERR_clear_error() }
        guard let sealed = EncryptedKey(der: encrypted) else { throw .malformedPrivateKey }
        guard sealed.isPBES2 else { throw .unsupportedEncryption }
        guard let info = sealed.open(passphrase) else {
            // A wrong key shows as bad padding or, once in 256 times, as bad DER.
            guard assay_last_error_is_memory() == 0 else { throw .libraryFault }
            throw assay_first_error_is_cipher_setup() == 1
                ? .unsupportedEncryption : .wrongPassphrase
        }
        guard let der = info.der else { throw .libraryFault }
        return der
    }
}

/// A `PKCS8_PRIV_KEY_INFO`, and its only owner; libcrypto overwrites the key when it frees it.
@safe
private struct KeyInfo: ~Copyable {
    private let info: OpaquePointer

    init(owning info: OpaquePointer) {
        unsafe self.info = info
    }

    /// Reads `der`, all of it.
    init?(der: [UInt8]) {
        let info = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard
                let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &cursor, buffer.count)
            else { return nil }
            guard unsafe cursor == buffer.baseAddress.map({ unsafe $0 + buffer.count }) else {
                unsafe PKCS8_PRIV_KEY_INFO_free(info)
                return nil
            }
            return unsafe info
        }
        guard let info = unsafe info else { return nil }
        unsafe self.info = info
    }

    init?(_ key: KeyHandle) {
        guard let info = unsafe key.withKey({ unsafe EVP_PKEY2PKCS8($0) }) else { return nil }
        unsafe self.info = info
    }

    deinit { unsafe PKCS8_PRIV_KEY_INFO_free(info) }

    borrowing func withInfo<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(info)
    }

    var der: [UInt8]? {
        var out: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &out)
        return unsafe takeBytes(out, count: count)
    }
}

/// An `X509_SIG`, which is libcrypto's name for EncryptedPrivateKeyInfo, and its only owner.
@safe
private struct EncryptedKey: ~Copyable {
    private let sealed: OpaquePointer

    init(owning sealed: OpaquePointer) {
        unsafe self.sealed = sealed
    }

    /// Reads `der`, all of it.
    init?(der: [UInt8]) {
        let sealed = unsafe der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let sealed = unsafe d2i_X509_SIG(nil, &cursor, buffer.count) else { return nil }
            guard unsafe cursor == buffer.baseAddress.map({ unsafe $0 + buffer.count }) else {
                unsafe X509_SIG_free(sealed)
                return nil
            }
            return unsafe sealed
        }
        guard let sealed = unsafe sealed else { return nil }
        unsafe self.sealed = sealed
    }

    deinit { unsafe X509_SIG_free(sealed) }

    var isPBES2: Bool {
        var scheme: UnsafePointer<X509_ALGOR>?
        unsafe X509_SIG_get0(sealed, &scheme, nil)
        guard let scheme = unsafe scheme else { return false }
        return unsafe OBJ_obj2nid(scheme.pointee.algorithm) == NID_pbes2
    }

    borrowing func open(_ passphrase: [UInt8]) -> KeyInfo? {
        let info = unsafe passphrase.withUnsafeBytes { raw in
            unsafe PKCS8_decrypt(
                sealed, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
        }
        guard let info = unsafe info else { return nil }
        return unsafe KeyInfo(owning: info)
    }

    var der: [UInt8]? {
        var out: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_X509_SIG(sealed, &out)
        return unsafe takeBytes(out, count: count)
    }
}

/// Copies what libcrypto allocated and wrote, then overwrites and frees it.
func takeBytes(_ out: UnsafeMutablePointer<UInt8>?, count: Int32) -> [UInt8]? {
    defer { unsafe assay_clear_free(out, count) }
    guard count > 0, let out = unsafe out else { return nil }
    return unsafe [UInt8](UnsafeBufferPointer(start: out, count: Int(count)))
}
