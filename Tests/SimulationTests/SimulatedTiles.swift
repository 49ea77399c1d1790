import AssayCrypto
import AssayLog
import AssayTLog

/// What a log has published at some moment: the mirror that a monitor keeps.
struct SimulatedTiles: PublishedLog {
    /// The checkpoint.
    let note: [UInt8]
    /// All entries, of which there may be more than the checkpoint has.
    let entries: [NewEntry]
    /// The tiles over them.
    let tiles: [TilePosition: [Digest]]

    func checkpoint() -> [UInt8] { note }

    func tile(_ coordinate: TileCoordinate) throws(PublishedLogFault) -> [UInt8]? {
        do throws(TileError) {
            guard let position = TilePosition(coordinate) else { return try bundle(coordinate) }
            guard let hashes = tiles[position], hashes.count >= coordinate.width else {
                return nil
            }
            return try HashTile(hashes: Array(hashes.prefix(coordinate.width))).bytes
        } catch {
            throw PublishedLogFault("\(error)")
        }
    }

    private func bundle(_ coordinate: TileCoordinate) throws(TileError) -> [UInt8]? {
        let begin = Int(coordinate.index) * Limits.tileWidth
        guard begin + coordinate.width <= entries.count else { return nil }
        return try EntryBundle(entries: entries[begin..<begin + coordinate.width].map(\.bytes))
            .bytes
    }
}
