/// Why a key was not loaded, made or written.
public enum KeyError: Error, Hashable, Sendable {
    // MARK: The PEM text

    /// The bytes are not one PEM block with lines of 64 base64 characters.
    case malformedPEM
    /// Something stands before or after the PEM block.
    case textAroundPEM
    /// There is more than one PEM block.
    case severalPEMBlocks
    /// A private key was given where a public key is wanted.
    case privateKeyGiven
    /// A public key was given where a private key is wanted.
    case publicKeyGiven
    /// A certificate was given where a key is wanted.
    case certificateGiven
    /// The PEM block holds something else, named by its label.
    case unexpectedPEMLabel(Text)

    // MARK: The public key

    /// The bytes are not a key of any algorithm on the closed list.
    case unknownKeyType
    /// The key is of this algorithm, but not in its one allowed encoding.
    case encodingNotAllowed(SignatureAlgorithm)
    /// A raw key of this algorithm has another number of bytes.
    case wrongKeyLength(SignatureAlgorithm, bytes: Int)
    /// The point is not on the curve, is not canonical, or is of small order.
    case unacceptablePoint(SignatureAlgorithm)
    /// The RSA modulus is too short or too long.
    case modulusOutOfRange(bits: Int)
    /// The RSA exponent is even, not above 2^16, or above 64 bits.
    case unacceptableExponent
    /// The RSA modulus is even, prime, a power of a prime, or has a small factor.
    case unacceptableModulus

    // MARK: The private key

    /// The bytes are not a PKCS#8 private key.
    case malformedPrivateKey
    /// The private half does not sign for the public half beside it.
    case halvesDisagree
    /// The key is encrypted and no passphrase was given.
    case passphraseNeeded
    /// The key does not decrypt with this passphrase.
    case wrongPassphrase
    /// The key is encrypted by a method that is not supported (PBES2 is wanted).
    case unsupportedEncryption

    // MARK: The library

    /// The libcrypto at hand does not have the algorithm.
    case algorithmUnavailable(SignatureAlgorithm)
    /// libcrypto failed for a reason of its own, such as lack of memory.
    case libraryFault
}
