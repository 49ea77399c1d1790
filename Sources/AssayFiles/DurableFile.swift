package import Glibc

/// Whole files that are there with all of their bytes, or not at all, and that survive a power cut
/// once the call returns.
///
/// The bytes go to a file beside the target, which is synced and then given the target's name;
/// then the folder is synced. A crash before the naming leaves the old file (or none) and perhaps
/// a `.NAME.….tmp` file, which nothing reads; a crash after it leaves the new file.
package enum DurableFile {
    /// What happens to a file that has the name already.
    package enum Existing: Hashable, Sendable {
        /// It gives way, in one step.
        case replace
        /// It stays, and the write is refused.
        case refuse
    }

    /// Writes `bytes` to `path`.
    ///
    /// - Parameters:
    ///   - mode: the permissions of the file, less the process's umask.
    ///
    /// - Throws: `FileError`; `alreadyExists` where a file is not to be replaced. After an error
    ///   the old file is as it was.
    package static func write(
        _ bytes: [UInt8], to path: String, existing: Existing, mode: mode_t = 0o644
    ) throws(FileError) {
        let (folder, name) = split(path)
        if existing == .refuse, exists(path) {
            throw FileError(path: path, operation: .create, reason: .alreadyExists)
        }
        let temporary = try writeTemporary(bytes, folder: folder, name: name, path: path, mode)
        do throws(FileError) {
            switch existing {
            case .replace: try rename(temporary, to: path)
            case .refuse: try claim(path, for: temporary)
            }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try syncFolder(folder)
    }

    /// Whether anything, a dangling link included, has that name.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Writes and syncs a fresh file in `folder`, and returns its path.
    ///
    /// Nothing is left on failure.
    private static func writeTemporary(
        _ bytes: [UInt8], folder: String, name: String, path: String, _ mode: mode_t
    ) throws(FileError) -> String {
        var attempt = 0
        while true {
            // A process that crashed may have left one with the same process number.
            let temporary = "\(folder)/.\(name).\(getpid()).\(attempt).tmp"
            do throws(FileError) {
                let file = try Descriptor(
                    temporary, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode,
                    operation: .create)
                do throws(FileError) {
                    try Descriptor.writeAll(bytes, to: file.number, path: path)
                    try file.sync(path: path)
                    try file.close(path: path)
                } catch {
                    _ = unsafe unlink(temporary)
                    throw error
                }
                return temporary
            } catch {
                guard error.reason == .system(EEXIST), attempt < 1000 else {
                    throw FileError(path: path, operation: error.operation, reason: error.reason)
                }
                attempt += 1
            }
        }
    }

    private static func rename(_ temporary: String, to path: String) throws(FileError) {
        guard unsafe Glibc.rename(temporary, path) == 0 else { throw .system(path, .rename) }
    }

    /// Gives the temporary file the name `path` unless something has it.
    private static func claim(_ path: String, for temporary: String) throws(FileError) {
        if unsafe link(temporary, path) == 0 {
            _ = unsafe unlink(temporary)
            return
        }
        guard errno != EEXIST else {
            throw FileError(path: path, operation: .create, reason: .alreadyExists)
        }
        // A file system without hard links, such as a memory stick's: an empty file made by us
        // holds the name while the full one takes its place.
        do throws(FileError) {
            _ = try Descriptor(
                path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, operation: .create)
        } catch {
            guard error.reason == .system(EEXIST) else { throw error }
            throw FileError(path: path, operation: .create, reason: .alreadyExists)
        }
        do throws(FileError) {
            try rename(temporary, to: path)
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }

    /// Makes the names in a folder survive a power cut.
    package static func syncFolder(_ folder: String) throws(FileError) {
        let descriptor = try Descriptor(
            folder, flags: O_RDONLY | O_DIRECTORY, operation: .sync)
        do throws(FileError) {
            try descriptor.sync(path: folder)
        } catch {
            // Some file systems cannot sync a folder and say so; there is nothing more to be had.
            guard error.reason == .system(EINVAL) else { throw error }
        }
    }

    /// Folder and last component of a path.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = String(path[..<slash])
        return (folder.isEmpty ? "/" : folder, String(path[path.utf8.index(after: slash)...]))
    }
}
