package import AssayCrypto
package import AssayLog
package import AssayTLog

/// A log store in memory, which can fail as a real one can.
package actor MemoryLogStore: LogStore {
    /// How an append goes wrong.
    package enum Fault: Sendable, CaseIterable {
        /// Nothing is written, and the answer is an error of unknown outcome.
        case writeLost
        /// All is written, but the answer is an error of unknown outcome.
        case answerLost
        /// Nothing is written, for lack of room.
        case full
    }

    private var head: TreeHead?
    private var log: [NewEntry] = []
    private var tilesByPosition: [TilePosition: [Digest]] = [:]
    private var checkpointsBySize: [UInt64: StoredCheckpoint] = [:]
    private var faults: [Fault] = []
    private var isHeld = false
    private var held: [CheckedContinuation<Void, Never>] = []
    /// The number of steps that were written.
    package private(set) var appendCount = 0

    /// How often cosignatures were stored.
    package private(set) var cosignCount = 0

    /// Creates a store without a tree head.
    package init() {}

    /// Makes each of the next appends go wrong, in this order.
    package func fail(_ faults: [Fault]) {
        self.faults += faults
    }

    /// Makes appends wait until `release`.
    package func hold() {
        isHeld = true
    }

    /// Lets appends go on.
    package func release() {
        isHeld = false
        for continuation in held {
            continuation.resume()
        }
        held = []
    }

    /// Puts another tree head in place, as a restored copy or a second writer would.
    package func replaceTreeHead(_ head: TreeHead?) {
        self.head = head
    }

    package func append(_ batch: AppendBatch) async throws(StoreFault) {
        if isHeld {
            await withCheckedContinuation { held.append($0) }
        }
        let fault = faults.isEmpty ? nil : faults.removeFirst()
        switch fault {
        case .writeLost: throw .failed(code: 10, operation: "write lost")
        case .full: throw .full
        case .answerLost, nil: break
        }
        guard head == batch.previous else {
            throw .conflict(expected: batch.previous, stored: head)
        }
        head = batch.next
        log += batch.entries
        for tile in batch.tiles {
            tilesByPosition[tile.position] = tile.hashes
        }
        checkpointsBySize[batch.next.size.value] = StoredCheckpoint(
            size: batch.next.size, note: batch.checkpoint)
        appendCount += 1
        if fault == .answerLost { throw .failed(code: 10, operation: "answer lost") }
    }

    package func cosign(_ checkpoints: [StoredCheckpoint]) throws(StoreFault) {
        for checkpoint in checkpoints {
            guard let stored = checkpointsBySize[checkpoint.size.value],
                let text = try? SignedNote(bytes: stored.note).text,
                (try? SignedNote(bytes: checkpoint.note).text) == text
            else { throw .damaged(.checkpoint(checkpoint.size.value)) }
        }
        if faults.first == .full {
            faults.removeFirst()
            throw .full
        }
        for checkpoint in checkpoints { checkpointsBySize[checkpoint.size.value] = checkpoint }
        cosignCount += 1
    }

    package func treeHead() -> TreeHead? { head }

    package func latestCheckpoint() -> StoredCheckpoint? {
        checkpointsBySize.keys.max().flatMap { checkpointsBySize[$0] }
    }

    package func checkpoint(of size: TreeSize) -> StoredCheckpoint? {
        checkpointsBySize[size.value]
    }

    package func checkpoints(above size: TreeSize, limit: Int) -> [StoredCheckpoint] {
        checkpointsBySize.keys.sorted().filter { $0 > size.value }.prefix(limit)
            .compactMap { checkpointsBySize[$0] }
    }

    package func checkpoints(below size: TreeSize?, limit: Int) -> [StoredCheckpoint] {
        checkpointsBySize.keys.sorted(by: >).filter { $0 < size?.value ?? .max }.prefix(limit)
            .compactMap { checkpointsBySize[$0] }
    }

    package func entries(_ range: Range<UInt64>) -> [[UInt8]] {
        let count = UInt64(log.count)
        return log[Int(min(range.lowerBound, count))..<Int(min(range.upperBound, count))]
            .map(\.bytes)
    }

    package func tiles(_ positions: [TilePosition]) -> [[Digest]?] {
        positions.map { tilesByPosition[$0] }
    }

    package func candidates(payloads: [Digest]) -> [[LeafIndex]] {
        payloads.map { payload in leaves { $0.payload == payload } }
    }

    package func candidates(leafHashes: [Digest]) -> [[LeafIndex]] {
        leafHashes.map { hash in leaves { $0.leafHash == hash } }
    }

    package func stateEntries(below size: TreeSize) -> [LeafIndex] {
        leaves(\.changesState).filter { $0.value < size.value }
    }

    package func counts() -> StoredCounts {
        StoredCounts(
            entries: UInt64(log.count), tiles: UInt64(tilesByPosition.count),
            checkpoints: UInt64(checkpointsBySize.count),
            stateEntries: UInt64(leaves(\.changesState).count))
    }

    private func leaves(_ matches: (NewEntry) -> Bool) -> [LeafIndex] {
        log.indices.filter { matches(log[$0]) }.map { LeafIndex(UInt64($0)) }
    }
}
