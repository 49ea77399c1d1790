/// What a log has published, as it is found now.
///
/// It is a folder of static files, a web server, or one file with a checkpoint; nothing of it is
/// believed.
package protocol PublishedLog: Sendable {
    /// The bytes of the newest checkpoint.
    func checkpoint() async throws(PublishedLogFault) -> [UInt8]

    /// The bytes of a tile of hashes or a bundle of entries; `nil` where there is none.
    func tile(_ coordinate: TileCoordinate) async throws(PublishedLogFault) -> [UInt8]?
}

/// Why what was published could not be read.
package struct PublishedLogFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, and what happened, for people.
    package let description: String

    /// Creates a fault.
    package init(_ description: String) {
        self.description = description
    }
}
