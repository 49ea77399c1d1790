package import AssayCrypto
import AssayTLog

/// RFC 6962 section 2.1 written as its recursive definition and nothing else.
package enum ReferenceTree {
    /// MTH(D[n]) over leaf hashes.
    package static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let first = leaves.first else { return MerkleTree.emptyRoot }
        if leaves.count == 1 { return first }
        let (left, right) = split(leaves)
        return MerkleTree.nodeHash(root(left), root(right))
    }

    /// PATH(m, D[n]).
    package static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        if leaves.count == 1 { return [] }
        let (left, right) = split(leaves)
        return index < left.count
            ? path(index, left) + [root(right)]
            : path(index - left.count, right) + [root(left)]
    }

    /// PROOF(m, D[n]).
    package static func consistency(_ size: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        subproof(size, leaves, true)
    }

    private static func subproof(
        _ size: Int, _ leaves: ArraySlice<Digest>, _ isComplete: Bool
    ) -> [Digest] {
        if size == leaves.count { return isComplete ? [] : [root(leaves)] }
        let (left, right) = split(leaves)
        return size <= left.count
            ? subproof(size, left, isComplete) + [root(right)]
            : subproof(size - left.count, right, false) + [root(left)]
    }

    private static func split(
        _ leaves: ArraySlice<Digest>
    ) -> (ArraySlice<Digest>, ArraySlice<Digest>) {
        var width = 1
        while width * 2 < leaves.count { width *= 2 }
        return (leaves.prefix(width), leaves.dropFirst(width))
    }
}
