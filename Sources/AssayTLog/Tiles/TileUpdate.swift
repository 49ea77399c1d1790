package import AssayCrypto

/// A tile at its new width.
package struct TileUpdate: Hashable, Sendable {
    /// Which tile.
    package let position: TilePosition
    /// All of its hashes so far.
    package let hashes: [Digest]

    /// Creates an update.
    package init(position: TilePosition, hashes: [Digest]) {
        self.position = position
        self.hashes = hashes
    }
}
