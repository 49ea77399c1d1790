public import AssayCrypto

/// The hashes of RFC 6962 section 2.1.
public enum MerkleTree {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = SHA256.hash([])

    /// The hash of a leaf: `SHA-256(0x00 || entry)`.
    public static func leafHash(of entry: [UInt8]) -> Digest {
        SHA256.hash(prefix: 0, entry[...])
    }

    /// The hash of a leaf: `SHA-256(0x00 || entry)`.
    public static func leafHash(of entry: ArraySlice<UInt8>) -> Digest {
        SHA256.hash(prefix: 0, entry)
    }

    /// The hash of a node: `SHA-256(0x01 || left || right)`.
    public static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        SHA256.hash(prefix: 1, left, right)
    }

    /// The root of the tree over `leafHashes`.
    public static func root(ofLeafHashes leafHashes: some Sequence<Digest>) -> Digest {
        var range = CompactRange()
        for hash in leafHashes {
            range.append(hash)
        }
        return range.root
    }
}
