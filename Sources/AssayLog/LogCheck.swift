import AssayAttestation
package import AssayCrypto
package import AssayTLog
import AssayVerification

/// Recomputes a whole log from the bytes of its entries and names the first thing that differs:
/// leaf hashes, tiles, the roots and signatures of every checkpoint, who might make each entry,
/// the lookups and the records beside.
///
/// Reads one bundle of entries at a time, so takes the same memory whatever the size of the log.
/// Give it a reader whose answers do not change meanwhile.
package struct LogCheck<Reader: LogReader>: Sendable {
    private let reader: Reader
    private let stated: Digest

    /// What was checked, when nothing was wrong.
    package struct Summary: Hashable, Sendable {
        /// The size and root of the log.
        package let head: TreeHead
        /// How many checkpoints it has signed and kept.
        package let checkpoints: UInt64
    }

    /// Creates a check of the store that says it belongs to the ledger `stated`.
    package init(_ reader: Reader, stated: Digest) {
        self.reader = reader
        self.stated = stated
    }

    /// Checks everything.
    ///
    /// - Parameter progress: told how many entries have been checked, now and then.
    ///
    /// - Throws: the first finding.
    package func run(
        progress: (UInt64) -> Void = { _ in }
    ) async throws(LogFinding) -> Summary {
        do {
            return try await checked(progress)
        } catch let finding as LogFinding {
            throw finding
        } catch let fault as StoreFault {
            throw .unreadable(fault)
        } catch {
            preconditionFailure("no other error is thrown below: \(error)")
        }
    }

    private func checked(_ progress: (UInt64) -> Void) async throws -> Summary {
        guard let head = try await reader.treeHead() else { throw LogFinding.empty }
        guard let first = try await reader.entries(0..<1).first else {
            throw LogFinding.missingEntry(LeafIndex(0))
        }
        let state = try LedgerStart.genesis(first, stated: stated)
        var walk = LogWalk(state: state)
        var checkpoints: UInt64 = 0
        while walk.edge.size < head.size {
            checkpoints += try await checkNextBundle(&walk, head.size)
            progress(walk.edge.size.value)
        }
        guard walk.edge.head.root == head.root else {
            throw LogFinding.wrongRoot(
                .treeHead, computed: walk.edge.head.root, stored: head.root)
        }
        try await checkNewestCheckpoint(head.size)
        try await checkRecords(walk.stateEntries, head.size)
        return Summary(head: head, checkpoints: checkpoints)
    }

    /// Checks the entries of one bundle, the tiles that they complete and the checkpoints that end
    /// in them; returns how many of those there are.
    private func checkNextBundle(_ walk: inout LogWalk, _ size: TreeSize) async throws -> UInt64 {
        let begin = walk.edge.size
        let end = min(begin.value + UInt64(TilePosition.fullWidth), size.value)
        let entries = try await reader.entries(begin.value..<end)
        guard UInt64(entries.count) == end - begin.value else {
            throw LogFinding.missingEntry(LeafIndex(begin.value + UInt64(entries.count)))
        }
        let stored = try await reader.checkpoints(above: begin, limit: TilePosition.fullWidth)
            .filter { $0.size.value <= end }
        var rest = stored[...]
        var added: [LogWalk.Entry] = []
        var reached: [TreeHead] = []
        for entry in await walk.judged(entries) {
            added.append(walk.append(try entry.get()))
            if rest.first?.size == walk.edge.size {
                rest = rest.dropFirst()
                reached.append(walk.edge.head)
            }
        }
        // Tiles before roots, so that a wrong hash is named by its place.
        try await checkTiles(walk.takeFullTiles())
        if end == size.value {
            try await checkTiles(walk.edge.partialTiles)
        }
        try await checkLookups(added)
        for (checkpoint, head) in zip(stored, reached) {
            try check(checkpoint, CheckpointCheck(walk.state), head)
        }
        return UInt64(stored.count)
    }

    private func check(
        _ checkpoint: StoredCheckpoint, _ check: CheckpointCheck, _ head: TreeHead
    ) throws(LogFinding) {
        let signed: TreeHead
        do {
            signed = try check.head(of: checkpoint)
        } catch {
            throw .badCheckpoint(checkpoint.size, error)
        }
        guard signed.root == head.root else {
            throw .wrongRoot(
                .checkpoint(checkpoint.size.value), computed: head.root, stored: signed.root)
        }
    }

    private func checkNewestCheckpoint(_ size: TreeSize) async throws {
        let newest = try await reader.latestCheckpoint()?.size
        if let newest, newest > size { throw LogFinding.surplusCheckpoint(newest) }
        guard newest == size else {
            throw LogFinding.headWithoutCheckpoint(head: size, checkpoint: newest)
        }
    }

    private func checkTiles(_ tiles: [TileUpdate]) async throws {
        let stored = try await reader.tiles(tiles.map(\.position))
        for (tile, hashes) in zip(tiles, stored) {
            guard let hashes else { throw LogFinding.missingTile(tile.position) }
            let place = zip(tile.hashes, hashes).enumerated().first { $1.0 != $1.1 }?.offset
            if let place { throw LogFinding.wrongHash(tile.position, at: place) }
            guard hashes.count == tile.hashes.count else {
                throw LogFinding.wrongTileWidth(
                    tile.position, actual: hashes.count, expected: tile.hashes.count)
            }
        }
    }

    /// Each entry must be found by its payload and by its leaf hash, and be the first of its
    /// payload.
    private func checkLookups(_ entries: [LogWalk.Entry]) async throws {
        let byPayload = try await reader.candidates(payloads: entries.map(\.payload))
        let byHash = try await reader.candidates(leafHashes: entries.map(\.leafHash))
        for (position, entry) in entries.enumerated() {
            guard byPayload[position].contains(entry.index) else {
                throw LogFinding.notFoundByPayload(entry.index)
            }
            guard byHash[position].contains(entry.index) else {
                throw LogFinding.notFoundByHash(entry.index)
            }
            for earlier in byPayload[position] where earlier < entry.index {
                let bytes = try await reader.entries(earlier.value..<earlier.value + 1).first ?? []
                if LogWalk.payload(of: bytes) == entry.payload {
                    throw LogFinding.duplicate(first: earlier, second: entry.index)
                }
            }
        }
    }

    private func checkRecords(_ stateEntries: [LeafIndex], _ size: TreeSize) async throws {
        let recorded = Set(try await reader.stateEntries(below: size))
        if let index = recorded.symmetricDifference(stateEntries).min() {
            throw LogFinding.wrongStateRecord(index)
        }
        let counts = try await reader.counts()
        for (kind, actual, expected) in [
            (StoredKind.entries, counts.entries, size.value),
            (.tiles, counts.tiles, TilePosition.count(in: size)),
            (.stateRecords, counts.stateEntries, UInt64(stateEntries.count)),
        ] where actual != expected {
            throw LogFinding.wrongCount(kind, actual: actual, expected: expected)
        }
    }
}

