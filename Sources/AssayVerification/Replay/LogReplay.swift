package import AssayAttestation
package import AssayCrypto
package import AssayTLog

/// The replay of a log from entry 0 on: each entry is judged by the charter in force at its index,
/// as admission judges it, and hashed into the tree.
///
/// Takes the same memory whatever the size of the log.
package struct LogReplay: Hashable, Sendable {
    /// What judges the next entry.
    package let state: LedgerState
    /// The right edge of the tree over all entries so far.
    package private(set) var edge: TreeEdge

    /// Goes on after the entries of `edge`; without any, the next one is entry 0.
    package init(state: LedgerState, edge: TreeEdge = TreeEdge()) {
        self.state = state
        self.edge = edge
    }

    /// The next entries, read and judged on all processors, each alone: the state that judges them
    /// is the same for all, since it takes no entry that would change it.
    package func judged(
        _ entries: [[UInt8]]
    ) async -> [Result<ReplayedEntry, EntryRejection>] {
        let share = 32
        let first = edge.size.value
        let parts = await withTaskGroup(
            of: (Int, [Result<ReplayedEntry, EntryRejection>]).self
        ) { group in
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

    private func judge(
        _ bytes: [UInt8], at index: LeafIndex
    ) -> Result<ReplayedEntry, EntryRejection> {
        do throws(EntryRejection) {
            return .success(try replayed(bytes, at: index))
        } catch {
            return .failure(error)
        }
    }

    private func replayed(
        _ bytes: [UInt8], at index: LeafIndex
    ) throws(EntryRejection) -> ReplayedEntry {
        let entry: LogEntry
        do throws(AttestationError) {
            entry = try LogEntry(bytes: bytes)
        } catch {
            throw .malformed(error)
        }
        guard index.value > 0 else {
            // The state was made from entry 0, which nothing but its hash can stand for.
            guard LedgerID(entry.leafHash) == state.ledger else {
                throw .otherLedger(found: LedgerID(entry.leafHash))
            }
            return ReplayedEntry(index: index, entry: entry, judged: nil)
        }
        return ReplayedEntry(
            index: index, entry: entry, judged: try state.judge(entry.envelope, at: index))
    }

    /// Takes in an entry that was found good, which must be the next one.
    package mutating func append(_ entry: ReplayedEntry) {
        precondition(entry.index.value == edge.size.value, "entries are replayed in order")
        edge.append(entry.leafHash)
    }

    /// The tiles that became full since the last call; what is partial yet is in `edge`.
    package mutating func takeFullTiles() -> [TileUpdate] {
        edge.takeUpdates().filter { $0.hashes.count == TilePosition.fullWidth }
    }
}

/// An entry that the replay of a log found good.
package struct ReplayedEntry: Hashable, Sendable {
    /// Its position.
    package let index: LeafIndex
    /// The logged bytes.
    package let bytes: [UInt8]
    /// The leaf hash of `bytes`.
    package let leafHash: Digest
    /// SHA-256 of the payload, by which two submissions are the same (formats.md section 2).
    package let payload: Digest
    /// What it says and for whom it speaks; `nil` for the genesis charter.
    package let judged: JudgedEntry?

    init(index: LeafIndex, entry: LogEntry, judged: JudgedEntry?) {
        self.index = index
        bytes = entry.bytes
        leafHash = entry.leafHash
        payload = entry.envelope.payloadDigest
        self.judged = judged
    }

    /// Whether later entries are judged by what this one says.
    package var changesState: Bool { judged == nil }

    /// The size and root of the subject index that the entry records; `nil` for every other entry.
    package var indexRoot: IndexRoot? {
        if case .indexRoot(let root) = judged?.statement.predicate { root } else { nil }
    }
}
