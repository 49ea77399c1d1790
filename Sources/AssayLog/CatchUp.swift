package import AssayAttestation
package import AssayCrypto
package import AssayTLog

/// Brings a store that may be an old copy to what its log has published, so that it cannot sign a
/// second history over the first.
///
/// Every entry that is fetched is judged as if it were submitted, and nothing is written that does
/// not lead from the root of the store to the root of the published checkpoint.
package struct CatchUp<Store: LogStore>: Sendable {
    private let store: Store
    private let stated: Digest

    /// How the store stood to what was published.
    package enum Outcome: Hashable, Sendable {
        /// It held the same tree.
        case equal(TreeHead)
        /// It lacked entries, and has them now.
        case caughtUp(TreeHead, added: UInt64)
        /// It holds the published tree and entries after it.
        case ahead(TreeHead, published: TreeSize)

        /// The tree that the store holds now.
        package var head: TreeHead {
            switch self {
            case .equal(let head), .caughtUp(let head, _), .ahead(let head, _): head
            }
        }
    }

    /// How many entries one run can add: they become durable in one step, from memory.
    package static var addedMax: UInt64 { 1 << 20 }

    /// Creates a run over the store that says it belongs to the ledger `stated`.
    package init(_ store: Store, stated: Digest) {
        self.store = store
        self.stated = stated
    }

    /// Compares the store with what was published, and adds what it lacks.
    ///
    /// - Throws: the first thing that does not fit; the store is then unchanged, but for a fault of
    ///   the store itself, after which it holds all of the missing entries or none.
    package func run(_ published: some PublishedLog) async throws(CatchUpFault) -> Outcome {
        let start: LedgerStart
        do {
            start = try await LedgerStart(store, stated: stated)
        } catch {
            throw .finding(error)
        }
        let note: [UInt8]
        do {
            note = try await published.checkpoint()
        } catch {
            throw .unreadable(error)
        }
        let goal = try Self.signedHead(note, start)
        let head = start.edge.head
        if goal.size < head.size {
            guard try await earlierHead(goal.size) == goal else {
                throw .fork(published: goal, stored: head)
            }
            return .ahead(head, published: goal.size)
        }
        if goal.size == head.size {
            guard goal == head else { throw .fork(published: goal, stored: head) }
            return .equal(head)
        }
        let batch = try await missing(note, goal, start, published)
        do {
            try await store.append(batch)
        } catch {
            throw .store(error)
        }
        return .caughtUp(goal, added: goal.size.value - head.size.value)
    }

    private func earlierHead(_ size: TreeSize) async throws(CatchUpFault) -> TreeHead? {
        do {
            return try await store.earlierHead(at: size)
        } catch {
            throw .store(error)
        }
    }

    /// The tree head of a checkpoint that the log signed.
    private static func signedHead(
        _ note: [UInt8], _ start: LedgerStart
    ) throws(CatchUpFault) -> TreeHead {
        let text: Text
        do {
            text = try SignedNote(bytes: note).text
        } catch {
            throw .badCheckpoint(.note(error))
        }
        let size: TreeSize
        do {
            size = try Checkpoint(noteText: text).head.size
        } catch {
            throw .badCheckpoint(.text(error))
        }
        do {
            return try CheckpointCheck(start.state).head(
                of: StoredCheckpoint(size: size, note: note))
        } catch {
            throw .badCheckpoint(error)
        }
    }

    /// The step from the store's tree to the published one.
    private func missing(
        _ note: [UInt8], _ goal: TreeHead, _ start: LedgerStart, _ published: some PublishedLog
    ) async throws(CatchUpFault) -> AppendBatch {
        let begin = start.edge.size.value
        let count = goal.size.value - begin
        guard count <= Self.addedMax else { throw .tooMany(missing: count) }
        var rules = CharterRules(start.state)
        var edge = start.edge
        var entries: [NewEntry] = []
        let width = UInt64(Limits.tileWidth)
        for index in begin / width...(goal.size.value - 1) / width {
            let first = index * width
            let last = min(first + width, goal.size.value)
            guard
                let coordinate = TileCoordinate(.entries, index: index, width: Int(last - first))
            else { preconditionFailure("a bundle has 1 to 256 entries") }
            let bundle = try await Self.entries(coordinate, published, missing: count)
            let known = edge.size.value - first
            for bytes in bundle.dropFirst(Int(known)) {
                entries.append(try Self.judged(bytes, LeafIndex(edge.size.value), &rules))
                edge.append(MerkleTree.leafHash(of: bytes))
            }
        }
        guard edge.head == goal else {
            throw .fork(published: goal, stored: start.edge.head)
        }
        return AppendBatch(
            previous: start.edge.head, next: goal, entries: entries, tiles: edge.takeUpdates(),
            checkpoint: note)
    }

    private static func entries(
        _ coordinate: TileCoordinate, _ published: some PublishedLog, missing: UInt64
    ) async throws(CatchUpFault) -> [[UInt8]] {
        let bytes: [UInt8]?
        do {
            bytes = try await published.tile(coordinate)
        } catch {
            throw .unreadable(error)
        }
        guard let bytes else { throw .absent(coordinate, missing: missing) }
        do {
            return try EntryBundle(bytes: bytes, width: coordinate.width).entries
        } catch {
            throw .badBundle(coordinate, error)
        }
    }

    /// An entry that the rules allow at `index`.
    private static func judged(
        _ bytes: [UInt8], _ index: LeafIndex, _ rules: inout CharterRules
    ) throws(CatchUpFault) -> NewEntry {
        do {
            _ = try LogEntry(bytes: bytes)
        } catch {
            throw .malformedEntry(index, error)
        }
        do {
            let submission = try CharterRules.read(bytes)
            let judgement = try rules.judge(submission, at: index)
            if let change = judgement.change {
                rules.apply(change, of: submission, at: index)
            }
            return NewEntry(
                bytes: bytes, leafHash: submission.leafHash, payload: submission.payload,
                changesState: judgement.changesState)
        } catch {
            throw .rejectedEntry(index, error)
        }
    }
}

