public import AssayCrypto

/// The subject index in memory: lists of entry indexes by key, the root over all of them, and the
/// proof of each (formats.md 8).
///
/// Adding an index takes time of the order of the depth of the key, at most 256; copies are cheap
/// and independent.
public struct SubjectIndexMap: Hashable, Sendable {
    /// A subtree; `branch` always holds two keys or more.
    private indirect enum Node: Hashable, Sendable {
        case empty
        case leaf(place: Digest, list: IndexList, hash: Digest)
        case branch(left: Node, right: Node, hash: Digest)

        var hash: Digest {
            switch self {
            case .empty: .zero
            case .leaf(_, _, let hash), .branch(_, _, let hash): hash
            }
        }
    }

    private var top = Node.empty

    /// The number of keys.
    public private(set) var keyCount: UInt64 = 0

    /// Creates the map without keys, whose root is 32 zero bytes.
    public init() {}

    /// The root of the trie.
    public var root: Digest { top.hash }

    /// The hash of a subtree with one key.
    static func leafHash(_ place: Digest, _ value: IndexValue) -> Digest {
        SHA256.hash(prefix: 2, (place.bytes + value.bytes)[...])
    }

    /// The hash of a subtree with at least two keys.
    static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        SHA256.hash(prefix: 3, left, right)
    }

    /// Adds the index of an entry to the list of `key`; it must be greater than all in the list.
    ///
    /// - Throws: `notAscending`, and the map is as before.
    public mutating func insert(
        _ index: LeafIndex, for key: IndexKey
    ) throws(SubjectIndexError) {
        let place = key.place
        var (isNew, list) = (true, IndexList())
        if case .leaf(place, let found, _) = walk(place).node { (isNew, list) = (false, found) }
        try list.append(index)
        guard let value = list.value else { throw .emptyList }
        let leaf = Node.leaf(place: place, list: list, hash: Self.leafHash(place, value))
        top = Self.placing(leaf, at: place, in: top, depth: 0)
        keyCount += isNew ? 1 : 0
    }

    /// The indexes of the entries with `key`, ascending; empty if there are none.
    public func indexes(of key: IndexKey) -> [LeafIndex] {
        let place = key.place
        if case .leaf(place, let list, _) = walk(place).node { return list.indexes }
        return []
    }

    /// The proof of what the map holds for `key`.
    public func proof(of key: IndexKey) -> SubjectIndexProof {
        let place = key.place
        let (node, siblings) = walk(place)
        let end: SubjectIndexProof.End =
            switch node {
            case .leaf(place, _, _): .leaf
            case .leaf(let other, let list, _):
                list.value.map { .other(place: other, value: $0) } ?? .empty
            case .empty, .branch: .empty
            }
        do throws(SubjectIndexError) {
            return try SubjectIndexProof(siblings: siblings, end: end)
        } catch { preconditionFailure("two places differ in one of their 256 bits: \(error)") }
    }

    /// Follows the bits of `place` to the leaf or empty subtree where they end.
    private func walk(_ place: Digest) -> (node: Node, siblings: [Digest]) {
        var node = top
        var siblings: [Digest] = []
        while case .branch(let left, let right, _) = node {
            let goesRight = place.bit(at: siblings.count)
            siblings.append(goesRight ? left.hash : right.hash)
            node = goesRight ? right : left
        }
        return (node, siblings)
    }

    /// `node` with `leaf` put in, replacing a leaf of the same place.
    private static func placing(
        _ leaf: Node, at place: Digest, in node: Node, depth: Int
    ) -> Node {
        switch node {
        case .empty, .leaf(place, _, _):
            return leaf
        case .leaf(let other, _, _):
            // The two keys part at some later bit; until then one side is empty.
            let parted = other.bit(at: depth) ? branch(.empty, node) : branch(node, .empty)
            return placing(leaf, at: place, in: parted, depth: depth)
        case .branch(let left, let right, _):
            return place.bit(at: depth)
                ? branch(left, placing(leaf, at: place, in: right, depth: depth + 1))
                : branch(placing(leaf, at: place, in: left, depth: depth + 1), right)
        }
    }

    private static func branch(_ left: Node, _ right: Node) -> Node {
        .branch(left: left, right: right, hash: nodeHash(left.hash, right.hash))
    }
}
