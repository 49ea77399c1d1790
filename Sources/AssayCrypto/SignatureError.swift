/// Why a signature was not accepted: three different things that must never be confused.
public enum SignatureError: Error, Hashable, Sendable {
    /// The signature does not verify under this key for this message.
    case invalid
    /// The libcrypto at hand does not have the algorithm, so nothing can be said.
    case algorithmUnavailable(SignatureAlgorithm)
    /// libcrypto failed for a reason of its own, such as lack of memory.
    case libraryFault
}
