package import AssayAttestation
package import AssayCrypto
package import AssayLog
import AssayTLog
import Testing

/// A ledger for tests: its keys, its genesis, and envelopes for it.
package struct LedgerFixture: Sendable {
    /// Signs checkpoints.
    package let checkpointKey: PrivateKey
    /// Signs the ledger's own entries.
    package let entryKey: PrivateKey
    /// The signed genesis charter.
    package let genesis: LogEntry
    /// The ledger's identity.
    package var ledger: LedgerID { LedgerID(genesis.leafHash) }

    private let result: EvaluationResult
    private let attestKey: PrivateKey

    /// Makes a ledger of the fixture institutes.
    ///
    /// - Parameters:
    ///   - hasWitnesses: whether its charter asks for cosignatures.
    ///   - witnesses: the witness policy, if it is another than that of the fixture charter.
    package init(hasWitnesses: Bool = false, witnesses: Text? = nil) throws {
        let base = try AttestationFixtures.charter()
        let policy = witnesses ?? (hasWitnesses ? base.witnessesText : "quorum none\n")
        checkpointKey = try AttestationFixtures.key("checkpoints")
        entryKey = try AttestationFixtures.key("entries")
        let name = try #require(base.origin.keyName)
        let raw = try #require(checkpointKey.publicKey.rawEd25519)
        let charter = try Charter(
            origin: base.origin,
            checkpointKeys: [VerifierKey(name: name, type: .ed25519, publicKey: raw)],
            entryKeys: [entryKey.publicKey], members: base.members, voting: base.votingText,
            witnesses: policy, auditing: hasWitnesses ? base.auditingText : "quorum none\n",
            allowForkable: policy.string.hasSuffix("quorum none\n"))
        let statement = try Statement(
            subjects: [charter.genesisSubject], predicate: .charter(charter))
        genesis = LogEntry(
            try Envelope.sign(statement.payload, with: AttestationFixtures.charterSigners()))
        var result = try AttestationFixtures.result(ledger: LedgerID(genesis.leafHash))
        result.protocolEntry = nil
        self.result = result
        attestKey = try AttestationFixtures.key("northland attest")
    }

    /// The first step of the ledger.
    package func firstStep() throws -> LedgerGenesis {
        try LedgerGenesis(
            signedCharter: genesis.bytes, checkpointKeys: [checkpointKey], entryKey: entryKey)
    }

    /// A result that differs from every other `number`.
    package func statement(
        _ number: Int, ledger: LedgerID? = nil, protocolEntry: Digest? = nil
    ) throws -> Statement {
        var result = result
        result.protocolEntry = protocolEntry
        result.run?.id = Text("run \(number)")
        result.ledger = ledger ?? self.ledger
        let model = try #require(ModelID("example-lab/atlas-2@2026-10-01"))
        return try Statement(
            subjects: [ModelSubject.served(model).subject()],
            predicate: .evaluationResult(result))
    }

    /// A result as northland's attesting key signs it.
    package func envelope(_ number: Int) throws -> Envelope {
        try Envelope.sign(statement(number).payload, with: [attestKey])
    }

    /// Opens the ledger in a store that holds at least its first step.
    package func open(
        _ store: some LogStore, limits: SequencerLimits = SequencerLimits()
    ) async throws -> Ledger {
        try await Ledger(
            store: store, stated: ledger.digest, checkpointKeys: [checkpointKey],
            entryKey: entryKey, limits: limits)
    }

    /// Opens the ledger in a new memory store.
    package func openInMemory() async throws -> (ledger: Ledger, store: MemoryLogStore) {
        let store = MemoryLogStore()
        try await store.append(firstStep().batch)
        return (try await open(store), store)
    }
}

extension Ledger {
    /// Submits the results `numbers` all at once; returns the index that each of them got.
    package func submitAll(
        _ numbers: Range<Int>, of fixture: LedgerFixture
    ) async throws -> [Int: Receipt] {
        try await withThrowingTaskGroup(of: (Int, Receipt).self) { group in
            for number in numbers {
                let body = try fixture.envelope(number).canonicalEntry
                group.addTask { (number, try await submit(body, wait: .signed)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
