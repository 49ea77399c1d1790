import AssayCrypto

/// How a store finds entries by a digest: for every 65,536 entries, once they are there, one *run*
/// with the first 54 bits of each of their digests.
///
/// A run is written once, in the growth step that completes it, and never changes, so the cost of an
/// entry does not grow with the log, as that of an index over random hashes would. It is kept in
/// parts by the first 6 bits of the digest: a lookup reads one part of each run. A part holds a word
/// for each entry: the next 48 bits of its digest, then the place of the entry in the run.
///
/// The entries after the last run are found through their own rows.
enum LookupRun {
    /// The entries of a run.
    static let entryCount: UInt64 = 1 << 16
    /// The parts of a run.
    static let partCount = 64
    /// The bits of a digest that a run keeps, as those of its first 8 bytes.
    static let keptBits: UInt64 = ~0 << 10

    private static let partBits: UInt64 = 6
    private static let wordByteCount = 8

    /// The parts of the run of entries with these digests' first 8 bytes, in the order of the log.
    static func parts(of prefixes: [UInt64]) -> [[UInt8]] {
        precondition(prefixes.count == Int(entryCount), "a run is written when it is whole")
        var parts = [[UInt8]](repeating: [], count: partCount)
        for part in parts.indices {
            parts[part].reserveCapacity(prefixes.count / partCount * wordByteCount * 5 / 4)
        }
        for (place, prefix) in prefixes.enumerated() {
            let word = prefix << partBits & ~0xffff | UInt64(place)
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                parts[part(of: prefix)].append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return parts
    }

    /// The number in its run of the part that a digest with these first 8 bytes is in.
    static func part(of prefix: UInt64) -> Int {
        Int(prefix >> (64 - partBits))
    }

    /// The row of a part of a run.
    static func position(run: UInt64, part: Int) -> Int64 {
        Int64(run) * Int64(partCount) + Int64(part)
    }

    /// Hands `body` the kept bits of each digest in a part and the place of its entry in the run.
    ///
    /// - Returns: false if the bytes are no part.
    static func forEach(
        in bytes: [UInt8], part: Int, _ body: (_ kept: UInt64, _ place: UInt64) -> Void
    ) -> Bool {
        guard bytes.count.isMultiple(of: wordByteCount) else { return false }
        var begin = 0
        while begin < bytes.count {
            var word: UInt64 = 0
            for position in begin..<begin + wordByteCount {
                word = word << 8 | UInt64(bytes[position])
            }
            let kept = UInt64(part) << (64 - partBits) | word >> partBits & keptBits
            body(kept, word & 0xffff)
            begin += wordByteCount
        }
        return true
    }
}
