import COpenSSL

/// An incremental SHA-256 computation (FIPS 180-4).
///
/// The whole state is one plain struct, so a copy of a computation is an independent computation.
@safe
public struct SHA256: Sendable {
    private var context = SHA256_CTX()

    /// Starts an empty computation.
    public init() {
        let status = unsafe SHA256_Init(&context)
        precondition(status == 1, "libcrypto refused to start SHA-256")
    }

    /// Feeds `bytes` into the computation.
    public mutating func update(_ bytes: [UInt8]) {
        update(bytes[...])
    }

    /// Feeds `bytes` into the computation.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { raw in
            unsafe update(raw)
        }
    }

    /// Feeds one byte into the computation.
    public mutating func update(_ byte: UInt8) {
        unsafe withUnsafeBytes(of: byte) { raw in
            unsafe update(raw)
        }
    }

    /// Feeds the 32 bytes of `digest` into the computation.
    public mutating func update(_ digest: Digest) {
        unsafe withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
            unsafe digest.write(to: buffer)
            unsafe update(UnsafeRawBufferPointer(buffer))
        }
    }

    private mutating func update(_ raw: UnsafeRawBufferPointer) {
        let status = unsafe SHA256_Update(&context, raw.baseAddress, raw.count)
        precondition(status == 1, "libcrypto refused SHA-256 input")
    }

    /// The digest of everything fed so far; the computation can go on.
    public func finalize() -> Digest {
        var context = self.context
        return unsafe withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) {
            buffer in
            let status = unsafe SHA256_Final(
                buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
            precondition(status == 1, "libcrypto refused to finish SHA-256")
            return unsafe Digest.read(from: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Digest {
        hash(bytes[...])
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: ArraySlice<UInt8>) -> Digest {
        var computation = SHA256()
        computation.update(bytes)
        return computation.finalize()
    }

    /// The digest of one prefix byte and `bytes`: how Merkle trees hash a leaf.
    public static func hash(prefix: UInt8, _ bytes: ArraySlice<UInt8>) -> Digest {
        var computation = SHA256()
        computation.update(prefix)
        computation.update(bytes)
        return computation.finalize()
    }

    /// The digest of one prefix byte and two digests: how Merkle trees hash a node.
    public static func hash(prefix: UInt8, _ left: Digest, _ right: Digest) -> Digest {
        unsafe withUnsafeTemporaryAllocation(byteCount: 65, alignment: 8) { buffer in
            unsafe buffer[0] = prefix
            unsafe left.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[1..<33]))
            unsafe right.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[33..<65]))
            var computation = SHA256()
            unsafe computation.update(UnsafeRawBufferPointer(buffer))
            return computation.finalize()
        }
    }
}
