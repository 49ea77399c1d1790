extension KeyError: CustomStringConvertible {
    /// What a person is told.
    public var description: String {
        switch self {
        case .malformedPEM:
            "not one PEM block with lines of 64 base64 characters"
        case .textAroundPEM:
            "there is text before or after the PEM block"
        case .severalPEMBlocks:
            "there is more than one PEM block"
        case .privateKeyGiven:
            "this is a private key, and a public key is wanted"
        case .publicKeyGiven:
            "this is a public key, and a private key is wanted"
        case .certificateGiven:
            "this is a certificate, and a key is wanted"
        case .unexpectedPEMLabel(let label):
            "the PEM block is labelled \(String(reflecting: label.string)), which is not a PKCS#8 key"
        case .unknownKeyType:
            "not a key of a supported algorithm"
        case .encodingNotAllowed(let algorithm):
            "a key of \(algorithm.rawValue), but not in its one allowed encoding"
        case .wrongKeyLength(let algorithm, let bytes):
            "\(bytes) bytes are not a raw key of \(algorithm.rawValue)"
        case .unacceptablePoint(let algorithm):
            "the key of \(algorithm.rawValue) is not a point that is safe to trust"
        case .modulusOutOfRange(let bits):
            "the RSA modulus has \(bits) bits; from \(RSAPublicKey.modulusBits.lowerBound) to "
                + "\(RSAPublicKey.modulusBits.upperBound) are taken"
        case .unacceptableExponent:
            "the RSA exponent is not an odd number above 65536 within 64 bits"
        case .unacceptableModulus:
            "the RSA modulus is not a product of two large primes"
        case .malformedPrivateKey:
            "not a PKCS#8 private key of a supported algorithm"
        case .halvesDisagree:
            "the private half does not belong to the public half beside it"
        case .passphraseNeeded:
            "the key is encrypted and no passphrase was given"
        case .wrongPassphrase:
            "the passphrase is wrong, or the file is damaged"
        case .unsupportedEncryption:
            "the key is encrypted in a way that is not supported; PBES2 is wanted"
        case .algorithmUnavailable(let algorithm):
            "the libcrypto at hand does not have \(algorithm.rawValue)"
        case .libraryFault:
            "libcrypto failed, for lack of memory or another reason of its own"
        }
    }
}

extension SignatureError: CustomStringConvertible {
    /// What a person is told.
    public var description: String {
        switch self {
        case .invalid:
            "the signature does not verify"
        case .algorithmUnavailable(let algorithm):
            "the libcrypto at hand does not have \(algorithm.rawValue), so nothing can be said"
        case .libraryFault:
            "libcrypto failed, for lack of memory or another reason of its own"
        }
    }
}
