/// The SHA-256 of a public key's DER: what an envelope calls `keyid` (formats.md section 1).
///
/// It names a key. What is counted is the key itself.
public struct KeyID: Hashable, Sendable {
    /// The SHA-256 of the SubjectPublicKeyInfo.
    public let digest: Digest

    /// Creates a keyid from the digest itself.
    public init(_ digest: Digest) {
        self.digest = digest
    }

    /// Creates a keyid from 64 lower-case hex digits; any other text gives `nil`.
    public init?(hex: some Collection<UInt8>) {
        guard let digest = Digest(hex: hex) else { return nil }
        self.init(digest)
    }

    /// The keyid as 64 lower-case hex digits.
    public var hex: String { digest.hex }
}

extension KeyID: Comparable {
    /// Orders keyids by their bytes, which is the order of their hex text.
    public static func < (left: KeyID, right: KeyID) -> Bool {
        left.digest < right.digest
    }
}

extension KeyID: CustomStringConvertible {
    /// The keyid as hex.
    public var description: String { hex }
}
