package import AssayCrypto
package import AssayTLog
import AssayVerification

/// Reads the tiles and bundles of a stranger's log.
///
/// A partial tile gives way to the full one when the log has grown over it (tlog-tiles), and where
/// a cache shows a checkpoint before the tiles that it needs, they are asked for again.
package struct TileSource: Sendable {
    private let log: any PublishedLog
    private let pauses: [Duration]
    private let sleep: @Sendable (Duration) async -> Void

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - pauses: how long to wait before each further look for a file that is missing.
    ///   - sleep: waits.
    package init(
        _ log: some PublishedLog, pauses: [Duration] = [],
        sleep: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) {
        self.log = log
        self.pauses = pauses
        self.sleep = sleep
    }

    /// The newest checkpoint.
    package func checkpoint() async throws(AuditFault) -> [UInt8] {
        do {
            return try await log.checkpoint()
        } catch {
            throw .unreadable(error)
        }
    }

    /// The entries of a bundle, exactly as many as it is wide.
    package func entries(
        _ coordinate: TileCoordinate
    ) async throws(AuditFault) -> [[UInt8]] {
        let (bytes, width) = try await bytes(coordinate)
        do throws(TileError) {
            let entries = try EntryBundle(bytes: bytes, width: width).entries
            return Array(entries.prefix(coordinate.width))
        } catch {
            throw .finding(.malformed(coordinate, error))
        }
    }

    /// The hashes of a tile, exactly as many as it is wide.
    package func hashes(_ coordinate: TileCoordinate) async throws(AuditFault) -> [Digest] {
        let (bytes, width) = try await bytes(coordinate)
        do throws(TileError) {
            let hashes = try HashTile(bytes: bytes, width: width).hashes
            return Array(hashes.prefix(coordinate.width))
        } catch {
            throw .finding(.malformed(coordinate, error))
        }
    }

    /// The bytes of a file, and how wide it is.
    private func bytes(
        _ coordinate: TileCoordinate
    ) async throws(AuditFault) -> ([UInt8], width: Int) {
        let full = TileCoordinate(coordinate.content, index: coordinate.index)
        var pauses = pauses[...]
        while true {
            if let bytes = try await file(coordinate) { return (bytes, coordinate.width) }
            if coordinate.isPartial, let full, let bytes = try await file(full) {
                return (bytes, full.width)
            }
            guard let pause = pauses.popFirst() else {
                throw .finding(.missing(coordinate))
            }
            await sleep(pause)
        }
    }

    private func file(_ coordinate: TileCoordinate) async throws(AuditFault) -> [UInt8]? {
        do {
            return try await log.tile(coordinate)
        } catch {
            throw .unreadable(error)
        }
    }
}
