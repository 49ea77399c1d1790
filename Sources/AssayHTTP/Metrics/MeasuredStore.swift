package import AssayCrypto
package import AssayLog
package import AssayTLog

/// A log store that counts what another one does: steps, their entries and time, faults.
package struct MeasuredStore<Base: LogStore>: LogStore {
    private let base: Base
    private let metrics: LogMetrics
    private let clock = ContinuousClock()

    /// Measures `base` into `metrics`.
    package init(_ base: Base, _ metrics: LogMetrics) {
        self.base = base
        self.metrics = metrics
    }

    private func measured<Value: Sendable>(
        _ operation: String, _ body: (Base) async throws(StoreFault) -> Value
    ) async throws(StoreFault) -> Value {
        do {
            return try await body(base)
        } catch {
            metrics.storeFailed(operation)
            throw error
        }
    }

    package func append(_ batch: AppendBatch) async throws(StoreFault) {
        let begin = clock.now
        try await measured("append") { base throws(StoreFault) in try await base.append(batch) }
        metrics.appended(entries: batch.entries.count, in: clock.now - begin)
    }

    package func cosign(_ checkpoints: [StoredCheckpoint]) async throws(StoreFault) {
        try await measured("cosign") { base throws(StoreFault) in
            try await base.cosign(checkpoints)
        }
    }

    package func treeHead() async throws(StoreFault) -> TreeHead? {
        try await measured("read-head") { base throws(StoreFault) in try await base.treeHead() }
    }

    package func latestCheckpoint() async throws(StoreFault) -> StoredCheckpoint? {
        try await measured("read-checkpoint") { base throws(StoreFault) in
            try await base.latestCheckpoint()
        }
    }

    package func checkpoint(of size: TreeSize) async throws(StoreFault) -> StoredCheckpoint? {
        try await measured("read-checkpoint") { base throws(StoreFault) in
            try await base.checkpoint(of: size)
        }
    }

    package func checkpoints(
        above size: TreeSize, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await measured("read-checkpoint") { base throws(StoreFault) in
            try await base.checkpoints(above: size, limit: limit)
        }
    }

    package func checkpoints(
        below size: TreeSize?, limit: Int
    ) async throws(StoreFault) -> [StoredCheckpoint] {
        try await measured("read-checkpoint") { base throws(StoreFault) in
            try await base.checkpoints(below: size, limit: limit)
        }
    }

    package func entries(_ range: Range<UInt64>) async throws(StoreFault) -> [[UInt8]] {
        try await measured("read-entries") { base throws(StoreFault) in
            try await base.entries(range)
        }
    }

    package func tiles(_ positions: [TilePosition]) async throws(StoreFault) -> [[Digest]?] {
        try await measured("read-tiles") { base throws(StoreFault) in
            try await base.tiles(positions)
        }
    }

    package func candidates(payloads: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        try await measured("look-up") { base throws(StoreFault) in
            try await base.candidates(payloads: payloads)
        }
    }

    package func candidates(leafHashes: [Digest]) async throws(StoreFault) -> [[LeafIndex]] {
        try await measured("look-up") { base throws(StoreFault) in
            try await base.candidates(leafHashes: leafHashes)
        }
    }

    package func stateEntries(below size: TreeSize) async throws(StoreFault) -> [LeafIndex] {
        try await measured("read-state") { base throws(StoreFault) in
            try await base.stateEntries(below: size)
        }
    }

    package func counts() async throws(StoreFault) -> StoredCounts {
        try await measured("count") { base throws(StoreFault) in try await base.counts() }
    }
}
