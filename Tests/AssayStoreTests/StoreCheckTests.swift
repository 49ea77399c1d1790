import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@testable import AssayStore

@Suite struct StoreCheckTests {
    /// Makes a log of three results, 260 small entries in a few steps, and some steps of one.
    private func fill(_ store: borrowing StoreFixture) async throws {
        let ledger = try await store.open()
        for number in 0..<3 {
            _ = try await ledger.submit(store.fixture.envelope(number).canonicalEntry)
        }
        let bodies = try (0..<260).map { try store.smallEntry($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for body in bodies {
                group.addTask { _ = try await ledger.submit(body) }
            }
            try await group.waitForAll()
        }
        _ = try await ledger.submit(store.smallEntry(1000))
    }

    @Test func findsNothingWrongInAGoodStore() async throws {
        let store = try StoreFixture()
        try await fill(store)
        let before = try readFile(store.path)
        let summary = try await StoreFixture.check(store.path)
        #expect(summary.head.size == TreeSize(265))
        #expect(summary.checkpoints >= 6)
        #expect(try readFile(store.path) == before)
        // Beside a process that writes, too.
        let ledger = try await store.open()
        _ = try await ledger.submit(store.smallEntry(1001))
        #expect(try await StoreFixture.check(store.path).head.size == TreeSize(266))
    }

    /// One flipped bit in any authenticated value is found.
    @Test func findsEveryFlippedBit() async throws {
        let store = try StoreFixture()
        try await fill(store)
        let path = store.path
        var generator = SeededGenerator(seed: 20_261_124)
        var missed: [String] = []
        var flips = 0
        for column in AuthenticatedColumn.all {
            for _ in 0..<column.flips {
                let flip = try column.flip(path, &generator)
                do {
                    _ = try await StoreFixture.check(path)
                    missed.append(flip.description)
                } catch is LogFinding {
                } catch is StoreOpenError {
                }
                try flip.undo(path)
                flips += 1
            }
        }
        #expect(missed == [])
        #expect(flips == 200)
        // The bits are back, so what was found were the flips.
        _ = try await StoreFixture.check(path)
    }

    /// What is wrong is named.
    @Test(arguments: NamedDamage.all)
    func namesWhatIsWrong(damage: NamedDamage) async throws {
        let store = try StoreFixture()
        try await fill(store)
        try sql(store.path, damage.statement)
        let path = store.path
        let found = await #expect(throws: LogFinding.self) { try await StoreFixture.check(path) }
        let finding = try #require(found)
        #expect(damage.isNamed(by: finding), "\(finding)")
        #expect(!finding.description.isEmpty)
    }

    /// A store whose tables are not as they were made is not opened at all.
    @Test(arguments: [
        ("DROP TABLE payload_run", "payload_run"),
        ("DROP TABLE state_entry", "state_entry"),
        (
            "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE leaf = 3; END",
            "t"
        ),
    ])
    func refusesAnAlteredSchema(statement: String, name: String) throws {
        let store = try StoreFixture()
        try sql(store.path, statement)
        let path = store.path
        #expect(throws: StoreOpenError.alteredSchema(name: name)) {
            try SQLiteLogStore(path: path)
        }
        #expect(throws: StoreOpenError.alteredSchema(name: name)) {
            try SQLiteLogReader(path: path)
        }
    }

    /// A start refuses to sign over what it can see is wrong at the edge.
    @Test(arguments: [
        "UPDATE tree_head SET size = 264",
        "UPDATE tree_head SET root = zeroblob(32)",
        "DELETE FROM checkpoint WHERE size = 265",
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 2) WHERE size = 265",
        "DELETE FROM tile WHERE position = 1",
        "UPDATE tile SET hashes = zeroblob(288) WHERE position = 1",
        "UPDATE tile SET hashes = zeroblob(32) WHERE position = 1 << 56",
        "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE leaf = 9) WHERE leaf = 260",
    ])
    func signsNothingOverADamagedEdge(statement: String) async throws {
        let store = try StoreFixture()
        try await fill(store)
        try sql(store.path, statement)
        let (fixture, path) = (store.fixture, store.path)
        await #expect(throws: LedgerOpenFault.self) {
            try await fixture.open(SQLiteLogStore(path: path))
        }
    }

    /// A store that misses an entry among the last is not opened to write: what is on record could
    /// not be told from it.
    @Test(arguments: [0, 17, 264] as [UInt64])
    func opensNothingThatMissesAnEntry(leaf: UInt64) async throws {
        let store = try StoreFixture()
        try await fill(store)
        try sql(store.path, "DELETE FROM entry WHERE leaf = \(leaf)")
        let path = store.path
        #expect(throws: StoreOpenError.unreadable(.damaged(.entry(leaf)))) {
            try SQLiteLogStore(path: path)
        }
    }
}

