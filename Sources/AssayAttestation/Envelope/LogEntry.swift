public import AssayCrypto
import AssayTLog

/// The bytes at one index of the log: an envelope in canonical form.
public struct LogEntry: Hashable, Sendable {
    /// The envelope.
    public let envelope: Envelope
    /// Its canonical form, at most 65,535 bytes.
    public let bytes: [UInt8]
    /// `SHA-256(0x00 || bytes)`: the entry's name in references.
    public let leafHash: Digest

    /// The entry that an envelope becomes.
    public init(_ envelope: Envelope) {
        self.envelope = envelope
        bytes = envelope.canonicalEntry
        leafHash = MerkleTree.leafHash(of: bytes)
    }

    /// Reads an entry.
    ///
    /// - Throws: `notJSON`, `malformed`, `tooLarge` or `notCanonical`.
    public init(bytes: [UInt8]) throws(AttestationError) {
        envelope = try Envelope(canonicalEntry: bytes)
        self.bytes = bytes
        leafHash = MerkleTree.leafHash(of: bytes)
    }
}
