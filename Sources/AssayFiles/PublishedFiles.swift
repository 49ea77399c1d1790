package import AssayTLog
import Glibc

/// What a log has published, in a folder of static files or as one file with a checkpoint.
package struct PublishedFiles: PublishedLog {
    private let path: String
    private let isFolder: Bool
    private static let bundleBytesMax = Limits.tileWidth * (Limits.entryBytes + 2)

    /// Names a folder, or a file with a checkpoint.
    package init(path: String) {
        var status = stat()
        self.path = path
        isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package func checkpoint() async throws(PublishedLogFault) -> [UInt8] {
        try read(isFolder ? path + "/checkpoint" : path)
    }

    package func tile(
        _ coordinate: TileCoordinate
    ) async throws(PublishedLogFault) -> [UInt8]? {
        let file = path + "/" + coordinate.path
        guard isFolder, DurableFile.exists(file) else { return nil }
        return try read(file)
    }

    private func read(_ file: String) throws(PublishedLogFault) -> [UInt8] {
        do {
            return try InputFile.read(file, limitBytes: Self.bundleBytesMax)
        } catch {
            throw PublishedLogFault(error.description)
        }
    }
}
