package import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// The replay of a whole log from what a stranger serves of it, up to one signed checkpoint.
///
/// Every tile is checked against the signed root before anything under it is believed, and every
/// entry is judged by the charter in force at its index. Holds a few bundles at a time.
package struct LogAudit: Sendable {
    /// How far the replay is.
    package private(set) var place: ReplayPlace
    private var tree: SignedTree
    private let source: TileSource
    /// What was read ahead.
    private var ahead: Result<[ServedBundle], AuditFault>?

    /// How many bundles are judged together: 2,048 entries keep many processors busy.
    private static let bundlesInStep = 8

    /// A part of the log that was replayed.
    package struct Step: Sendable {
        /// The entries, all of them good.
        package let entries: [ReplayedEntry]
        /// The bundles that hold them, each as wide as the signed tree has it.
        package internal(set) var bundles: [ServedBundle]
        /// The tiles that they complete, and those of the right edge as it is now.
        package internal(set) var tiles: [TileUpdate]
    }

    /// The entries of one bundle and the tile of their hashes, as they were served.
    package struct ServedBundle: Sendable {
        /// The position of the bundle, and of the tile.
        package let index: UInt64
        /// The entries.
        package let entries: [[UInt8]]
        /// What are said to be their leaf hashes.
        let hashes: [Digest]
    }

    /// What an audit goes by.
    package struct Basis: Sendable {
        /// The ledger, and a head that it must extend.
        package let trust: TrustedLedger
        /// Whether the charter's witness policy must be satisfied.
        package var requiresQuorum = true
        /// A number that nobody who writes entries knows.
        package let secret: UInt64

        /// Creates a basis.
        package init(trust: TrustedLedger, secret: UInt64) {
            self.trust = trust
            self.secret = secret
        }
    }

    /// Reads the newest checkpoint and its tree's right edge, and holds them against what was seen
    /// and is trusted.
    ///
    /// - Parameters:
    ///   - note: the checkpoint, where it did not come from `source`.
    ///   - place: where an earlier audit of the same ledger stopped.
    package init(
        _ source: TileSource, note: [UInt8]? = nil, basis: Basis, from place: ReplayPlace?
    ) async throws(AuditFault) {
        self.source = source
        let bytes: [UInt8]
        if let note { bytes = note } else { bytes = try await source.checkpoint() }
        let served = try Self.found { () throws(ReplayFinding) in try ServedCheckpoint(bytes) }
        let shown = served.checkpoint.head
        let genesis: [UInt8]
        if let place {
            genesis = place.genesis
        } else {
            genesis = try await Self.firstEntry(source, shown.size)
        }
        let state: LedgerState
        if let place {
            state = place.replay.state
        } else {
            state = try Self.found { () throws(ReplayFinding) in
                try ServedCheckpoint.state(genesis: genesis, of: basis.trust.ledger)
            }
        }
        let judged = try Self.found { () throws(ReplayFinding) in
            try served.judged(by: state, requiresQuorum: basis.requiresQuorum)
        }
        try Self.refuseOlder(judged, than: place, basis.trust.pinnedHead)
        tree = try await SignedTree(shown, from: source)
        self.place =
            place
            ?? ReplayPlace(
                genesis: genesis, state: state, checkpoint: judged,
                payloads: SeenPayloads(secret: basis.secret))
        if let pin = basis.trust.pinnedHead { try await requireExtension(of: pin) }
        if let place { try await requireExtension(of: place, by: judged) }
        self.place.checkpoint = judged
    }

    /// The root that the signed tree had at an earlier size.
    package mutating func root(at size: TreeSize) async throws(AuditFault) -> Digest {
        try await tree.root(at: size)
    }

    /// Replays the next entries; `nil` once all of the signed tree are.
    package mutating func next() async throws(AuditFault) -> Step? {
        let begin = place.size
        guard begin < tree.head.size else { return nil }
        let bundles: [ServedBundle]
        if let ahead {
            bundles = try ahead.get()
        } else {
            bundles = try await read(from: begin).get()
        }
        let end = min(
            tree.head.size.value,
            (begin.value / UInt64(Limits.tileWidth) + UInt64(bundles.count))
                * UInt64(Limits.tileWidth))
        async let following = read(from: TreeSize(end))
        let step = try await replay(bundles)
        ahead = await following
        return step
    }

    private static func found<Value>(
        _ body: () throws(ReplayFinding) -> Value
    ) throws(AuditFault) -> Value {
        do throws(ReplayFinding) {
            return try body()
        } catch {
            throw .finding(error)
        }
    }

    private static func firstEntry(
        _ source: TileSource, _ size: TreeSize
    ) async throws(AuditFault) -> [UInt8] {
        guard let bundle = TileCoordinate.bundle(of: LeafIndex(0), in: size) else {
            throw .finding(.empty)
        }
        return try await source.entries(bundle)[0]
    }
}

// MARK: What was seen before

extension LogAudit {
    /// A tree never shrinks, and one size has one root.
    private static func refuseOlder(
        _ shown: JudgedCheckpoint, than place: ReplayPlace?, _ pin: TreeHead?
    ) throws(AuditFault) {
        for seen in [place?.checkpoint.head, pin].compactMap(\.self) {
            guard seen.size <= shown.head.size else {
                throw .finding(.rollback(seen: seen, shown: shown.head))
            }
        }
        if let seen = place?.checkpoint, seen.head.size == shown.head.size,
            seen.head.root != shown.head.root
        {
            throw .finding(
                .fork(seen: seen.head, shown: shown.head),
                proofs: Accusation.twoRoots(seen, shown))
        }
    }