/// The replay of a log, entry by entry: judged, hashed, appended.
private struct LogWalk: Sendable {
    /// What judges the next entry.
    let state: LedgerState
    private(set) var edge = TreeEdge()
    private(set) var stateEntries: [LeafIndex] = []

    /// An entry that was found good.
    struct Entry: Sendable {
        let index: LeafIndex
        let payload: Digest
        let leafHash: Digest
    }

    init(state: LedgerState) {
        self.state = state
    }

    /// The next entries, read and judged on all processors, each alone: the state that judges them
    /// is the same for all.
    func judged(_ entries: [[UInt8]]) async -> [Result<LogEntry, LogFinding>] {
        let share = 32
        let first = edge.size.value
        let parts = await withTaskGroup(of: (Int, [Result<LogEntry, LogFinding>]).self) { group in
            for begin in stride(from: 0, to: entries.count, by: share) {
                let part = entries[begin..<min(begin + share, entries.count)]
                group.addTask {
                    let judged = part.indices.map { position in
                        judge(part[position], at: LeafIndex(first + UInt64(position)))
                    }
                    return (begin, judged)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return parts.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    private func judge(_ bytes: [UInt8], at index: LeafIndex) -> Result<LogEntry, LogFinding> {
        let entry: LogEntry
        do {
            entry = try LogEntry(bytes: bytes)
        } catch {
            return .failure(.malformedEntry(index, error))
        }
        // The state was made from entry 0.
        guard index.value > 0 else { return .success(entry) }
        do {
            _ = try state.judge(entry.envelope, at: index)
            return .success(entry)
        } catch {
            return .failure(.rejectedEntry(index, error))
        }
    }

    mutating func append(_ entry: LogEntry) -> Entry {
        let index = LeafIndex(edge.size.value)
        if index.value == 0 {
            stateEntries.append(index)
        }
        edge.append(entry.leafHash)
        return Entry(
            index: index, payload: entry.envelope.payloadDigest, leafHash: entry.leafHash)
    }

    /// The tiles that became full since the last call; what is partial yet is checked at the end.
    mutating func takeFullTiles() -> [TileUpdate] {
        edge.takeUpdates().filter { $0.hashes.count == TilePosition.fullWidth }
    }

    /// The SHA-256 of the payload of an entry; `nil` if it cannot be read.
    static func payload(of bytes: [UInt8]) -> Digest? {
        do {
            return try Envelope(canonicalEntry: bytes).payloadDigest
        } catch {
            return nil
        }
    }
}
