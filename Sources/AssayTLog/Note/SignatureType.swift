public import AssayCrypto

/// The byte of a verifier key that names the algorithm and what is signed (signed-note).
///
/// ECDSA (0x02) and RFC 6962 tree heads (0x05) exist in other logs; Assay does not read them.
public enum SignatureType: UInt8, Hashable, Sendable, CaseIterable {
    /// Ed25519 over the note text.
    case ed25519 = 0x01
    /// Ed25519 cosignature: a timestamp, and a signature over it and the note text.
    case ed25519Cosignature = 0x04
    /// ML-DSA-44 cosignature: a timestamp, and a signature over it, the cosigner's name, the origin
    /// and the tree.
    case mlDSA44Cosignature = 0x06

    /// The algorithm of the signature.
    public var algorithm: SignatureAlgorithm {
        switch self {
        case .ed25519, .ed25519Cosignature: .ed25519
        case .mlDSA44Cosignature: .mlDSA44
        }
    }

    /// Whether the signature carries a timestamp.
    public var isCosignature: Bool { self != .ed25519 }

    /// The bytes of a public key: 32, or 1312 for ML-DSA-44.
    public var publicKeyByteCount: Int {
        switch self {
        case .ed25519, .ed25519Cosignature: 32
        case .mlDSA44Cosignature: 1312
        }
    }

    /// The bytes of the bare signature: 64, or 2420 for ML-DSA-44.
    public var signatureByteCount: Int {
        switch self {
        case .ed25519, .ed25519Cosignature: 64
        case .mlDSA44Cosignature: 2420
        }
    }

    /// The bytes that follow the key ID in a signature line: the signature, and before it in
    /// cosignatures a timestamp of 8 bytes.
    var lineByteCount: Int { signatureByteCount + (isCosignature ? 8 : 0) }
}
