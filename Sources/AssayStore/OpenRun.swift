import AssayLog
import AssayTLog

/// The entries after the last run, for the run that they will become.
struct OpenRun {
    private var payloads: [UInt64] = []
    private var leafHashes: [UInt64] = []

    /// A run that is whole.
    struct Completed {
        let number: UInt64
        let payloads: [UInt64]
        let leafHashes: [UInt64]
    }

    /// The run of an empty log.
    init() {}

    /// Adds an entry that is durable.
    mutating func append(_ entry: EntryPrefixes) {
        if payloads.count == Int(LookupRun.entryCount) {
            payloads.removeAll(keepingCapacity: true)
            leafHashes.removeAll(keepingCapacity: true)
        }
        payloads.append(entry.payload)
        leafHashes.append(entry.leafHash)
    }

    /// The runs that `batch` makes whole: they must be written with it.
    func completed(by batch: AppendBatch) -> [Completed] {
        let size = Int(LookupRun.entryCount)
        let begin = batch.previous?.size.value ?? 0
        let held = payloads.count == size ? 0 : payloads.count
        guard held + batch.entries.count >= size else { return [] }
        let new = batch.entries.map(EntryPrefixes.init)
        let payloads = self.payloads.prefix(held) + new.map(\.payload)
        let leafHashes = self.leafHashes.prefix(held) + new.map(\.leafHash)
        let first = begin / LookupRun.entryCount
        return (0..<payloads.count / size).map { run in
            let places = run * size..<(run + 1) * size
            return Completed(
                number: first + UInt64(run), payloads: Array(payloads[places]),
                leafHashes: Array(leafHashes[places]))
        }
    }
}

extension EntryPrefixes {
    /// Those of an entry that is about to be written.
    init(_ entry: NewEntry) {
        self.init(payload: entry.payload.storedPrefix, leafHash: entry.leafHash.storedPrefix)
    }
}
