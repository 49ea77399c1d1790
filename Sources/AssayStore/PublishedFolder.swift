import AssayCrypto
import AssayFiles
import AssayLog
package import AssayTLog
import Glibc

/// A folder with the static files of a log (tlog-tiles), for any web server to serve.
///
/// Every tile and bundle is whole and durable before the checkpoint that needs it is written, so a
/// crash leaves the old checkpoint with more files than it needs, and the next round goes on.
package struct PublishedFolder: Sendable {
    private let path: String

    /// What a round of publishing did.
    package struct Round: Hashable, Sendable {
        /// The size of the tree that the folder holds now.
        package let size: TreeSize
        /// How many tiles and bundles were written.
        package let filesWritten: Int
    }

    /// Creates a folder value; nothing is touched yet.
    package init(path: String) {
        self.path = path
    }

    /// Brings the folder to the newest checkpoint of a store that may be shown: under a charter that
    /// asks for witnesses, the newest that enough of them have cosigned.
    ///
    /// Nothing is written that does not lead to the root of that checkpoint.
    ///
    /// - Parameters:
    ///   - reader: a snapshot, so that the newest checkpoint is the tree head's.
    ///   - progress: told how many of how many files are done.
    package func publish(
        from reader: SQLiteLogReader, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) async throws(PublishFault) -> Round {
        let start: LedgerStart
        let newest: CollectedCheckpoint?
        do throws(LogFinding) {
            start = try await LedgerStart(reader, stated: reader.ledger)
            newest = try await start.newestCosigned(in: reader)
            if let newest { try await Self.checkEdge(newest.head, reader) }
        } catch {
            throw .finding(error)
        }
        guard let newest else { throw .notCosigned }
        let size = newest.head.size
        let published = try await publishedSize(reader)
        guard let plan = TilePlan(from: published, to: size) else {
            throw .ahead(published: published, stored: size)
        }
        let files = plan.bundles + plan.tiles
        var written = 0
        for (position, coordinate) in files.enumerated() {
            let bytes: [UInt8]
            do {
                bytes = try await Self.bytes(of: coordinate, reader)
            } catch let finding as LogFinding {
                throw .finding(finding)
            } catch let fault as StoreFault {
                throw .finding(.unreadable(fault))
            } catch {
                preconditionFailure("no other error is thrown below: \(error)")
            }
            if try write(bytes, to: coordinate.path) { written += 1 }
            progress(position + 1, files.count)
        }
        // Cosignatures come in late, so that a checkpoint of the same size may have more of them.
        _ = try write(newest.stored.note, to: Self.checkpointName)
        return Round(size: size, filesWritten: written)
    }

    private static let checkpointName = "checkpoint"

    /// The size of the tree that the folder holds, 0 before the first round.
    private func publishedSize(
        _ reader: SQLiteLogReader
    ) async throws(PublishFault) -> TreeSize {
        guard let note = try read(Self.checkpointName) else { return .zero }
        let published: TreeHead
        do {
            published = try Checkpoint(noteText: SignedNote(bytes: note).text).head
        } catch {
            throw .otherLog
        }
        let size = published.size
        let held: TreeHead?
        let newest: TreeSize?
        do {
            held = try await reader.earlierHead(at: size)
            newest = try await reader.treeHead()?.size
        } catch {
            throw .finding(.unreadable(error))
        }
        if let newest, newest < size { throw .ahead(published: size, stored: newest) }
        guard held == published else { throw .otherLog }
        return size
    }

    /// The tiles of the right edge must lead to the root.
    private static func checkEdge(
        _ head: TreeHead, _ reader: SQLiteLogReader
    ) async throws(LogFinding) {
        let tiles: [[Digest]?]
        do {
            tiles = try await reader.tiles(TreeEdge.positions(for: head.size))
        } catch {
            throw .unreadable(error)
        }
        guard let edge = TreeEdge(size: head.size, tiles: tiles) else {
            throw .wrongRoot(
                .checkpoint(head.size.value), computed: MerkleTree.emptyRoot, stored: head.root)
        }
        guard edge.head.root == head.root else {
            throw .wrongRoot(
                .checkpoint(head.size.value), computed: edge.head.root, stored: head.root)
        }
    }

    /// The bytes of a tile or bundle, checked against what stands above it in the tree; the tiles
    /// of the right edge were checked against the root.
    private static func bytes(
        of coordinate: TileCoordinate, _ reader: SQLiteLogReader
    ) async throws -> [UInt8] {
        guard let position = TilePosition(coordinate) else {
            let begin = coordinate.index * UInt64(TilePosition.fullWidth)
            let entries = try await reader.entries(begin..<begin + UInt64(coordinate.width))
            guard entries.count == coordinate.width else {
                throw LogFinding.missingEntry(LeafIndex(begin + UInt64(entries.count)))
            }
            let leaves = TilePosition(level: 0, index: coordinate.index)
            let hashes = try await tile(leaves, coordinate.width, reader)
            for (place, entry) in entries.enumerated()
            where MerkleTree.leafHash(of: entry) != hashes[place] {
                throw LogFinding.wrongHash(leaves, at: place)
            }
            return try EntryBundle(entries: entries).bytes
        }
        let hashes = try await tile(position, coordinate.width, reader)
        if !coordinate.isPartial {
            let above = TilePosition(
                level: position.level + 1, index: position.index / UInt64(TilePosition.fullWidth))
            let place = Int(position.index % UInt64(TilePosition.fullWidth))
            let stored = try await tile(above, place + 1, reader)
            guard MerkleTree.root(ofLeafHashes: hashes) == stored[place] else {
                throw LogFinding.wrongHash(above, at: place)
            }
        }
        return hashes.flatMap(\.bytes)
    }

    /// The first `width` hashes of a tile.
    private static func tile(
        _ position: TilePosition, _ width: Int, _ reader: SQLiteLogReader
    ) async throws -> [Digest] {
        guard let hashes = try await reader.tiles([position])[0] else {
            throw LogFinding.missingTile(position)
        }
        guard hashes.count >= width else {
            throw LogFinding.wrongTileWidth(position, actual: hashes.count, expected: width)
        }
        return Array(hashes.prefix(width))
    }
}

// MARK: - Files

extension PublishedFolder {
    private static let fileBytesMax = TilePosition.fullWidth * (Limits.entryBytes + 2)

    /// The bytes of a file in the folder; `nil` if there is none.
    private func read(_ name: String) throws(PublishFault) -> [UInt8]? {
        let file = path + "/" + name
        guard DurableFile.exists(file) else { return nil }
        do {
            return try InputFile.read(file, limitBytes: Self.fileBytesMax)
        } catch {
            throw .file(error)
        }
    }

    /// Writes a file that has not these bytes already; returns whether it did.
    private func write(_ bytes: [UInt8], to name: String) throws(PublishFault) -> Bool {
        if try read(name) == bytes { return false }
        do {
            let folders = name.utf8.split(separator: UInt8(ascii: "/")).dropLast()
            var folder = path
            try Self.makeFolder(folder)
            for part in folders {
                folder += "/" + String(decoding: part, as: UTF8.self)
                try Self.makeFolder(folder)
            }
            try DurableFile.write(bytes, to: path + "/" + name, existing: .replace)
            return true
        } catch {
            throw .file(error)
        }
    }

    /// Makes a folder whose parent exists, durably, unless it is there.
    private static func makeFolder(_ path: String) throws(FileError) {
        if unsafe mkdir(path, 0o755) == 0 {
            try DurableFile.syncFolder(path + "/..")
        } else if errno != EEXIST {
            throw FileError(path: path, operation: .create, reason: .system(errno))
        }
    }
}
