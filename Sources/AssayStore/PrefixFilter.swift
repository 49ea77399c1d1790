/// Which digests may be among those that were added: most that were not are told from the first 8
/// bytes alone, in memory, and none that was is missed.
///
/// A Bloom filter of 16 bits for each digest that touches one word for each million of them, so
/// asking costs nothing beside a signature; it takes 2 bytes for each entry of the log. Whoever
/// grinds digests that collide gets a lookup on the disk for each, and nothing else.
struct PrefixFilter {
    /// The digests that one chunk takes.
    private static let chunkKeys = 1 << 20
    /// The logarithm of the words of a chunk.
    private static let chunkWordBits: UInt64 = 18

    private var chunks: [[UInt64]] = []
    private var keysInLast = 0

    /// Adds a digest by its first 8 bytes.
    mutating func insert(_ prefix: UInt64) {
        if chunks.isEmpty || keysInLast == Self.chunkKeys {
            chunks.append([UInt64](repeating: 0, count: 1 << Self.chunkWordBits))
            keysInLast = 0
        }
        keysInLast += 1
        chunks[chunks.count - 1][Self.word(prefix)] |= Self.bits(prefix)
    }

    /// False only if no digest with these first 8 bytes was added.
    func mayContain(_ prefix: UInt64) -> Bool {
        let word = Self.word(prefix)
        let bits = Self.bits(prefix)
        return chunks.contains { $0[word] & bits == bits }
    }

    private static func word(_ prefix: UInt64) -> Int {
        Int(prefix >> (64 - chunkWordBits))
    }

    /// Four bits, chosen by the 24 bits of the digest after those that choose the word; a run keeps
    /// all of these.
    private static func bits(_ prefix: UInt64) -> UInt64 {
        let rest = prefix >> (64 - chunkWordBits - 24)
        return 1 << (rest & 63) | 1 << (rest >> 6 & 63) | 1 << (rest >> 12 & 63)
            | 1 << (rest >> 18 & 63)
    }
}
