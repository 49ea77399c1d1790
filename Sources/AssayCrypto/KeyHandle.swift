import COpenSSL

/// A libcrypto key, and the only owner of it.
///
/// `@unchecked Sendable` rests on this: the pointer is stored once, before the handle can be
/// shared, and freed once, when no reference is left; every call made with it between those takes
/// the key as read-only input, which libcrypto allows from several threads at once
/// (openssl-threads(7): objects may be shared while nothing modifies them; the key's own caches
/// are behind its lock).
@safe
final class KeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    /// Takes over `key`, which nothing else frees.
    init(owning key: OpaquePointer) {
        unsafe self.key = key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Calls `body` with the key, which must not be kept or modified.
    func withKey<Result: ~Copyable>(_ body: (OpaquePointer) -> Result) -> Result {
        withExtendedLifetime(self) { unsafe body(key) }
    }

    /// The SubjectPublicKeyInfo that libcrypto writes for the key.
    var spki: [UInt8]? {
        unsafe withKey { key in
            var out: UnsafeMutablePointer<UInt8>?
            let count = unsafe i2d_PUBKEY(key, &out)
            return unsafe takeBytes(out, count: count)
        }
    }

    /// Whether the RSA modulus is what a modulus must be: composite, no power of a prime, without
    /// small factors (SP 800-56B, partial public key validation).
    var hasAcceptableModulus: Bool {
        unsafe withKey { key in
            guard let context = unsafe KeyContext(key) else { return false }
            return unsafe context.withContext { unsafe EVP_PKEY_public_check($0) == 1 }
        }
    }
}

/// An `EVP_PKEY_CTX`, and the only owner of it.
@safe
struct KeyContext: ~Copyable {
    private let context: OpaquePointer

    /// A context for making keys of a type.
    init?(keyType: String) {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, keyType, nil) else { return nil }
        unsafe self.context = context
    }

    /// A context for using `key`.
    init?(_ key: OpaquePointer) {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return nil }
        unsafe self.context = context
    }

    deinit { unsafe EVP_PKEY_CTX_free(context) }

    /// Calls `body` with the context, which must not be kept.
    borrowing func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(context)
    }
}

/// Key parameters in the making, and their only owner.
@safe
struct KeyParameters: ~Copyable {
    private let builder: OpaquePointer

    init?() {
        guard let builder = unsafe OSSL_PARAM_BLD_new() else { return nil }
        unsafe self.builder = builder
    }

    deinit { unsafe OSSL_PARAM_BLD_free(builder) }

    /// Builds a key of type `keyType` from octets and a group name.
    ///
    /// The builder keeps pointers to what is pushed until it has built, so all of it happens
    /// within the lifetimes of the arguments.
    borrowing func makeKey(
        type keyType: String, selection: Int, group: String?, octets: (name: StaticString, [UInt8])
    ) -> KeyHandle? {
        unsafe octets.1.withUnsafeBytes { bytes in
            unsafe (group ?? "").withCString { groupName in
                if group != nil {
                    let status = unsafe OSSL_PARAM_BLD_push_utf8_string(
                        builder, Self.pointer("group"), groupName, 0)
                    guard status == 1 else { return nil }
                }
                let status = unsafe OSSL_PARAM_BLD_push_octet_string(
                    builder, Self.pointer(octets.name), bytes.baseAddress, bytes.count)
                guard status == 1 else { return nil }
                return build(type: keyType, selection: selection)
            }
        }
    }

    /// Builds an RSA public key.
    borrowing func makeKey(_ rsa: RSAPublicKey) -> KeyHandle? {
        let modulus = unsafe BN_bin2bn(rsa.modulus, Int32(rsa.modulus.count), nil)
        defer { unsafe BN_free(modulus) }
        let exponentBytes = rsa.exponent.bigEndianBytes
        let exponent = unsafe BN_bin2bn(exponentBytes, Int32(exponentBytes.count), nil)
        defer { unsafe BN_free(exponent) }
        guard unsafe modulus != nil, unsafe exponent != nil,
            unsafe OSSL_PARAM_BLD_push_BN(builder, Self.pointer("n"), modulus) == 1,
            unsafe OSSL_PARAM_BLD_push_BN(builder, Self.pointer("e"), exponent) == 1
        else { return nil }
        return build(type: "RSA", selection: Int(ASSAY_PUBLIC_KEY))
    }

    /// A parameter's name: libcrypto keeps the pointer, so the text must be there for ever.
    private static func pointer(_ name: StaticString) -> UnsafePointer<CChar> {
        unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    private borrowing func build(type keyType: String, selection: Int) -> KeyHandle? {
        guard let parameters = unsafe OSSL_PARAM_BLD_to_param(builder) else { return nil }
        defer {
            // They hold copies of what was pushed, a private seed among it.
            var parameter = unsafe parameters
            while unsafe parameter.pointee.key != nil {
                unsafe OPENSSL_cleanse(parameter.pointee.data, parameter.pointee.data_size)
                unsafe parameter += 1
            }
            unsafe OSSL_PARAM_free(parameters)
        }
        guard let context = KeyContext(keyType: keyType) else { return nil }
        return unsafe context.withContext { context in
            var key: OpaquePointer?
            guard unsafe EVP_PKEY_fromdata_init(context) == 1,
                unsafe EVP_PKEY_fromdata(context, &key, Int32(selection), parameters) == 1,
                let made = unsafe key
            else { return nil }
            return unsafe KeyHandle(owning: made)
        }
    }
}
