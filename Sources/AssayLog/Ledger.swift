package import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// A ledger that takes submissions: the sequencer and the store behind it, and what is read of
/// them.
///
/// Entries and bundles are read of the newest published tree: under a charter that asks for
/// witnesses, one that they have cosigned. Tiles are there as soon as the log has signed, since
/// witnesses read them before they cosign.
package struct Ledger: Sendable {
    /// The identity of the ledger.
    package let id: LedgerID
    /// The origin of its log.
    package let origin: Origin
    private let sequencer: Sequencer<CharterRules>
    private let publisher: CheckpointPublisher
    private let hasWitnesses: Bool
    private let needsWitnesses: Bool
    private let store: any LogStore
    private let proofs: ProofReader
    private let stateEntries: StateEntries

    /// How long a submission waits for its answer.
    package enum Wait: Hashable, Sendable {
        /// Until the entry is durable under a signed checkpoint.
        case signed
        /// Until witnesses have cosigned as the charter asks; without a quorum, as `signed`.
        case cosigned
    }

    /// Opens the ledger that a store holds.
    ///
    /// - Parameters:
    ///   - stated: the ledger that the store says it belongs to.
    ///   - cosigning: how the charter's witnesses are reached; they are asked while
    ///     ``collectCosignatures()`` runs.
    ///
    /// - Throws: `finding` if what the store holds is not good as far as a start checks it, `keys`
    ///   if the keys are not those of the charter in force.
    package init(
        store: some LogStore, stated: Digest, checkpointKeys: [PrivateKey], entryKey: PrivateKey,
        limits: SequencerLimits = SequencerLimits(), cosigning: Cosigning = .none
    ) async throws(LedgerOpenFault) {
        let start: LedgerStart
        let published: CollectedCheckpoint?
        do throws(LogFinding) {
            start = try await LedgerStart(store, stated: stated)
            published = try await start.newestCosigned(in: store)
        } catch {
            throw .finding(error)
        }
        let keys: LedgerKeys
        do {
            keys = try LedgerKeys(
                charter: start.state.charter, checkpointKeys: checkpointKeys, entryKey: entryKey)
        } catch {
            throw .keys(error)
        }
        id = start.state.ledger
        origin = start.state.charter.origin
        self.store = store
        proofs = ProofReader(store)
        stateEntries = StateEntries(store)
        hasWitnesses = !start.state.policy.witnesses.isEmpty
        needsWitnesses = start.state.policy.quorum != nil
        let publisher = CheckpointPublisher(
            start.state, newest: start.collected, published: published, store: store,
            cosigning: cosigning)
        self.publisher = publisher
        sequencer = Sequencer(
            rules: CharterRules(start.state), edge: start.edge, published: start.checkpoint,
            store: store, limits: limits, onDurable: publisher.signed
        ) { head throws(SigningFault) in try keys.checkpoint(of: head) }
    }

    /// Puts the envelope that `body` spells on record, or finds its payload there.
    ///
    /// - Throws: what `submit(_:wait:)` throws for a submission, and what reading one throws.
    package func submit(
        _ body: [UInt8], wait: Wait = .cosigned
    ) async throws(Refusal) -> Receipt {
        try await submit(CharterRules.read(body), wait: wait)
    }

    /// Puts an envelope on record, or finds its payload there.
    ///
    /// - Parameter wait: by default `cosigned`, which without a quorum in the charter is `signed`.
    ///
    /// - Throws: every case of `Refusal` but `rateLimited`; after `noQuorum` the entry is on
    ///   record.
    package func submit(
        _ submission: Submission<Envelope>, wait: Wait = .cosigned
    ) async throws(Refusal) -> Receipt {
        let receipt = try await sequencer.submit(submission)
        if wait == .cosigned { try await requireCosigned(receipt) }
        return receipt
    }

    /// Returns once witnesses have cosigned a checkpoint over an entry that is on record as the
    /// charter asks; at once without a quorum.
    ///
    /// - Throws: `noQuorum` if they have not in time.
    package func requireCosigned(_ receipt: Receipt) async throws(Refusal) {
        guard needsWitnesses else { return }
        guard await publisher.isPublished(receipt.index) else { throw .noQuorum(receipt) }
    }

    /// Asks the charter's witnesses to cosign until the task is cancelled; to be run once.
    package func collectCosignatures() async {
        let sequencer = sequencer
        await publisher.run { cause in await sequencer.halt(cause) }
    }

    /// Compares what the witnesses show of the log with the store; to be called before anything is
    /// signed.
    ///
    /// - Throws: why nothing may be signed.
    package func compareWithWitnesses() async throws(WitnessedFault) {
        try await publisher.compareWithWitnesses()
    }

    /// Ends the waiting for cosignatures soon, since the process is ending.
    package func hurry() { publisher.hurry() }

    /// What the charter in force allows.
    package var state: LedgerState {
        get async { await sequencer.rules.state }
    }

    /// The newest checkpoint that may be shown; `nil` while witnesses have cosigned none.
    package var checkpoint: StoredCheckpoint? {
        get async {
            guard hasWitnesses else { return await sequencer.published }
            let published = await publisher.published
            guard !needsWitnesses else { return published }
            // Without a quorum what is signed is shown; cosignatures may come later.
            let signed = await sequencer.published
            return published?.size == signed.size ? published : signed
        }
    }

    /// The size of the newest checkpoint that may be shown; 0 while there is none.
    package var size: TreeSize {
        get async { await checkpoint?.size ?? .zero }
    }

    /// How the newest signed checkpoint stands to the charter's quorum.
    package var quorum: QuorumStanding {
        get async {
            guard needsWitnesses else { return .notAsked }
            if await publisher.published?.size == sequencer.published.size { return .met }
            return await publisher.canMeetQuorum ? .pending : .outOfReach
        }
    }

    /// How many submissions are in progress.
    package var submissionsInProgress: Int {
        get async { await sequencer.submissionsInProgress }
    }

    /// Why the ledger takes nothing any more, if it does not.
    package var stopCause: StopCause? {
        get async { await sequencer.stopCause }
    }

    /// Yields why the ledger stopped because of a fault, once, and ends; ends without a cause at
    /// shutdown.
    package var stops: AsyncStream<StopCause> { sequencer.stops }

    /// Takes nothing more; what was accepted is still put on record.
    package func shutDown() async {
        await sequencer.shutDown()
    }
}

