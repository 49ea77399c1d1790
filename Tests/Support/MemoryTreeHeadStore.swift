package import AssayCrypto
package import AssayTLog
package import AssayWitness

/// A witness's store in memory, which can lose its answers as a real one can.
package actor MemoryTreeHeadStore: TreeHeadStore {
    private var records: [Origin: LogRecord] = [:]
    private var kept: [Origin: [WitnessEvidence]] = [:]
    private var proofs: [Origin: [[UInt8]]] = [:]
    /// The sizes that were recorded, in order, with their origins.
    package private(set) var advances: [(origin: Origin, size: TreeSize)] = []
    /// Whether each advance fails before it is written.
    package var failsAdvances = false

    /// Creates an empty store.
    package init() {}

    /// Makes every advance from now on fail.
    package func failAdvances() { failsAdvances = true }

    package func put(_ log: WitnessedLog) throws(TreeHeadFault) -> Bool {
        if let replay = records[log.origin]?.log.replay, replay.ledger != log.replay?.ledger {
            throw .replayChanged
        }
        let old = records.updateValue(
            LogRecord(log: log, latest: records[log.origin]?.latest), forKey: log.origin)
        return old == nil
    }

    package func record(of origin: Origin) -> LogRecord? { records[origin] }

    package func record(ofHash originHash: Digest) -> LogRecord? {
        records.values.first { $0.log.originHash == originHash }
    }

    package func advance(
        _ origin: Origin, from previous: TreeHead?, to next: CosignedCheckpoint
    ) throws(TreeHeadFault) {
        if failsAdvances { throw .failed(code: 10, operation: "advance") }
        guard let record = records[origin] else { throw .unknownLog }
        guard record.latest?.head == previous else { throw .moved }
        records[origin] = LogRecord(log: record.log, latest: next)
        advances.append((origin, next.head.size))
    }

    package func keep(
        _ evidence: WitnessEvidence, of origin: Origin, at _: UnixSeconds
    ) {
        let list = kept[origin, default: []]
        guard !list.contains(evidence),
            list.count(where: { $0.kind == evidence.kind }) < WitnessEvidence.keptPerKindMax
        else { return }
        kept[origin] = list + [evidence]
    }

    package func evidence(of origin: Origin) -> [WitnessEvidence] { kept[origin] ?? [] }

    package func keep(proof: [UInt8], of origin: Origin, at _: UnixSeconds) {
        let list = proofs[origin, default: []]
        guard !list.contains(proof), list.count < WitnessEvidence.proofsMax else { return }
        proofs[origin] = list + [proof]
    }

    package func proofs(of origin: Origin) -> [[UInt8]] { proofs[origin] ?? [] }
}
