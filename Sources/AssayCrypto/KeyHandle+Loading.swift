import COpenSSL

extension KeyHandle {
    /// The libcrypto key of an algorithm's raw form, or `nil` where libcrypto has no part in it or
    /// lacks the algorithm.
    ///
    /// - Throws: `unacceptablePoint`, `libraryFault`.
    static func load(
        _ raw: [UInt8], algorithm: SignatureAlgorithm
    ) throws(KeyError) -> KeyHandle? {
        guard let names = algorithm.libraryNames, algorithm.isAvailable else { return nil }
        defer { ERR_clear_error() }
        guard let parameters = KeyParameters() else { throw .libraryFault }
        // libcrypto checks that the coordinates are below the prime and satisfy the equation.
        let octets = names.group == nil ? raw : [4] + raw
        let handle = parameters.makeKey(
            type: names.key, selection: Int(ASSAY_PUBLIC_KEY), group: names.group,
            octets: ("pub", octets))
        guard let handle else {
            throw assay_last_error_is_memory() == 1 || names.group == nil
                ? .libraryFault : .unacceptablePoint(algorithm)
        }
        return handle
    }

    /// The libcrypto key of an RSA public key.
    ///
    /// - Throws: `unacceptableModulus`, `libraryFault`.
    static func load(_ rsa: RSAPublicKey) throws(KeyError) -> KeyHandle? {
        guard SignatureAlgorithm.rsaPSSSHA256.isAvailable else { return nil }
        defer { ERR_clear_error() }
        guard let parameters = KeyParameters(), let handle = parameters.makeKey(rsa) else {
            throw .libraryFault
        }
        guard handle.hasAcceptableModulus else {
            throw assay_last_error_is_memory() == 1 ? .libraryFault : .unacceptableModulus
        }
        return handle
    }

    /// A fresh key.
    ///
    /// - Throws: `algorithmUnavailable`, `libraryFault`.
    static func generate(_ algorithm: SignatureAlgorithm) throws(KeyError) -> KeyHandle {
        guard let names = algorithm.libraryNames, algorithm.isAvailable else {
            throw .algorithmUnavailable(algorithm)
        }
        defer { ERR_clear_error() }
        guard let context = KeyContext(keyType: names.key) else { throw .libraryFault }
        let handle: KeyHandle? = unsafe context.withContext { context in
            guard unsafe EVP_PKEY_keygen_init(context) == 1 else { return nil }
            if let group = names.group {
                guard unsafe EVP_PKEY_CTX_set_group_name(context, group) == 1 else { return nil }
            }
            if algorithm == .rsaPSSSHA256 {
                let bits = Int32(RSAPublicKey.modulusBits.lowerBound)
                guard unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1 else {
                    return nil
                }
            }
            var key: OpaquePointer?
            guard unsafe EVP_PKEY_generate(context, &key) == 1, let made = unsafe key else {
                return nil
            }
            return unsafe KeyHandle(owning: made)
        }
        guard let handle else { throw .libraryFault }
        return handle
    }

    /// The ML-DSA key of a 32-byte seed (FIPS 204 section 5.1).
    ///
    /// - Throws: `algorithmUnavailable`, `libraryFault`.
    static func load(
        seed: [UInt8], algorithm: SignatureAlgorithm
    ) throws(KeyError) -> KeyHandle {
        guard let names = algorithm.libraryNames, algorithm.isAvailable else {
            throw .algorithmUnavailable(algorithm)
        }
        defer { ERR_clear_error() }
        let handle = KeyParameters()?.makeKey(
            type: names.key, selection: Int(ASSAY_KEY_PAIR), group: nil, octets: ("seed", seed))
        guard let handle else { throw .libraryFault }
        return handle
    }
}
