public import AssayCrypto
public import AssayTLog

/// Which samples an auditor asks to see (formats.md section 11).
///
/// The draw depends on the entry and on a nonce that the auditor chooses after the entry is in the
/// log, so that neither side alone chooses the samples.
public struct SampleChallenge: Hashable, Sendable {
    /// The leaf hash of the result's entry.
    public let entry: Digest
    /// The auditor's nonce.
    public let nonce: Digest
    /// The number of samples of the result.
    public let count: UInt64
    /// The samples that were drawn, in the order of the draw; none occurs twice.
    public let indexes: [LeafIndex]

    /// Draws `drawCount` samples of `count`; `nil` if there are not so many.
    ///
    /// Blocks `SHA-256("assay-challenge-v1" || entry || nonce || u64be(j))` each give four numbers;
    /// one that would favour small indexes is skipped.
    public init?(entry: Digest, nonce: Digest, count: UInt64, drawCount: Int) {
        guard drawCount >= 0, UInt64(drawCount) <= count else { return nil }
        self.entry = entry
        self.nonce = nonce
        self.count = count
        var drawn: [LeafIndex] = []
        var seen: Set<UInt64> = []
        var block: UInt64 = 0
        while drawn.count < drawCount {
            var computation = SHA256()
            computation.update([UInt8]("assay-challenge-v1".utf8))
            computation.update(entry)
            computation.update(nonce)
            computation.update(block.bigEndianBytes)
            block += 1
            let bytes = computation.finalize().bytes
            for start in stride(from: 0, to: Digest.byteCount, by: 8) where drawn.count < drawCount
            {
                let number = bytes[start..<start + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                // 2^64 mod count, computed without 2^64: what is cut off at the top.
                let excess = (UInt64.max % count + 1) % count
                guard excess == 0 || number <= UInt64.max - excess else { continue }
                let index = number % count
                if seen.insert(index).inserted { drawn.append(LeafIndex(index)) }
            }
        }
        indexes = drawn
    }

    /// The probability that a draw of `drawCount` of `count` samples meets at least one of
    /// `doctoredCount` doctored ones.
    public static func detection(
        drawCount: UInt64, count: UInt64, doctoredCount: UInt64
    ) -> Double {
        guard doctoredCount > 0, count > 0 else { return 0 }
        guard drawCount <= count, doctoredCount <= count, drawCount + doctoredCount <= count
        else { return 1 }
        var missed = 1.0
        for step in 0..<drawCount {
            missed *= Double(count - doctoredCount - step) / Double(count - step)
        }
        return 1 - missed
    }
}