/// Damage that has one name.
struct NamedDamage: CustomTestStringConvertible, Sendable {
    let statement: String
    let isNamed: @Sendable (LogFinding) -> Bool
    var testDescription: String { statement }

    func isNamed(by finding: LogFinding) -> Bool { isNamed(finding) }

    private init(_ statement: String, _ isNamed: @escaping @Sendable (LogFinding) -> Bool) {
        self.statement = statement
        self.isNamed = isNamed
    }

    static let all = [
        NamedDamage("DELETE FROM entry WHERE leaf = 100") {
            $0 == .unreadable(.damaged(.entry(100)))
        },
        NamedDamage("DELETE FROM entry WHERE leaf = 264") { $0 == .missingEntry(LeafIndex(264)) },
        NamedDamage("DELETE FROM tile WHERE position = 0") {
            $0 == .missingTile(TilePosition(level: 0, index: 0))
        },
        NamedDamage("DELETE FROM tile WHERE position = 1 << 56") {
            $0 == .missingTile(TilePosition(level: 1, index: 0))
        },
        NamedDamage("INSERT INTO tile (position, hashes) VALUES (77, zeroblob(32))") {
            $0 == .wrongCount(.tiles, actual: 4, expected: 3)
        },
        NamedDamage(
            "INSERT INTO entry (leaf, payload, hash, bytes) VALUES (265, 0, 0, zeroblob(9))"
        ) { $0 == .wrongCount(.entries, actual: 266, expected: 265) },
        NamedDamage("UPDATE entry SET payload = payload + 1 WHERE leaf = 50") {
            $0 == .notFoundByPayload(LeafIndex(50))
        },
        NamedDamage("UPDATE entry SET hash = hash + 1 WHERE leaf = 50") {
            $0 == .notFoundByHash(LeafIndex(50))
        },
        NamedDamage("DELETE FROM state_entry") { $0 == .wrongStateRecord(LeafIndex(0)) },
        NamedDamage("INSERT INTO state_entry (leaf) VALUES (7)") {
            $0 == .wrongStateRecord(LeafIndex(7))
        },
        NamedDamage("DELETE FROM checkpoint WHERE size = 265") {
            if case .headWithoutCheckpoint(TreeSize(265), _) = $0 { true } else { false }
        },
        NamedDamage("UPDATE checkpoint SET size = 3000 WHERE size = 265") {
            $0 == .surplusCheckpoint(TreeSize(3000))
        },
        NamedDamage(
            "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 2) WHERE size = 3"
        ) { $0 == .badCheckpoint(TreeSize(3), .otherSize(TreeSize(2))) },
        NamedDamage("UPDATE tree_head SET root = zeroblob(32)") {
            if case .wrongRoot(.treeHead, _, .zero) = $0 { true } else { false }
        },
        NamedDamage("UPDATE ledger SET identity = zeroblob(32)") {
            if case .otherLedger(.zero, _) = $0 { true } else { false }
        },
        NamedDamage("DELETE FROM tree_head") { $0 == .empty },
    ]
}
