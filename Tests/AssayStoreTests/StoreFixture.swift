import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@testable import AssayStore

/// A store of the fixture ledger in a file.
struct StoreFixture: ~Copyable {
    private let folder: TemporaryFolder
    let fixture: LedgerFixture
    let path: String

    /// Makes a store with the genesis in it.
    init() throws {
        let fixture = try LedgerFixture()
        let first = try fixture.firstStep().batch
        let folder = try TemporaryFolder()
        let path = folder.path + "/store"
        try SQLiteLogStore.create(at: path, ledger: fixture.ledger.digest, first: first)
        self.fixture = fixture
        self.path = path
        self.folder = folder
    }

    /// Opens the ledger to write to it.
    func open() async throws -> Ledger {
        try await fixture.open(SQLiteLogStore(path: path))
    }

    /// A small entry: an index root by the ledger's own key, different for each number.
    func smallEntry(_ number: Int) throws -> [UInt8] {
        let statement = try Statement(
            subjects: [
                Subject(name: Text(AttestationFixtures.origin), digest: fixture.ledger.digest)
            ],
            predicate: .indexRoot(
                IndexRoot(
                    ledger: fixture.ledger, size: TreeSize(1), root: .zero,
                    keys: UInt64(number))))
        return try Envelope.sign(statement.payload, with: [fixture.entryKey]).canonicalEntry
    }

    /// Everything that fsck checks.
    static func check(_ path: String) async throws -> LogCheck<SQLiteLogReader>.Summary {
        let reader = try SQLiteLogReader(path: path, view: .snapshot)
        let summary = try await LogCheck(reader, stated: reader.ledger).run()
        try await reader.checkDatabase()
        return summary
    }
}
