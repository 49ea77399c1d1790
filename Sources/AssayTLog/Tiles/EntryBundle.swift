/// The entries under one level-0 tile: up to 256, each after its length in 16 bits, big-endian
/// (tlog-tiles).
public struct EntryBundle: Hashable, Sendable {
    /// The entries, 1 to 256; an entry may be empty.
    public let entries: [[UInt8]]

    /// Creates a bundle.
    ///
    /// - Throws: `wrongItemCount` or `entryTooLarge`.
    public init(entries: [[UInt8]]) throws(TileError) {
        guard (1...Limits.tileWidth).contains(entries.count) else {
            throw .wrongItemCount(entries.count)
        }
        if let entry = entries.first(where: { $0.count > Limits.entryBytes }) {
            throw .entryTooLarge(entry.count)
        }
        self.entries = entries
    }

    /// Reads a bundle of exactly `width` entries.
    ///
    /// - Throws: `wrongItemCount`, `truncatedEntry` or `trailingBytes`.
    public init(bytes: [UInt8], width: Int) throws(TileError) {
        guard (1...Limits.tileWidth).contains(width) else { throw .wrongItemCount(width) }
        var entries: [[UInt8]] = []
        var rest = bytes[...]
        for position in 0..<width {
            guard rest.count >= 2 else { throw .truncatedEntry(position) }
            let count = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(2)
            guard rest.count >= count else { throw .truncatedEntry(position) }
            entries.append([UInt8](rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        guard rest.isEmpty else { throw .trailingBytes(rest.count) }
        self.entries = entries
    }

    /// The bundle as it is stored and sent.
    public var bytes: [UInt8] {
        entries.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 0xff)] + $0 }
    }
}