/// How a signed checkpoint stands to the charter's quorum.
package enum QuorumStanding: Hashable, Sendable {
    /// The charter asks for none.
    case notAsked
    /// Enough witnesses have cosigned.
    case met
    /// Witnesses are being asked.
    case pending
    /// So many witnesses do not answer that the rest is not enough.
    case outOfReach
}

/// Why a ledger was not opened.
package enum LedgerOpenFault: Error, Hashable, Sendable {
    /// What the store holds is not good.
    case finding(LogFinding)
    /// The keys are not those of the charter in force.
    case keys(KeyMismatch)
}

// MARK: - Reading

extension Ledger {
    /// The entry at `index`; `nil` beyond the newest checkpoint.
    package func entry(at index: LeafIndex) async throws(StoreFault) -> [UInt8]? {
        guard index < LeafIndex(await size.value) else { return nil }
        return try await requireEntry(index)
    }

    /// The index of the entry with `leafHash`; `nil` if there is none.
    package func index(of leafHash: Digest) async throws(StoreFault) -> LeafIndex? {
        let size = await size
        for candidate in try await store.candidates(leafHashes: [leafHash])[0]
        where candidate.value < size.value {
            if MerkleTree.leafHash(of: try await requireEntry(candidate)) == leafHash {
                return candidate
            }
        }
        return nil
    }

    /// The bytes of a tile or entry bundle; `nil` for one that no checkpoint has required.
    ///
    /// A full one stays available at the partial widths that it once had.
    package func tile(_ coordinate: TileCoordinate) async throws(StoreFault) -> [UInt8]? {
        guard try await isRequired(coordinate) else { return nil }
        switch coordinate.content {
        case .entries:
            let begin = coordinate.index * UInt64(Limits.tileWidth)
            let entries = try await store.entries(begin..<begin + UInt64(coordinate.width))
            guard entries.count == coordinate.width else {
                throw .damaged(.entry(begin + UInt64(entries.count)))
            }
            do {
                return try EntryBundle(entries: entries).bytes
            } catch {
                throw .damaged(.entry(begin))
            }
        case .hashes:
            guard let position = TilePosition(coordinate) else { return nil }
            guard let hashes = try await store.tiles([position])[0],
                hashes.count >= coordinate.width
            else { throw .damaged(.tile(position)) }
            return hashes.prefix(coordinate.width).flatMap(\.bytes)
        }
    }

