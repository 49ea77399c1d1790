import Glibc

/// The right to write to a store: an advisory lock, held until the value is destroyed or the
/// process ends in whatever way.
///
/// The lock is a `flock` on a file beside the store, named like it with `-lock` at the end, which
/// is empty and stays. The store file itself cannot serve: closing any descriptor of it would drop
/// the locks that SQLite holds there. Programs that only read take no lock. It guards against a
/// second start; that two writers cannot fork the log, even where somebody removed the lock file,
/// rests on the comparison of the tree head in every append. Network file systems are not
/// supported.
final class StoreLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Takes the lock of the store at `path`, which must exist.
    init(store path: String) throws(StoreOpenError) {
        // Names that lead to one file must lead to one lock.
        guard let resolved = unsafe realpath(path, nil) else {
            throw errno == ENOENT ? .absent : .system(call: "realpath", errno: errno)
        }
        defer { unsafe free(resolved) }
        self.path = unsafe String(cString: resolved) + "-lock"
        let opened = unsafe open(self.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw .system(call: "open", errno: errno) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let cause = errno
            _ = close(opened)
            throw cause == EWOULDBLOCK ? .inUse : .system(call: "flock", errno: cause)
        }
        descriptor = opened
    }

    deinit {
        // Closing alone would not do while a child, between its fork and its exec, has a copy of
        // the descriptor.
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }
}
