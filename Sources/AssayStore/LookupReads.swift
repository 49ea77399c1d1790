import AssayCrypto
import AssayLog
import AssayTLog

/// Finds entries by digest over one connection: in the runs, and after them in the entries' own
/// rows, of which it remembers what it has read.
final class LookupReads {
    private let reads: StoreReads
    /// The entries after the last run, as far as they have been read.
    private var recent = RecentPrefixes(first: 0)

    /// Creates lookups over a connection, used by one thread at a time.
    init(_ reads: StoreReads) {
        self.reads = reads
    }

    /// For each digest the entries whose digests of that kind may begin so, ascending.
    func candidates(
        _ kind: LookupKind, _ digests: [Digest]
    ) throws(StoreFault) -> [[LeafIndex]] {
        guard let size = try reads.treeHead()?.size.value else {
            return digests.map { _ in [] }
        }
        try readRecent(size)
        var found: [[LeafIndex]] = []
        for digest in digests {
            found.append(try candidates(kind, digest.storedPrefix, size))
        }
        return found
    }

    private func candidates(
        _ kind: LookupKind, _ prefix: UInt64, _ size: UInt64
    ) throws(StoreFault) -> [LeafIndex] {
        var leaves: [LeafIndex] = []
        let part = LookupRun.part(of: prefix)
        for run in 0..<size / LookupRun.entryCount {
            let begin = run * LookupRun.entryCount
            let isPart = LookupRun.forEach(in: try reads.part(kind, run, part), part: part) {
                if $0 == prefix & LookupRun.keptBits { leaves.append(LeafIndex(begin + $1)) }
            }
            guard isPart else { throw .damaged(.entry(begin)) }
        }
        return leaves + recent.leaves(kind, prefix).map { LeafIndex($0) }
    }

    private func readRecent(_ size: UInt64) throws(StoreFault) {
        let first = size - size % LookupRun.entryCount
        if recent.first != first { recent = RecentPrefixes(first: first) }
        for entry in try reads.prefixes(recent.end..<size) {
            recent.insert(entry.prefixes, at: entry.leaf)
        }
        recent.end = size
    }
}

/// By what entries are found.
enum LookupKind {
    /// SHA-256 of the payload.
    case payload
    /// The leaf hash.
    case leafHash
}

/// The first 8 bytes of the two digests of an entry.
struct EntryPrefixes {
    let payload: UInt64
    let leafHash: UInt64
}

/// The digests of the entries from `first` to `end`.
struct RecentPrefixes {
    let first: UInt64
    var end: UInt64
    private var payloads: [UInt64: [UInt64]] = [:]
    private var leafHashes: [UInt64: [UInt64]] = [:]

    init(first: UInt64) {
        self.first = first
        end = first
    }

    mutating func insert(_ entry: EntryPrefixes, at leaf: UInt64) {
        payloads[entry.payload, default: []].append(leaf)
        leafHashes[entry.leafHash, default: []].append(leaf)
    }

    func leaves(_ kind: LookupKind, _ prefix: UInt64) -> [UInt64] {
        switch kind {
        case .payload: payloads[prefix] ?? []
        case .leafHash: leafHashes[prefix] ?? []
        }
    }
}
