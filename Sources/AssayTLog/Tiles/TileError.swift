/// Why bytes are not a tile or bundle, or a proof cannot be made from the tiles at hand.
public enum TileError: Error, Hashable, Sendable {
    /// A tile of this width has another number of bytes.
    case wrongByteCount(actual: Int, expected: Int)
    /// The bundle ends inside the entry at this position, or before it.
    case truncatedEntry(Int)
    /// Bytes follow the last entry of the bundle.
    case trailingBytes(Int)
    /// An entry has more than 65,535 bytes.
    case entryTooLarge(Int)
    /// A tile or bundle holds 1 to 256 items.
    case wrongItemCount(Int)
    /// The hash of this subtree is not in a log of this size.
    case notStored(NodeCoordinate, TreeSize)
    /// This tile is needed and was not given.
    case missingTile(TileCoordinate)
}
