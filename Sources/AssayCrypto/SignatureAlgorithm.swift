/// The closed list of signature algorithms (formats.md section 1).
///
/// Which one applies follows from the key, never from the signed message.
public enum SignatureAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// Pure Ed25519 (RFC 8032).
    case ed25519
    /// ECDSA on P-256 with SHA-256, strict DER signatures.
    case ecdsaP256SHA256 = "ecdsa-p256-sha256"
    /// ECDSA on P-384 with SHA-384, strict DER signatures.
    case ecdsaP384SHA384 = "ecdsa-p384-sha384"
    /// SM2 with SM3 (GB/T 32918), distinguishing identifier `1234567812345678`.
    case sm2SM3 = "sm2-sm3"
    /// RSA-PSS with SHA-256, MGF1 with SHA-256, salt of 32 bytes; keys from 3072 bits.
    case rsaPSSSHA256 = "rsa-pss-sha256"
    /// ML-DSA-44 (FIPS 204), pure, empty context.
    case mlDSA44 = "ml-dsa-44"
    /// ML-DSA-65 (FIPS 204), pure, empty context.
    case mlDSA65 = "ml-dsa-65"
    /// ML-DSA-87 (FIPS 204), pure, empty context.
    case mlDSA87 = "ml-dsa-87"
}
