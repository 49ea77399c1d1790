import COpenSSL

/// The door to libcrypto's EVP layer.
///
/// Everything that fetches from a provider comes through here first, and nothing that needs only
/// SHA-256 and Ed25519 does: those start no provider.
enum LibCrypto {
    /// Whether libcrypto is initialised.
    ///
    /// It reads no configuration file, whatever `OPENSSL_CONF` says: a file in the environment must not choose how signatures are judged.
    private static let isReady =
        OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1

    /// Initialises libcrypto on the first call.
    static func start() -> Bool {
        isReady
    }

    /// The algorithms of the closed list that the libcrypto at hand has, Ed25519 apart.
    static let algorithms: Set<SignatureAlgorithm> = {
        guard start() else { return [] }
        defer { ERR_clear_error() }
        return Set(SignatureAlgorithm.allCases.filter(isFetchable))
    }()

    private static func isFetchable(_ algorithm: SignatureAlgorithm) -> Bool {
        guard let names = algorithm.libraryNames else { return false }
        let management = unsafe EVP_KEYMGMT_fetch(nil, names.key, nil)
        let signature = unsafe EVP_SIGNATURE_fetch(nil, names.signature, nil)
        defer {
            unsafe EVP_KEYMGMT_free(management)
            unsafe EVP_SIGNATURE_free(signature)
        }
        return unsafe management != nil && signature != nil
    }
}

/// What libcrypto calls the parts of an algorithm.
struct LibraryNames {
    /// The key type.
    let key: String
    /// The named curve of EC key types.
    let group: String?
    /// The signature scheme.
    let signature: String
    /// The digest, or `nil` where the scheme takes the message itself.
    let digest: String?
}

extension SignatureAlgorithm {
    /// What libcrypto calls the parts; `nil` for Ed25519, which is libsodium's.
    var libraryNames: LibraryNames? {
        switch self {
        case .ed25519:
            nil
        case .ecdsaP256SHA256:
            LibraryNames(key: "EC", group: "P-256", signature: "ECDSA", digest: "SHA256")
        case .ecdsaP384SHA384:
            LibraryNames(key: "EC", group: "P-384", signature: "ECDSA", digest: "SHA384")
        case .sm2SM3:
            LibraryNames(key: "SM2", group: "SM2", signature: "SM2", digest: "SM3")
        case .rsaPSSSHA256:
            LibraryNames(key: "RSA", group: nil, signature: "RSA", digest: "SHA256")
        case .mlDSA44:
            LibraryNames(key: "ML-DSA-44", group: nil, signature: "ML-DSA-44", digest: nil)
        case .mlDSA65:
            LibraryNames(key: "ML-DSA-65", group: nil, signature: "ML-DSA-65", digest: nil)
        case .mlDSA87:
            LibraryNames(key: "ML-DSA-87", group: nil, signature: "ML-DSA-87", digest: nil)
        }
    }

    /// Whether the libraries at hand can sign and verify with this algorithm.
    ///
    /// ML-DSA needs OpenSSL 3.5 and up. A program that links libcrypto dynamically gains it with
    /// the library.
    public var isAvailable: Bool {
        self == .ed25519 || LibCrypto.algorithms.contains(self)
    }
}
