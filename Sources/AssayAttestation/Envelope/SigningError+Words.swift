import AssayCrypto

extension SigningError: CustomStringConvertible {
    /// Why the envelope could not be signed, in words.
    public var description: String {
        switch self {
        case .envelope(let error): "\(error)"
        case .key(let keyID, let error): "the key \(keyID) could not sign: \(error)"
        }
    }
}
