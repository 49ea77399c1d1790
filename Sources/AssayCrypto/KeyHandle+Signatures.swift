import COpenSSL

extension KeyHandle {
    /// Returns normally only if `signature` verifies; its form has been checked before.
    func verify(
        _ signature: [UInt8], over message: [UInt8], algorithm: SignatureAlgorithm
    ) throws(SignatureError) {
        let context = try SigningContext.make(self, algorithm: algorithm, purpose: .verifying)
        defer { ERR_clear_error() }
        // 1 is yes; 0 is no; anything else is a failure or a malformed signature.
        let status = unsafe context.withContext {
            unsafe EVP_DigestVerify($0, signature, signature.count, message, message.count)
        }
        guard status != 1 else { return }
        throw assay_last_error_is_memory() == 1 ? .libraryFault : .invalid
    }

    /// The signature of `message`.
    func sign(
        _ message: [UInt8], algorithm: SignatureAlgorithm
    ) throws(SignatureError) -> [UInt8] {
        let context = try SigningContext.make(self, algorithm: algorithm, purpose: .signing)
        defer { ERR_clear_error() }
        let signature: [UInt8]? = unsafe context.withContext { context in
            var count = 0
            guard unsafe EVP_DigestSign(context, nil, &count, message, message.count) == 1 else {
                return nil
            }
            var signature = [UInt8](repeating: 0, count: count)
            guard
                unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
                count <= signature.count
            else { return nil }
            return [UInt8](signature.prefix(count))
        }
        guard let signature else { throw .libraryFault }
        return signature
    }
}

/// An `EVP_MD_CTX` that is set up for one signature or one verification, and its only owner.
@safe
private struct SigningContext: ~Copyable {
    enum Purpose {
        case signing
        case verifying
    }

    private let context: OpaquePointer
    private let keyContext: KeyContext

    private init(owning context: OpaquePointer, _ keyContext: consuming KeyContext) {
        unsafe self.context = context
        self.keyContext = keyContext
    }

    /// - Throws: `libraryFault`.
    static func make(
        _ handle: KeyHandle, algorithm: SignatureAlgorithm, purpose: Purpose
    ) throws(SignatureError) -> SigningContext {
        guard LibCrypto.start(), let names = algorithm.libraryNames,
            let keyContext = unsafe handle.withKey({ unsafe KeyContext($0) })
        else { throw .libraryFault }
        guard let context = unsafe EVP_MD_CTX_new() else { throw .libraryFault }
        let made = unsafe SigningContext(owning: context, keyContext)
        guard made.setUp(handle, algorithm: algorithm, names: names, purpose: purpose) else {
            ERR_clear_error()
            throw .libraryFault
        }
        return made
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    borrowing func withContext<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(context)
    }

    private borrowing func setUp(
        _ handle: KeyHandle, algorithm: SignatureAlgorithm, names: LibraryNames, purpose: Purpose
    ) -> Bool {
        if algorithm == .sm2SM3 {
            // GB/T 32918.2 section 5.5: the signer's identifier is hashed before the message.
            // It must be set before the digest starts, and libcrypto has no default.
            let isIdentified = unsafe keyContext.withContext { keyContext in
                let identifier = [UInt8]("1234567812345678".utf8)
                guard
                    unsafe EVP_PKEY_CTX_set1_id(keyContext, identifier, Int32(identifier.count))
                        == 1
                else { return false }
                unsafe EVP_MD_CTX_set_pkey_ctx(context, keyContext)
                return true
            }
            guard isIdentified else { return false }
        }
        return unsafe handle.withKey { key in
            var inner: OpaquePointer?
            let status =
                switch purpose {
                case .signing:
                    unsafe EVP_DigestSignInit_ex(
                        context, &inner, names.digest, nil, nil, key, nil)
                case .verifying:
                    unsafe EVP_DigestVerifyInit_ex(
                        context, &inner, names.digest, nil, nil, key, nil)
                }
            guard status == 1 else { return false }
            guard algorithm == .rsaPSSSHA256 else { return true }
            return unsafe EVP_PKEY_CTX_set_rsa_padding(inner, Int32(ASSAY_RSA_PSS_PADDING)) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md_name(inner, "SHA256", nil) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 32) == 1
        }
    }
}
