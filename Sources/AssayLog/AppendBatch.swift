package import AssayCrypto
package import AssayTLog

/// One growth step of a log: everything that becomes durable together.
package struct AppendBatch: Hashable, Sendable {
    /// The tree head before; `nil` for the step that makes the log.
    package let previous: TreeHead?
    /// The tree head after.
    package let next: TreeHead
    /// The entries from `previous.size` on.
    package let entries: [NewEntry]
    /// Every tile that the entries changed, at its new width.
    package let tiles: [TileUpdate]
    /// The signed note of the checkpoint of `next`.
    package let checkpoint: [UInt8]

    /// Creates a growth step.
    package init(
        previous: TreeHead?, next: TreeHead, entries: [NewEntry], tiles: [TileUpdate],
        checkpoint: [UInt8]
    ) {
        self.previous = previous
        self.next = next
        self.entries = entries
        self.tiles = tiles
        self.checkpoint = checkpoint
    }
}

/// An entry that is about to get an index.
package struct NewEntry: Hashable, Sendable {
    /// The bytes of the entry.
    package let bytes: [UInt8]
    /// Their leaf hash.
    package let leafHash: Digest
    /// SHA-256 of the payload: what makes two submissions the same (formats.md section 2).
    package let payload: Digest
    /// Whether it is a charter or member-keys entry, which changes how later ones are judged.
    package let changesState: Bool

    /// Creates an entry.
    package init(bytes: [UInt8], leafHash: Digest, payload: Digest, changesState: Bool) {
        self.bytes = bytes
        self.leafHash = leafHash
        self.payload = payload
        self.changesState = changesState
    }
}
