import AssayLog
import AssayTLog
import Synchronization

/// Which payloads may be on record, for everybody who submits: one writer adds, all ask.
final class RecordedPayloads: Sendable {
    private let filter: Mutex<PrefixFilter>

    private init(_ filter: consuming PrefixFilter) {
        self.filter = Mutex(filter)
    }

    /// Reads all that is on record, and what the next run of lookups will begin with.
    ///
    /// A million entries are 8 MB of runs and at most 65,535 rows.
    static func read(
        _ reads: StoreReads
    ) throws(StoreFault) -> (payloads: RecordedPayloads, openRun: OpenRun) {
        var filter = PrefixFilter()
        var openRun = OpenRun()
        let size = try reads.treeHead()?.size.value ?? 0
        let runs = size / LookupRun.entryCount
        for run in 0..<runs {
            for part in 0..<LookupRun.partCount {
                let isPart = LookupRun.forEach(
                    in: try reads.part(.payload, run, part), part: part
                ) { kept, _ in filter.insert(kept) }
                guard isPart else { throw .damaged(.entry(run * LookupRun.entryCount)) }
            }
        }
        var next = runs * LookupRun.entryCount
        for entry in try reads.prefixes(next..<size) {
            guard entry.leaf == next else { throw .damaged(.entry(next)) }
            filter.insert(entry.prefixes.payload)
            openRun.append(entry.prefixes)
            next += 1
        }
        guard next == size else { throw .damaged(.entry(next)) }
        return (RecordedPayloads(filter), openRun)
    }

    /// False only if no payload whose digest begins so is on record.
    func mayContain(_ prefix: UInt64) -> Bool {
        filter.withLock { $0.mayContain(prefix) }
    }

    /// Adds what has become durable, in small shares so that nobody waits for long.
    func insert(_ entries: [EntryPrefixes]) {
        for begin in stride(from: 0, to: entries.count, by: 64) {
            filter.withLock { filter in
                for entry in entries[begin..<min(begin + 64, entries.count)] {
                    filter.insert(entry.payload)
                }
            }
        }
    }
}