/// Why a store was not brought to what its log has published.
package enum CatchUpFault: Error, Hashable, Sendable {
    /// What the store holds is not good.
    case finding(LogFinding)
    /// What was published could not be read.
    case unreadable(PublishedLogFault)
    /// What was published as a checkpoint is not one of this log.
    case badCheckpoint(CheckpointFault)
    /// The published tree and the stored one are not of one history.
    case fork(published: TreeHead, stored: TreeHead)
    /// So many entries are missing, and this bundle of them is not there.
    case absent(TileCoordinate, missing: UInt64)
    /// More entries are missing than one run can add.
    case tooMany(missing: UInt64)
    /// A published bundle cannot be read.
    case badBundle(TileCoordinate, TileError)
    /// A published entry is not an envelope in canonical form.
    case malformedEntry(LeafIndex, AttestationError)
    /// A published entry may not stand at its index.
    case rejectedEntry(LeafIndex, Refusal)
    /// The store failed.
    case store(StoreFault)
}

extension CatchUpFault: CustomStringConvertible {
    /// What is wrong and what to do, for people.
    package var description: String {
        switch self {
        case .finding(let finding): finding.description
        case .unreadable(let fault): fault.description
        case .badCheckpoint(let fault): "what is published is no checkpoint of this log: \(fault)"
        case .fork(let published, let stored):
            """
            the log signed two histories: the published tree of size \(published.size.value) and \
            root \(published.root.base64) does not fit the stored one of size \
            \(stored.size.value) and root \(stored.root.base64)
            """
        case .absent(let bundle, let missing):
            """
            \(missing) entries are missing that the log has published, and \(bundle.path) is not \
            there to fetch them from; name the published folder, or a copy of it, with all of its \
            files
            """
        case .tooMany(let missing):
            "\(missing) entries are missing, too many to fetch at once; restore a newer backup"
        case .badBundle(let bundle, let error): "the published \(bundle.path) is bad: \(error)"
        case .malformedEntry(let index, let error): "published entry \(index.value): \(error)"
        case .rejectedEntry(let index, let refusal):
            "published entry \(index.value): \(refusal.detail)"
        case .store(let fault): fault.description
        }
    }
}
