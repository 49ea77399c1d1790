package import AssayCrypto
package import AssayTLog

/// Where a submission stands in the log.
///
/// Given out only once the entry is durable and covered by a signed checkpoint.
package struct Receipt: Hashable, Sendable {
    /// The position of the entry.
    package let index: LeafIndex
    /// The leaf hash of the entry on record, which for a duplicate is that of the first one.
    package let leafHash: Digest
    /// False if the payload was on record before.
    package let isNew: Bool
    /// The size of a signed tree that covers the entry.
    package let treeSize: TreeSize

    /// Creates a receipt.
    package init(index: LeafIndex, leafHash: Digest, isNew: Bool, treeSize: TreeSize) {
        self.index = index
        self.leafHash = leafHash
        self.isNew = isNew
        self.treeSize = treeSize
    }
}
