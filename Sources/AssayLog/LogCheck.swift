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
        var replay = LogReplay(state: state)
        var stateEntries: [LeafIndex] = []
        var checkpoints: UInt64 = 0
        while replay.edge.size < head.size {
            let (count, changes) = try await checkNextBundle(&replay, head.size)
            checkpoints += count
            stateEntries += changes
            progress(replay.edge.size.value)
        }
        guard replay.edge.head.root == head.root else {
            throw LogFinding.wrongRoot(
                .treeHead, computed: replay.edge.head.root, stored: head.root)
        }
        try await checkNewestCheckpoint(head.size)
        try await checkRecords(stateEntries, head.size)
        return Summary(head: head, checkpoints: checkpoints)
    }

    /// Checks the entries of one bundle, the tiles that they complete and the checkpoints that end
    /// in them; returns how many of those there are, and which entries change the state.
    private func checkNextBundle(
        _ replay: inout LogReplay, _ size: TreeSize
    ) async throws -> (checkpoints: UInt64, stateEntries: [LeafIndex]) {
        let begin = replay.edge.size
        let end = min(begin.value + UInt64(TilePosition.fullWidth), size.value)
        let entries = try await reader.entries(begin.value..<end)
        guard UInt64(entries.count) == end - begin.value else {
            throw LogFinding.missingEntry(LeafIndex(begin.value + UInt64(entries.count)))
        }
        let stored = try await reader.checkpoints(above: begin, limit: TilePosition.fullWidth)
            .filter { $0.size.value <= end }
        var rest = stored[...]
        var added: [ReplayedEntry] = []
        var reached: [TreeHead] = []
        for judged in await replay.judged(entries) {
            let entry = try Self.good(judged, at: LeafIndex(replay.edge.size.value))
            replay.append(entry)
            added.append(entry)
            if rest.first?.size == replay.edge.size {
                rest = rest.dropFirst()
                reached.append(replay.edge.head)
            }
        }
        // Tiles before roots, so that a wrong hash is named by its place.
        try await checkTiles(replay.takeFullTiles())
        if end == size.value {
            try await checkTiles(replay.edge.partialTiles)
        }
        try await checkLookups(added)
        for (checkpoint, head) in zip(stored, reached) {
            try check(checkpoint, CheckpointCheck(replay.state), head)
        }
        return (UInt64(stored.count), added.filter(\.changesState).map(\.index))
    }

    private static func good(
        _ judged: Result<ReplayedEntry, EntryRejection>, at index: LeafIndex
    ) throws(LogFinding) -> ReplayedEntry {
        switch judged {
        case .success(let entry): return entry
        case .failure(.malformed(let error)): throw .malformedEntry(index, error)
        case .failure(let rejection): throw .rejectedEntry(index, rejection)
        }
    }

    /// The SHA-256 of the payload of an entry; `nil` if it cannot be read.
    private static func payload(of bytes: [UInt8]) -> Digest? {
        do {
            return try Envelope(canonicalEntry: bytes).payloadDigest
        } catch {
            return nil
        }
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
    private func checkLookups(_ entries: [ReplayedEntry]) async throws {
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
                if Self.payload(of: bytes) == entry.payload {
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
