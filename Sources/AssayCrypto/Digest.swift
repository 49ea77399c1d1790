/// The 32 bytes of a SHA-256 value.
///
/// Kept as four big-endian words, so that trees of digests need no heap and comparing two digests
/// compares bytes in their order.
public struct Digest: Hashable, Sendable {
    /// The number of bytes in a digest.
    public static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a digest from exactly 32 bytes; any other count gives `nil`.
    public init?(bytes: some Collection<UInt8>) {
        let bytes = [UInt8](bytes)
        guard bytes.count == Self.byteCount else { return nil }
        var words: [4 of UInt64] = [0, 0, 0, 0]
        var position = 0
        for byte in bytes {
            words[position >> 3] = words[position >> 3] << 8 | UInt64(byte)
            position += 1
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// The digests that stand one after another in `bytes`, 32 bytes each; any other count of bytes
    /// gives `nil`.
    public static func list(in bytes: [UInt8]) -> [Digest]? {
        guard bytes.count.isMultiple(of: byteCount) else { return nil }
        return unsafe bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: byteCount).map { begin in
                let part = unsafe raw[begin..<begin + byteCount]
                return unsafe read(from: UnsafeRawBufferPointer(rebasing: part))
            }
        }
    }

    /// Creates a digest from 64 lower-case hex digits; any other text gives `nil`.
    public init?(hex: some Collection<UInt8>) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// Creates a digest from the one base64 spelling of 32 bytes; any other text gives `nil`.
    public init?(base64: some Collection<UInt8>) {
        guard let bytes = Base64.decode(base64) else { return nil }
        self.init(bytes: bytes)
    }

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// 32 zero bytes: the hash of an empty subtree in the subject index.
    public static let zero = Digest(words: (0, 0, 0, 0))

    /// The digest's bytes.
    public var bytes: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            var position = 0
            for word in [words.0, words.1, words.2, words.3] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    unsafe buffer[position] = UInt8(truncatingIfNeeded: word >> UInt64(shift))
                    position += 1
                }
            }
            count = Self.byteCount
        }
    }

    /// The digest as 64 lower-case hex digits.
    public var hex: String { Hex.encode(bytes) }

    /// The digest as 44 base64 characters.
    public var base64: String { Base64.encode(bytes) }

    /// The bit at `position`, 0 being the most significant bit of the first byte.
    public func bit(at position: Int) -> Bool {
        precondition((0..<256).contains(position))
        let word =
            switch position >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(63 - position & 63) & 1 == 1
    }

    /// Compares all four words.
    public static func == (left: Digest, right: Digest) -> Bool {
        left.words == right.words
    }

    /// Feeds all four words to the hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    /// Stores the bytes at the start of `buffer`.
    func write(to buffer: UnsafeMutableRawBufferPointer) {
        unsafe buffer.storeBytes(of: words.0.bigEndian, toByteOffset: 0, as: UInt64.self)
        unsafe buffer.storeBytes(of: words.1.bigEndian, toByteOffset: 8, as: UInt64.self)
        unsafe buffer.storeBytes(of: words.2.bigEndian, toByteOffset: 16, as: UInt64.self)
        unsafe buffer.storeBytes(of: words.3.bigEndian, toByteOffset: 24, as: UInt64.self)
    }

    /// Loads the first 32 bytes of `buffer`.
    static func read(from buffer: UnsafeRawBufferPointer) -> Digest {
        unsafe Digest(
            words: (
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
            ))
    }
}

extension Digest: Comparable {
    /// Orders digests by their bytes.
    public static func < (left: Digest, right: Digest) -> Bool {
        left.words < right.words
    }
}

extension Digest: CustomStringConvertible {
    /// The digest as hex.
    public var description: String { hex }
}
