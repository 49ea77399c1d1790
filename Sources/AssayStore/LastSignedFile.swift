import AssayCrypto
package import AssayFiles
package import AssayLog
package import AssayTLog
import Glibc

/// The head of the tree that this machine signed last, in a small file beside the key.
///
/// A store that was put back to an earlier state is noticed by it, and so is a copy that is served
/// with the same key at the same time.
///
/// It is written after each growth step is durable, in place and without a sync, so that it costs
/// no time: after a power cut it may name an earlier head than the store's, never a later one.
package final class LastSignedFile: Sendable {
    private let descriptor: Int32
    private let path: String
    private let ledger: Digest

    /// The bytes of the file: within one sector, so that no power cut tears it.
    private static let byteCount = 256

    /// Opens the file at `path`, compares it with the store, and brings it to the store's head; it
    /// is made if there is none.
    package init(
        path: String, store: SQLiteLogStore
    ) async throws(LastSignedFault) {
        self.path = path
        ledger = store.ledger
        let head: TreeHead?
        do {
            head = try await store.treeHead()
        } catch {
            throw .store(error)
        }
        guard let head else { throw .store(.damaged(.treeHead)) }
        descriptor = try Self.open(path, first: Self.bytes(head, ledger))
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK ? .inUse : .system(errno)
        }
        try await compare(head, store)
        do {
            try record(head)
        } catch {
            throw .store(error)
        }
    }

    deinit {
        // A child process that was just forked may hold the descriptor for a moment more.
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }

    /// Remembers that `head` was signed and is durable.
    func record(_ head: TreeHead) throws(StoreFault) {
        let bytes = Self.bytes(head, ledger)
        while true {
            let count = unsafe bytes.withUnsafeBytes { raw in
                unsafe pwrite(descriptor, raw.baseAddress, raw.count, 0)
            }
            if count == bytes.count { return }
            // A part of it written is as good as nothing: it is written again from its beginning.
            guard count >= 0 || errno == EINTR else {
                throw .failed(code: errno, operation: "write \(path)")
            }
        }
    }

    /// The stored log must hold what was signed last.
    private func compare(
        _ head: TreeHead, _ store: SQLiteLogStore
    ) async throws(LastSignedFault) {
        let last = try lastHead()
        guard last.size <= head.size else {
            throw .storeBehind(signed: last.size, stored: head.size)
        }
        let held: TreeHead?
        do {
            held = try await store.earlierHead(at: last.size)
        } catch {
            throw .store(error)
        }
        guard held == last else { throw .otherHistory(last) }
    }

    private static func open(_ path: String, first bytes: [UInt8]) throws(LastSignedFault) -> Int32
    {
        do {
            try DurableFile.write(bytes, to: path, existing: .refuse, mode: 0o600)
        } catch {
            guard error.reason == .alreadyExists else { throw .file(error) }
        }
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw .system(errno) }
        return descriptor
    }
}

// MARK: - The bytes

extension LastSignedFile {
    /// Ledger, size, root and a digest of these three lines, then empty lines up to the length.
    private static func bytes(_ head: TreeHead, _ ledger: Digest) -> [UInt8] {
        let lines = "assay1:\(ledger.hex)\n\(head.size.value)\n\(head.root.base64)\n"
        let text = lines + SHA256.hash([UInt8](lines.utf8)).hex + "\n"
        let bytes = [UInt8](text.utf8)
        precondition(bytes.count <= byteCount)
        return bytes + [UInt8](repeating: UInt8(ascii: "\n"), count: byteCount - bytes.count)
    }

    /// The head that the file names.
    private func lastHead() throws(LastSignedFault) -> TreeHead {
        let all: [UInt8]
        do {
            all = try InputFile.read(path, limitBytes: Self.byteCount)
        } catch {
            throw .file(error)
        }
        let lines = all.split(separator: UInt8(ascii: "\n"))
        guard lines.count == 4, let size = UInt64(canonicalDecimal: lines[1]),
            let bytes = Base64.decode(Array(lines[2])), let root = Digest(bytes: bytes)
        else { throw .unreadable }
        guard lines[0] == Array("assay1:\(ledger.hex)".utf8)[...] else { throw .otherLedger }
        let head = TreeHead(size: TreeSize(size), root: root)
        guard Self.bytes(head, ledger) == all else { throw .unreadable }
        return head
    }
}

/// Why a store is not served beside what this machine signed last.
package enum LastSignedFault: Error, Hashable, Sendable {
    /// More was signed than the store holds.
    case storeBehind(signed: TreeSize, stored: TreeSize)
    /// The store never signed what was signed last.
    case otherHistory(TreeHead)
    /// Another process signs with this record.
    case inUse
    /// The record is of another ledger.
    case otherLedger
    /// The record is not as this program writes it.
    case unreadable
    /// The record could not be opened or made.
    case file(FileError)
    /// A call of the system failed with this number.
    case system(Int32)
    /// The store could not be read, or the record not be written.
    case store(StoreFault)
}
