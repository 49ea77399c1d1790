public import AssayCrypto

/// The proof of what the subject index holds for one key: a list of indexes, or nothing
/// (formats.md 8).
///
/// The map is a binary trie on the bits of `IndexKey.place`. An empty subtree hashes to 32 zero
/// bytes, a subtree with one key to `SHA-256(0x02 || place || value)`, any other to
/// `SHA-256(0x03 || left || right)`.
public struct SubjectIndexProof: Hashable, Sendable {
    /// What stands where the walk along the bits of the key ends.
    public enum End: Hashable, Sendable {
        /// The leaf of the key itself: it is present.
        case leaf
        /// An empty subtree: it is absent.
        case empty
        /// The leaf of another key that shares the walked bits: it is absent.
        case other(place: Digest, value: IndexValue)
    }

    /// The sibling hashes from the root down to where the walk ends.
    public let siblings: [Digest]
    /// What stands there.
    public let end: End

    /// Creates a proof.
    ///
    /// - Throws: `tooManySiblings`.
    public init(siblings: [Digest], end: End) throws(SubjectIndexError) {
        guard siblings.count <= Limits.indexSiblings else {
            throw .tooManySiblings(siblings.count)
        }
        self.siblings = siblings
        self.end = end
    }

    /// Returns normally only if the map with `root` holds exactly `indexes` for `key`; none means
    /// that the key is absent.
    ///
    /// - Throws: every case of `SubjectIndexError` except `tooManySiblings`.
    public func verify(
        _ indexes: [LeafIndex], of key: IndexKey, root: Digest
    ) throws(SubjectIndexError) {
        guard indexes.count <= Limits.lookupIndexes else { throw .tooManyIndexes(indexes.count) }
        let place = key.place
        var hash = try endHash(indexes, place)
        // A subtree with one key is that key's leaf and an empty one has no parts, so beside the
        // end of a walk there is never nothing, and beside nothing there are at least two keys.
        if let sibling = siblings.last {
            guard sibling != .zero else { throw .notCanonical }
            guard end != .empty || siblings.count < Limits.indexSiblings else {
                throw .notCanonical
            }
        }
        for depth in siblings.indices.reversed() {
            hash =
                place.bit(at: depth)
                ? SubjectIndexMap.nodeHash(siblings[depth], hash)
                : SubjectIndexMap.nodeHash(hash, siblings[depth])
        }
        guard hash == root else { throw .rootMismatch(computed: hash, expected: root) }
    }

    private func endHash(
        _ indexes: [LeafIndex], _ place: Digest
    ) throws(SubjectIndexError) -> Digest {
        switch end {
        case .leaf:
            return SubjectIndexMap.leafHash(place, try IndexValue(indexes: indexes))
        case .empty:
            guard indexes.isEmpty else { throw .indexesOfAbsentKey(indexes.count) }
            return .zero
        case .other(let other, let value):
            guard indexes.isEmpty else { throw .indexesOfAbsentKey(indexes.count) }
            guard other != place else { throw .otherKeyIsTheKey }
            guard siblings.indices.allSatisfy({ other.bit(at: $0) == place.bit(at: $0) }) else {
                throw .otherKeyElsewhere
            }
            return SubjectIndexMap.leafHash(other, value)
        }
    }
}

/// Why a list cannot be committed to, or a proof of the subject index was rejected.
public enum SubjectIndexError: Error, Hashable, Sendable {
    /// A key that is present has at least one index.
    case emptyList
    /// The indexes do not ascend.
    case notAscending(LeafIndex, LeafIndex)
    /// More siblings than a key has bits.
    case tooManySiblings(Int)
    /// More indexes than `Limits.lookupIndexes`.
    case tooManyIndexes(Int)
    /// Indexes are listed for a key that is shown to be absent.
    case indexesOfAbsentKey(Int)
    /// The other key at the end of the walk is the key itself.
    case otherKeyIsTheKey
    /// The other key at the end of the walk does not share the walked bits.
    case otherKeyElsewhere
    /// No map has this shape: the last sibling is empty, or has room for only one key.
    case notCanonical
    /// The proof leads to a different root.
    case rootMismatch(computed: Digest, expected: Digest)
}
