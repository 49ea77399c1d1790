extension VerifierKeyError: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .notThreeParts: "a verifier key is NAME+KEYID+KEY"
        case .malformedName:
            "the name is empty, too long, or holds a space, a + or a control character"
        case .malformedKeyID: "the key ID is not 8 lower-case hex digits"
        case .malformedBase64: "the key is not base64 of a type byte and a public key"
        case .unsupportedType(let type): "keys of type \(type) are not supported"
        case .wrongKeyLength(let type, let actual):
            "the key has \(actual) bytes where type \(type.rawValue) has \(type.publicKeyByteCount)"
        case .unacceptableKey: "the Ed25519 key is not canonical or of small order"
        case .keyIDMismatch(let stated, let computed):
            "the key ID is \(stated), but name and key give \(computed)"
        }
    }
}
