import AssayCrypto
import AssayLog
import AssayStore
import AssayTLog
import AssayTestSupport
import Glibc
import Testing

@Suite struct SQLiteLogStoreTests {
    private let ledger = SHA256.hash([1, 2, 3])

    @Test func keepsTheContract() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        try await expectLogStoreContract { first in
            try SQLiteLogStore.create(at: path, ledger: ledger, first: first)
            return try SQLiteLogStore(path: path)
        }
    }

    /// Creation makes a file with everything in it and nothing beside it, and never replaces one.
    @Test func isCreatedWholeOrNotAtAll() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log = GrowingLog()
        let first = log.grow(by: 1)
        #expect(throws: StoreOpenError.absent) { try SQLiteLogStore(path: path) }
        #expect(throws: StoreOpenError.absent) { try SQLiteLogReader(path: path) }
        // What an earlier attempt left is no hindrance.
        try writeFile([1, 2, 3], to: path + ".new")
        try SQLiteLogStore.create(at: path, ledger: ledger, first: first)
        let names = try folder.names()
        #expect(names == ["store"])
        let before = try readFile(path)
        #expect(throws: StoreOpenError.alreadyPresent) {
            try SQLiteLogStore.create(at: path, ledger: ledger, first: first)
        }
        #expect(try readFile(path) == before)
        let reader = try SQLiteLogReader(path: path)
        #expect(reader.ledger == ledger)
        #expect(try await reader.treeHead() == first.next)
    }

    /// A child that was just forked holds copies of all descriptors for a moment.
    @Test func letsTheLockGoThoughACopyOfItsDescriptorIsOpen() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log = GrowingLog()
        try SQLiteLogStore.create(at: path, ledger: ledger, first: log.grow(by: 1))
        var copies: [Int32] = []
        defer { for copy in copies { close(copy) } }
        do {
            let store = try SQLiteLogStore(path: path)
            #expect(store.ledger == ledger)
            copies = try descriptors(of: path + "-lock").map { dup($0) }
        }
        #expect(copies.count == 1)
        #expect(throws: Never.self) { try SQLiteLogStore(path: path) }
    }

    /// This process's descriptors of the file at `path`.
    private func descriptors(of path: String) throws -> [Int32] {
        var wanted = stat()
        try #require(unsafe stat(path, &wanted) == 0)
        return (0..<4096).filter { number in
            var found = stat()
            return unsafe fstat(number, &found) == 0 && found.st_ino == wanted.st_ino
                && found.st_dev == wanted.st_dev
        }
    }

    /// One writer at a time, by whatever name; readers are not kept out.
    @Test func refusesASecondWriter() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log = GrowingLog()
        try SQLiteLogStore.create(at: path, ledger: ledger, first: log.grow(by: 1))
        do {
            let store = try SQLiteLogStore(path: path)
            #expect(throws: StoreOpenError.inUse) { try SQLiteLogStore(path: path) }
            try folder.link("store", as: "alias")
            let alias = folder.file("alias")
            #expect(throws: StoreOpenError.inUse) { try SQLiteLogStore(path: alias) }
            let reader = try SQLiteLogReader(path: path)
            let step = log.grow(by: 2)
            try await store.append(step)
            #expect(try await reader.treeHead() == step.next)
        }
        let again = try SQLiteLogStore(path: path)
        #expect(try await again.treeHead() == log.head)
    }

    /// A snapshot stays what it was, and reading changes no byte of the store.
    @Test func readsOneStateAsASnapshot() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log = GrowingLog()
        let first = log.grow(by: 1)
        try SQLiteLogStore.create(at: path, ledger: ledger, first: first)
        let store = try SQLiteLogStore(path: path)
        let snapshot = try SQLiteLogReader(path: path, view: .snapshot)
        try await store.append(log.grow(by: 2))
        #expect(try await snapshot.treeHead() == first.next)
        #expect(try await snapshot.entries(0..<9).count == 1)
    }

    /// Files that are not a store of this version are named as what they are.
    @Test func refusesWhatItDoesNotKnow() throws {
        let folder = try TemporaryFolder()
        let text = folder.file("text")
        try writeFile([UInt8](String(repeating: "not a database. ", count: 100).utf8), to: text)
        #expect(throws: StoreOpenError.notAStore) { try SQLiteLogStore(path: text) }

        let other = folder.file("other")
        try sql(other, "CREATE TABLE notes (text TEXT)")
        #expect(throws: StoreOpenError.notAStore) { try SQLiteLogStore(path: other) }

        let newer = folder.file("newer")
        var log = GrowingLog()
        try SQLiteLogStore.create(at: newer, ledger: ledger, first: log.grow(by: 1))
        try sql(newer, "PRAGMA user_version = 2")
        #expect(throws: StoreOpenError.unknownVersion(found: 2, known: 1)) {
            try SQLiteLogStore(path: newer)
        }
    }

    /// Far more than the write-ahead log is allowed to hold goes back into the database.
    @Test func copiesItsWriteAheadLogBack() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log = GrowingLog()
        try SQLiteLogStore.create(at: path, ledger: ledger, first: log.grow(by: 1))
        let store = try SQLiteLogStore(path: path)
        for _ in 0..<200 {
            try await store.append(log.grow(by: 400))
        }
        #expect(try await store.treeHead()?.size == TreeSize(80_001))
        #expect(try fileSize(path + "-wal") < 16 << 20)
        #expect(try fileSize(path) > 4 << 20)
    }
}
