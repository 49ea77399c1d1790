import AssayCrypto
import AssayStore
import AssayTLog
import AssayTestSupport
import AssayWitness
import Testing

@Suite struct SQLiteTreeHeadStoreTests {
    private let signers: [VerifierKey]

    init() throws { signers = try WitnessWorld().signers.map(\.verifierKey) }

    @Test func keepsTheContract() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        try SQLiteTreeHeadStore.create(at: path, signers: signers)
        let store = try SQLiteTreeHeadStore(path: path)
        #expect(store.signers == signers)
        try await expectTreeHeadStoreContract(store)
    }

    @Test func neverRollsBack() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        try SQLiteTreeHeadStore.create(at: path, signers: signers)
        let world = try WitnessWorld()
        try await expectNoRollback(
            world, try SQLiteTreeHeadStore(path: path), rounds: 20, copies: 20)
    }

    /// What was cosigned is there after the process has gone, and only one process has the store.
    @Test func remembersAndIsHeldByOne() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        let world = try WitnessWorld()
        #expect(throws: StoreOpenError.absent) { try SQLiteTreeHeadStore(path: path) }
        try SQLiteTreeHeadStore.create(at: path, signers: signers)
        #expect(try folder.names() == ["store"])
        #expect(throws: StoreOpenError.alreadyPresent) {
            try SQLiteTreeHeadStore.create(at: path, signers: signers)
        }
        do {
            let store = try SQLiteTreeHeadStore(path: path)
            #expect(throws: StoreOpenError.inUse) { try SQLiteTreeHeadStore(path: path) }
            _ = try await world.witness(store).addCheckpoint(world.request(0, 7))
        }
        let again = try SQLiteTreeHeadStore(path: path)
        #expect(try await again.record(of: world.origin)?.latest?.head == world.head(7))
        let witness = try await world.witness(again)
        await #expect(throws: WitnessRefusal.conflict(recorded: TreeSize(7))) {
            try await witness.addCheckpoint(world.request(0, 5))
        }
    }

    /// A store of the first version goes on with what it cosigned.
    @Test func bringsOlderStoresAlong() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        let world = try WitnessWorld()
        try SQLiteTreeHeadStore.create(at: path, signers: signers)
        do {
            let store = try SQLiteTreeHeadStore(path: path)
            _ = try await world.witness(store).addCheckpoint(world.request(0, 7))
        }
        try sql(path, "DROP TABLE replay; DROP TABLE fraud; PRAGMA user_version = 1")
        for _ in 0..<2 {
            let store = try SQLiteTreeHeadStore(path: path)
            #expect(store.signers == signers)
            #expect(try await store.record(of: world.origin)?.latest?.head == world.head(7))
            #expect(try await store.proofs(of: world.origin) == [])
            #expect(try await store.replayedLogs() == [])
        }
        try await expectReplay(try SQLiteTreeHeadStore(path: path), world.log)
        #expect(
            try await SQLiteTreeHeadStore(path: path).replayedLogs().map(\.origin)
                == [world.origin])
    }

    /// No statement makes the store forget a log or what was cosigned of it.
    @Test func refusesToForget() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        let world = try WitnessWorld()
        try SQLiteTreeHeadStore.create(at: path, signers: signers)
        do {
            let store = try SQLiteTreeHeadStore(path: path)
            _ = try await world.witness(store).addCheckpoint(world.request(0, 7))
            try await expectReplay(store, world.log)
        }
        for (statement, words) in [
            ("DELETE FROM cosigned", "a tree head is never forgotten"),
            ("DELETE FROM log", "a log is never removed"),
            ("DELETE FROM replay", "a replayed log stays replayed"),
            (
                "UPDATE replay SET ledger = zeroblob(32)",
                "a replayed log stays the same ledger"
            ),
            ("UPDATE log SET origin = x'61'", "an origin never changes"),
            ("UPDATE cosigned SET size = x'0000000000000006'", "a tree head never goes back"),
            ("UPDATE cosigned SET root = zeroblob(32)", "a tree head never goes back"),
        ] {
            #expect(try sqlRefusal(path, statement) == words)
        }
        // A log's store is no witness's, and the other way round.
        #expect(throws: StoreOpenError.notAStore) { try SQLiteLogStore(path: path) }
        try sql(path, "DROP TRIGGER log_is_never_removed")
        #expect(throws: StoreOpenError.alteredSchema(name: "log_is_never_removed")) {
            try SQLiteTreeHeadStore(path: path)
        }
    }
}
