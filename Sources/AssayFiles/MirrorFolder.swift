import AssayCrypto
package import AssayMonitor
package import AssayTLog
import Glibc

/// The tiles and bundles of a log that was replayed, as files: one for each tile and bundle, whose
/// name has no width, since a wider one takes its place.
package struct MirrorFolder: Sendable {
    private let path: String
    private static let fileBytesMax = Limits.tileWidth * (Limits.entryBytes + 2)

    /// Names a folder; it is made with the first file.
    package init(path: String) {
        self.path = path
    }

    /// Makes a step of a replay durable.
    package func write(_ step: LogAudit.Step) throws(FileError) {
        for bundle in step.bundles {
            guard let coordinate = TileCoordinate(.entries, index: bundle.index) else { continue }
            try write(Self.bytes(of: bundle.entries), coordinate)
        }
        for tile in step.tiles {
            let coordinate = TileCoordinate(
                .hashes(level: tile.position.level), index: tile.position.index)
            guard let coordinate else { continue }
            try write(tile.hashes.flatMap(\.bytes), coordinate)
        }
    }

    /// The bytes of a tile or bundle at its width; `nil` if there is none so wide.
    package func read(_ coordinate: TileCoordinate) throws(FileError) -> [UInt8]? {
        guard let full = TileCoordinate(coordinate.content, index: coordinate.index) else {
            return nil
        }
        let file = path + "/" + full.path
        guard DurableFile.exists(file) else { return nil }
        let bytes = try InputFile.read(file, limitBytes: Self.fileBytesMax)
        guard let count = Self.byteCount(of: coordinate, in: bytes) else { return nil }
        return Array(bytes.prefix(count))
    }

    /// How many bytes the first items of a file take; `nil` if it has not so many.
    private static func byteCount(of coordinate: TileCoordinate, in bytes: [UInt8]) -> Int? {
        var count = coordinate.width * Digest.byteCount
        if coordinate.content == .entries {
            count = 0
            for _ in 0..<coordinate.width {
                guard count + 2 <= bytes.count else { return nil }
                count += 2 + (Int(bytes[count]) << 8 | Int(bytes[count + 1]))
            }
        }
        return count <= bytes.count ? count : nil
    }

    /// The entries of a bundle, each after its length in 16 bits (tlog-tiles).
    private static func bytes(of entries: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
        for entry in entries {
            bytes.append(UInt8(entry.count >> 8))
            bytes.append(UInt8(entry.count & 0xff))
            bytes += entry
        }
        return bytes
    }

    private func write(_ bytes: [UInt8], _ coordinate: TileCoordinate) throws(FileError) {
        var folder = path
        try Self.makeFolder(folder)
        for part in coordinate.path.split(separator: "/").dropLast() {
            folder += "/" + part
            try Self.makeFolder(folder)
        }
        try DurableFile.write(bytes, to: path + "/" + coordinate.path, existing: .replace)
    }

    /// Makes a folder whose parent exists, durably, unless it is there.
    package static func makeFolder(_ path: String) throws(FileError) {
        if unsafe mkdir(path, 0o755) == 0 {
            try DurableFile.syncFolder(path + "/..")
        } else if errno != EEXIST {
            throw .system(path, .create)
        }
    }
}

extension MirrorFolder: PublishedLog {
    /// A mirror has no checkpoint of its own: its witness has.
    package func checkpoint() async throws(PublishedLogFault) -> [UInt8] {
        throw PublishedLogFault("\(path): holds tiles only")
    }

    package func tile(
        _ coordinate: TileCoordinate
    ) async throws(PublishedLogFault) -> [UInt8]? {
        do throws(FileError) {
            return try read(coordinate)
        } catch {
            throw PublishedLogFault(error.description)
        }
    }
}
