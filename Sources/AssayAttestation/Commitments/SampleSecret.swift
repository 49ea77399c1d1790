public import AssayCrypto

/// The 32 bytes from which the salts of one statement's samples are made; the producer keeps them
/// (formats.md section 11).
public struct SampleSecret: Hashable, Sendable {
    /// The bytes; whoever has them can recompute every salt.
    public let bytes: [UInt8]

    /// Creates a secret from 32 bytes that nobody can guess; another number gives `nil`.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Limits.secretByteCount else { return nil }
        self.bytes = bytes
    }

    /// `HMAC-SHA256(secret, "assay-sample" || u64be(index))`, its first 16 bytes.
    public func salt(at index: UInt64) -> [UInt8] {
        salt("assay-sample", index)
    }

    /// `HMAC-SHA256(secret, "assay-transcript" || u64be(index))`, its first 16 bytes.
    public func transcriptSalt(at index: UInt64) -> [UInt8] {
        salt("assay-transcript", index)
    }

    /// `SHA-256(transcript salt || transcript)`, the transcript being the sample's bytes as the
    /// harness stored them, after decompression.
    public func transcriptCommitment(to transcript: [UInt8], at index: UInt64) -> Digest {
        var computation = transcriptComputation(at: index)
        computation.update(transcript)
        return computation.finalize()
    }

    /// The computation of a transcript commitment that has the salt already and waits for the
    /// transcript's bytes.
    public func transcriptComputation(at index: UInt64) -> SHA256 {
        var computation = SHA256()
        computation.update(transcriptSalt(at: index))
        return computation
    }

    private func salt(_ purpose: String, _ index: UInt64) -> [UInt8] {
        let message = [UInt8](purpose.utf8) + index.bigEndianBytes
        return [UInt8](
            HMACSHA256.code(key: bytes, message: message).bytes.prefix(Limits.saltByteCount))
    }
}

extension SampleSecret: CustomStringConvertible {
    /// A word that does not show the bytes.
    public var description: String { "SampleSecret" }
}
