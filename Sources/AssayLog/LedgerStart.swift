import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// What a process must know of a store before it may append: read, and checked as far as that
/// takes the same time whatever the size of the log.
///
/// Checked are the charter, the newest checkpoint's signature, the tiles of the right edge against
/// its root, and the last entries against those tiles. `LogCheck` checks everything else.
package struct LedgerStart: Sendable {
    /// What the charter allows for the next entry.
    package let state: LedgerState
    /// The right edge of the tree.
    package let edge: TreeEdge
    /// The newest checkpoint.
    package let checkpoint: StoredCheckpoint
    /// The same, with the witnesses that have cosigned it.
    package let collected: CollectedCheckpoint

    /// Reads and checks the store of the ledger that it says is `stated`.
    package init(
        _ reader: some LogReader, stated: Digest
    ) async throws(LogFinding) {
        do {
            guard let head = try await reader.treeHead(),
                let checkpoint = try await reader.latestCheckpoint()
            else { throw LogFinding.empty }
            guard head.size == checkpoint.size else {
                throw LogFinding.headWithoutCheckpoint(
                    head: head.size, checkpoint: checkpoint.size)
            }
            guard let first = try await reader.entries(0..<1).first else {
                throw LogFinding.missingEntry(LeafIndex(0))
            }
            state = try Self.genesis(first, stated: stated)
            self.checkpoint = checkpoint
            try Self.check(checkpoint, state, head)
            do throws(CheckpointRejection) {
                collected = try CollectedCheckpoint(checkpoint, judgedBy: state)
            } catch {
                throw LogFinding.badCheckpoint(checkpoint.size, .rejected(error))
            }
            edge = try await Self.edge(reader, head)
            try await Self.checkLastEntries(reader, head)
        } catch let finding as LogFinding {
            throw finding
        } catch let fault as StoreFault {
            throw .unreadable(fault)
        } catch {
            preconditionFailure("no other error is thrown above: \(error)")
        }
    }

    /// The newest checkpoint of the store that may be shown; `nil` while witnesses have cosigned
    /// none.
    package func newestCosigned(
        in reader: some LogReader
    ) async throws(LogFinding) -> CollectedCheckpoint? {
        do {
            return try await reader.newestCosigned(state)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The state after entry 0.
    static func genesis(
        _ bytes: [UInt8], stated: Digest
    ) throws(LogFinding) -> LedgerState {
        let entry: LogEntry
        do {
            entry = try LogEntry(bytes: bytes)
        } catch {
            throw .malformedEntry(LeafIndex(0), error)
        }
        let found = LedgerID(entry.leafHash)
        guard found.digest == stated else { throw .otherLedger(stated: stated, found: found) }
        do {
            return try LedgerState(genesis: entry)
        } catch {
            throw .genesis(error)
        }
    }

    private static func check(
        _ checkpoint: StoredCheckpoint, _ state: LedgerState, _ head: TreeHead
    ) throws(LogFinding) {
        let signed: TreeHead
        do {
            signed = try CheckpointCheck(state).head(of: checkpoint)
        } catch {
            throw .badCheckpoint(checkpoint.size, error)
        }
        guard signed.root == head.root else {
            throw .wrongRoot(.treeHead, computed: signed.root, stored: head.root)
        }
    }

    private static func edge(
        _ reader: some LogReader, _ head: TreeHead
    ) async throws -> TreeEdge {
        let positions = TreeEdge.positions(for: head.size)
        let tiles = try await reader.tiles(positions)
        for (position, tile) in zip(positions, tiles) {
            guard let tile else { throw LogFinding.missingTile(position) }
            let width = position.width(in: head.size)
            guard tile.count == width else {
                throw LogFinding.wrongTileWidth(position, actual: tile.count, expected: width)
            }
        }
        guard let edge = TreeEdge(size: head.size, tiles: tiles) else { throw LogFinding.empty }
        guard edge.head.root == head.root else {
            throw LogFinding.wrongRoot(.treeHead, computed: edge.head.root, stored: head.root)
        }
        return edge
    }

    /// The entries of the last bundle must be those whose hashes the last tile holds.
    private static func checkLastEntries(
        _ reader: some LogReader, _ head: TreeHead
    ) async throws {
        let position = TilePosition(
            level: 0, index: (head.size.value - 1) / UInt64(TilePosition.fullWidth))
        let begin = position.index * UInt64(TilePosition.fullWidth)
        let entries = try await reader.entries(begin..<head.size.value)
        guard entries.count == position.width(in: head.size) else {
            throw LogFinding.missingEntry(LeafIndex(begin + UInt64(entries.count)))
        }
        guard let tile = try await reader.tiles([position])[0] else {
            throw LogFinding.missingTile(position)
        }
        for (place, (entry, hash)) in zip(entries, tile).enumerated()
        where MerkleTree.leafHash(of: entry) != hash {
            throw LogFinding.wrongHash(position, at: place)
        }
    }
}
