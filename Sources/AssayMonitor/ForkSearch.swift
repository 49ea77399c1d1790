import AssayCrypto
package import AssayTLog
package import AssayVerification

/// Finds where two signed trees part.
package enum ForkSearch {
    /// The first entry that both trees have and that differs; `nil` if one begins with the other.
    ///
    /// Goes down from the highest tiles, so reads a few of each tree.
    package static func firstDifference(
        _ a: inout SignedTree, _ b: inout SignedTree
    ) async throws(AuditFault) -> LeafIndex? {
        let common = min(a.head.size.value, b.head.size.value)
        // Everything before this node of the level is known to be equal.
        var first: UInt64 = 0
        for level in (0..<TilePosition.levelCount).reversed() {
            let end = common >> UInt64(8 * level)
            while first < end {
                let position = TilePosition(
                    level: level, index: first / UInt64(TilePosition.fullWidth))
                let (left, right) = (try await a.hashes(position), try await b.hashes(position))
                let begin = Int(first % UInt64(TilePosition.fullWidth))
                let width = min(
                    TilePosition.fullWidth,
                    Int(clamping: end - position.index * UInt64(TilePosition.fullWidth)))
                let place = (begin..<width).first { left[$0] != right[$0] }
                first = position.index * UInt64(TilePosition.fullWidth) + UInt64(place ?? width)
                if place != nil { break }
            }
            if level > 0 { first *= UInt64(TilePosition.fullWidth) }
        }
        return first < common ? LeafIndex(first) : nil
    }

    /// The proofs that the keys which signed both heads have forked; the trees are read from whoever
    /// shows them.
    package static func proofs(
        _ a: JudgedCheckpoint, from first: TileSource, _ b: JudgedCheckpoint,
        from second: TileSource
    ) async throws(AuditFault) -> [FraudProof] {
        if a.head.size == b.head.size {
            return a.head.root == b.head.root ? [] : Accusation.twoRoots(a, b)
        }
        var left = try await SignedTree(a.head, from: first)
        var right = try await SignedTree(b.head, from: second)
        guard let index = try await firstDifference(&left, &right) else { return [] }
        return Accusation.twoEntries(
            a, try await left.leaf(index), b, try await right.leaf(index), at: index)
    }
}
