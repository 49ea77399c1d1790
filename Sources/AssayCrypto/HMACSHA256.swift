import CSodium

/// HMAC with SHA-256 (RFC 2104), by libsodium.
public enum HMACSHA256 {
    /// The authentication code of `message` under `key`, which may have any length.
    public static func code(key: [UInt8], message: [UInt8]) -> Digest {
        var state = crypto_auth_hmacsha256_state()
        var code = [UInt8](repeating: 0, count: Digest.byteCount)
        let statuses = unsafe [
            crypto_auth_hmacsha256_init(&state, key, key.count),
            crypto_auth_hmacsha256_update(&state, message, UInt64(message.count)),
            crypto_auth_hmacsha256_final(&state, &code),
        ]
        guard statuses.allSatisfy({ $0 == 0 }), let digest = Digest(bytes: code) else {
            preconditionFailure("libsodium refused an HMAC computation")
        }
        return digest
    }
}