    /// Whether the log has signed a checkpoint whose tree has this tile at this width.
    private func isRequired(_ coordinate: TileCoordinate) async throws(StoreFault) -> Bool {
        let level =
            switch coordinate.content {
            case .entries: 0
            case .hashes(let level): level
            }
        // The sizes whose tree has the tile at this width are those with so many hashes in the
        // level: from `least`, and for a partial tile until there is one hash more.
        guard level < TilePosition.levelCount,
            coordinate.index < 1 << UInt64(56 - 8 * level)
        else { return false }
        let shift = UInt64(8 * level)
        let hashes = coordinate.index * UInt64(Limits.tileWidth) + UInt64(coordinate.width)
        guard hashes <= UInt64.max >> shift else { return false }
        let least = hashes << shift
        guard least <= (await sequencer.published.size.value) else { return false }
        guard coordinate.isPartial else { return true }
        let next = try await store.checkpoints(above: TreeSize(least - 1), limit: 1).first
        return next.map { $0.size.value >> shift == hashes } ?? false
    }

    /// The bundle of the entry at `index` and the newest checkpoint that may be shown (formats.md
    /// section 9); `nil` beyond that.
    package func bundle(at index: LeafIndex) async throws(StoreFault) -> [UInt8]? {
        guard let checkpoint = await checkpoint, index.value < checkpoint.size.value else {
            return nil
        }
        return try await bundle(of: PlacedEntry(requireEntry(index), at: index), checkpoint)
    }

    /// The bundle of what was just submitted and the newest checkpoint that may be shown; where
    /// that does not cover the entry, under the newest that the log has signed: what a submitter
    /// gets who does not wait for witnesses, and no auditor accepts yet.
    ///
    /// - Parameter submission: what was submitted; if it became the entry, that is not read again.
    package func bundle(
        of receipt: Receipt, submitted submission: Submission<Envelope>
    ) async throws(StoreFault) -> [UInt8] {
        let isTheEntry = submission.leafHash == receipt.leafHash
        let entry = PlacedEntry(
            isTheEntry ? submission.entry : try await requireEntry(receipt.index),
            at: receipt.index)
        if let checkpoint = await checkpoint, receipt.index.value < checkpoint.size.value {
            return try await bundle(of: entry, checkpoint)
        }
        return try await bundle(of: entry, sequencer.published)
    }

    private func bundle(
        of claim: PlacedEntry, _ checkpoint: StoredCheckpoint
    ) async throws(StoreFault) -> [UInt8] {
        let head = try signedHead(checkpoint)
        var entries = try await stateEntries.entries(below: head.size).map {
            (entry: $0, role: Bundle.Role.charter)
        }
        if !entries.contains(where: { $0.entry.index == claim.index }) {
            entries.append((claim, role(of: claim.bytes, in: await state.charter)))
            entries.sort { $0.entry.index < $1.entry.index }
        }
        let paths = try await proofs.inclusion(
            of: entries.map { ($0.entry.index, $0.entry.leafHash) }, in: head)
        let bundle = Bundle(
            ledger: id, checkpoint: checkpoint.note,
            entries: zip(entries, paths).map { placed, proof in
                Bundle.Entry(
                    index: placed.entry.index, entry: placed.entry.bytes, proof: proof,
                    role: placed.role)
            })
        return bundle.bytes
    }

    /// Index roots are the ledger's own entries, so nothing else needs to be read for its role.
    private func role(of entry: [UInt8], in charter: Charter) -> Bundle.Role {
        do {
            let envelope = try Envelope(parsing: entry)
            guard
                charter.entryKeys.contains(where: { $0.keyID == envelope.signatures.first?.keyID })
            else { return .claim }
            let statement = try Statement(parsing: envelope.payload)
            return statement.predicateType == .indexRoot ? .indexRoot : .claim
        } catch {
            // What was admitted can be read; a damaged entry fails its proof next.
            return .claim
        }
    }

    private func signedHead(_ stored: StoredCheckpoint) throws(StoreFault) -> TreeHead {
        do {
            return try Checkpoint(noteText: SignedNote(bytes: stored.note).text).head
        } catch {
            throw .damaged(.checkpoint(stored.size.value))
        }
    }

    private func requireEntry(_ index: LeafIndex) async throws(StoreFault) -> [UInt8] {
        let entries = try await store.entries(index.value..<index.value + 1)
        guard let entry = entries.first else { throw .damaged(.entry(index.value)) }
        return entry
    }
}