    private mutating func requireExtension(of seen: TreeHead) async throws(AuditFault) {
        guard try await tree.root(at: seen.size) == seen.root else {
            throw .finding(.fork(seen: seen, shown: tree.head))
        }
    }

    private mutating func requireExtension(
        of place: ReplayPlace, by shown: JudgedCheckpoint
    ) async throws(AuditFault) {
        for seen in [place.checkpoint.head, place.head]
        where try await tree.root(at: seen.size) != seen.root {
            var proofs: [FraudProof] = []
            // The last entry of a tree is another one in every tree that lost or gained one before.
            if place.isComplete, let last = place.last {
                let index = LeafIndex(place.size.value - 1)
                proofs = Accusation.twoEntries(
                    place.checkpoint, last, shown, try await tree.leaf(index), at: index)
            }
            throw .finding(.fork(seen: seen, shown: shown.head), proofs: proofs)
        }
    }
}

// MARK: Steps

extension LogAudit {

    /// Reads the bundles from the entry at `begin` on, and the tiles of their hashes.
    private func read(from begin: TreeSize) async -> Result<[ServedBundle], AuditFault> {
        let (source, size) = (source, tree.head.size)
        guard begin < size else { return .success([]) }
        let width = UInt64(Limits.tileWidth)
        let first = begin.value / width
        let last = min(first + UInt64(Self.bundlesInStep) - 1, (size.value - 1) / width)
        let parts = await withTaskGroup(of: Result<ServedBundle, AuditFault>.self) { group in
            for index in first...last {
                group.addTask {
                    do throws(AuditFault) {
                        return .success(try await Self.bundle(index, source, size))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var bundles: [ServedBundle] = []
        for part in parts {
            switch part {
            case .success(let bundle): bundles.append(bundle)
            case .failure(let fault): return .failure(fault)
            }
        }
        return .success(bundles.sorted { $0.index < $1.index })
    }

    private static func bundle(
        _ index: UInt64, _ source: TileSource, _ size: TreeSize
    ) async throws(AuditFault) -> ServedBundle {
        let tile = TilePosition(level: 0, index: index)
        guard
            let coordinate = TileCoordinate(.entries, index: index, width: tile.width(in: size))
        else { preconditionFailure("the tree has the bundle") }
        let entries = try await source.entries(coordinate)
        return ServedBundle(
            index: index, entries: entries,
            hashes: try await source.hashes(tile.coordinate(in: size)))
    }

    /// Judges what was read, in the order of the log.
    private mutating func replay(_ bundles: [ServedBundle]) async throws(AuditFault) -> Step {
        let begin = place.replay.edge.size.value
        let width = UInt64(Limits.tileWidth)
        let served = bundles.flatMap(\.entries).dropFirst(Int(begin % width))
        var judged = await place.replay.judged(Array(served))[...]
        var entries: [ReplayedEntry] = []
        for bundle in bundles {
            try await tree.check(bundle.hashes, at: TilePosition(level: 0, index: bundle.index))
            for (position, bytes) in bundle.entries.enumerated() {
                let index = LeafIndex(bundle.index * width + UInt64(position))
                let result = index.value < begin ? nil : judged.popFirst()
                let leafHash =
                    if case .success(let entry) = result {
                        entry.leafHash
                    } else {
                        MerkleTree.leafHash(of: bytes)
                    }
                guard leafHash == bundle.hashes[position] else {
                    throw .finding(.wrongEntry(index))
                }
                guard let result else { continue }
                entries.append(try await take(result, at: index))
            }
        }
        if place.replay.edge.size == tree.head.size {
            precondition(place.head == tree.head, "every leaf is the one under the signed root")
        }
        return Step(
            entries: entries, bundles: bundles,
            tiles: place.replay.takeFullTiles() + place.replay.edge.partialTiles)
    }

    /// Takes in the next entry, which the signed tree has.
    private mutating func take(
        _ result: Result<ReplayedEntry, EntryRejection>, at index: LeafIndex
    ) async throws(AuditFault) -> ReplayedEntry {
        let entry: ReplayedEntry
        do throws(EntryRejection) {
            entry = try result.get()
        } catch {
            throw .finding(
                .rejectedEntry(index, error),
                proofs: try await Accusation.forbiddenEntry(
                    at: index, in: &tree, place.checkpoint, place.ledger))
        }
        guard entry.indexRoot == nil else { throw .finding(.indexRoot(index)) }
        for earlier in place.payloads.insert(entry.payload)
        where try await payload(of: earlier) == entry.payload {
            throw .finding(.duplicate(first: earlier, second: index))
        }
        place.last = FraudProof.Leaf(
            entry: entry.bytes, proof: InclusionProof(path: place.replay.edge.leftSiblings))
        place.replay.append(entry)
        return entry
    }

    private mutating func payload(of index: LeafIndex) async throws(AuditFault) -> Digest {
        let bytes = try await tree.entry(index)
        do throws(AttestationError) {
            return try Envelope(canonicalEntry: bytes).payloadDigest
        } catch {
            preconditionFailure("the entry was replayed before")
        }
    }
}
