import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification

/// What can be looked up among the entries, derived from the log and kept in memory: for each key
/// the indexes of the entries that have it.
///
/// It is rebuilt from the log after each start, grows when asked, and says which tree size it
/// reflects. It takes 8 bytes for each entry under each of its keys, beside the keys themselves.
actor Catalog {
    private let ledger: any LedgerPort
    private let stepEntries: UInt64
    /// By the key's place in the subject index, which is short whatever the value.
    private var postings: [Digest: [UInt64]] = [:]
    private var size: UInt64 = 0

    init(_ ledger: any LedgerPort, stepEntries: UInt64) {
        self.ledger = ledger
        self.stepEntries = stepEntries
    }

    /// Reads on for one step at most, and returns the tree size that is reflected then.
    @discardableResult
    func advance() async throws(Problem) -> TreeSize {
        let target = min(await ledger.size.value, size + stepEntries)
        guard size < target else { return TreeSize(size) }
        let state = await ledger.state
        // Two callers may be here at once: each takes the entry that is next when it looks.
        while size < target {
            let next = LeafIndex(size)
            let summary = try await Self.summary(at: next, in: ledger, state)
            guard next.value == size else { continue }
            for key in summary.keys { postings[key.place, default: []].append(next.value) }
            size += 1
        }
        return TreeSize(size)
    }

    /// Whether everything published is reflected.
    var isComplete: Bool { get async { await ledger.size.value <= size } }

    /// The ascending indexes, above `after` where it is given, of at most `limit` entries that
    /// have all of `keys`; all entries where there are none.
    func indexes(_ keys: [IndexKey], after: LeafIndex?, limit: Int) -> [LeafIndex] {
        let begin = after.map { $0.value == .max ? .max : $0.value + 1 } ?? 0
        let lists = keys.map { postings[$0.place] ?? [] }.sorted { $0.count < $1.count }
        guard let shortest = lists.first else {
            guard begin < size else { return [] }
            return (begin..<min(size, begin + UInt64(limit))).map { LeafIndex($0) }
        }
        var found: [LeafIndex] = []
        for index in shortest[shortest.lowerBound(of: begin)...] {
            guard found.count < limit else { break }
            if lists.dropFirst().allSatisfy({
                let place = $0.lowerBound(of: index)
                return place < $0.count && $0[place] == index
            }) {
                found.append(LeafIndex(index))
            }
        }
        return found
    }

    /// The summary of the entry at `index`.
    static func summary(
        at index: LeafIndex, in ledger: any LedgerPort, _ state: LedgerState
    ) async throws(Problem) -> EntrySummary {
        let bytes: [UInt8]?
        do {
            bytes = try await ledger.entry(at: index)
        } catch {
            throw Problem(error)
        }
        do {
            guard let bytes else { throw Problem(StoreFault.damaged(.entry(index.value))) }
            return try EntrySummary(bytes, at: index, state)
        } catch let problem as Problem {
            throw problem
        } catch {
            // Admission reads entries as strictly: one that cannot be read is damaged.
            throw Problem(StoreFault.damaged(.entry(index.value)))
        }
    }
}

extension [UInt64] {
    /// The position of the first element that is not below `value`, in ascending elements.
    func lowerBound(of value: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
