import AssayAttestation
import AssayClient
import AssayCrypto
import AssayFiles
import AssayLog
import AssayStore
import AssayTLog
import AssayTestSupport
import Glibc
import Testing

/// A store that was put back to an earlier state never signs a second history.
@Suite struct BackupTests {
    private func grow(_ files: borrowing OperatorFiles, _ numbers: Range<Int>) async throws {
        let ledger = try await files.fixture.open(SQLiteLogStore(path: files.store))
        #expect(try await ledger.submitAll(numbers, of: files.fixture).count == numbers.count)
    }

    /// A ledger of 100 results with a backup, that has grown by 400 more since.
    private func files() async throws -> OperatorFiles {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        try await grow(files, 0..<100)
        let made = try files.run("backup", "--store", files.store, "--to", files.backup)
        try #require(made.status == 0, "\(made.message)")
        #expect(made.text == "copied 101 entries to \(files.backup)")
        try await grow(files, 100..<500)
        return files
    }

    private func head(_ store: String) async throws -> TreeHead? {
        try await SQLiteLogReader(path: store).treeHead()
    }

    /// Whole and of one moment, while many submissions are written.
    @Test func copiesAStoreInUse() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        let ledger = try await files.fixture.open(SQLiteLogStore(path: files.store))
        let fixture = files.fixture
        async let submitted = ledger.submitAll(0..<600, of: fixture)
        var sizes: [UInt64] = []
        for number in 0..<6 {
            let copy = files.backup + "\(number)"
            let made = try files.run("backup", "--store", files.store, "--to", copy)
            #expect(made.status == 0, "\(made.message)")
            let checked = try files.run("fsck", "--store", copy)
            #expect(checked.status == 0, "\(checked.message)")
            sizes.append(try await head(copy)?.size.value ?? 0)
        }
        #expect(try await submitted.count == 600)
        #expect(sizes == sizes.sorted() && sizes.allSatisfy { $0 > 0 })
        #expect(try files.run("fsck", "--store", files.store).status == 0)
    }

    /// Nothing is overwritten, nothing bad is copied or restored, nothing of an old store is mixed in.
    @Test func refusesWhatIsNotSafe() async throws {
        let files = try await files()
        let again = try files.run("backup", "--store", files.store, "--to", files.backup)
        #expect(again.status == 4 && again.message.contains("store-present"), "\(again.message)")
        let over = try files.run("restore", "--from", files.backup, "--store", files.store)
        #expect(over.status == 4 && over.message.contains("store-present"), "\(over.message)")

        let target = files.folder.path + "/restored"
        try writeFile([1], to: target + "-wal")
        let mixed = try files.run("restore", "--from", files.backup, "--store", target)
        #expect(mixed.status == 4 && mixed.message.contains("store-present"), "\(mixed.message)")
        #expect(!DurableFile.exists(target))
        try #require(unsafe unlink(target + "-wal") == 0)

        let damaged = try ChildProcess.run([
            "sqlite3", files.backup, "UPDATE tree_head SET root = zeroblob(32)",
        ])
        try #require(damaged.status == 0)
        let bad = try files.run("restore", "--from", files.backup, "--store", target)
        #expect(bad.status == 1 && bad.message.contains("store-damaged"), "\(bad.message)")
        #expect(!DurableFile.exists(target) && !DurableFile.exists(target + ".new"))
    }

    /// What a restored store would do without the mark: another tree of a size that was signed.
    @Test func unmarkedCopyWouldFork() async throws {
        let files = try await files()
        let unmarked = files.folder.path + "/unmarked"
        try writeFile(readFile(files.backup), to: unmarked)
        let marked = try? await files.fixture.open(SQLiteLogStore(path: unmarked))
        #expect(marked == nil)
        let cleared = try ChildProcess.run([
            "sqlite3", unmarked, "PRAGMA application_id = \(0x4173_6179)",
        ])
        try #require(cleared.status == 0)
        let ledger = try await files.fixture.open(SQLiteLogStore(path: unmarked))
        // One at a time, so that every size is signed, also those that the real log has signed.
        for number in 900..<1000 {
            _ = try await ledger.submit(files.fixture.envelope(number).canonicalEntry)
        }
        for number in 1000..<1300 {
            _ = try await ledger.submit(files.fixture.envelope(number).canonicalEntry)
        }
        let real = try await head(files.store)
        let forked = try await head(unmarked)
        #expect(real?.size == forked?.size && real?.root != forked?.root)
    }

    /// A restored store is served once it holds what was published, and not before.
    @Test func restoredStoreCatchesUp() async throws {
        let files = try await files()
        let site = files.folder.path + "/site"
        try #require(files.run("publish", "--store", files.store, "--to", site).status == 0)
        let restored = files.folder.path + "/restored"
        let made = try files.run("restore", "--from", files.backup, "--store", restored)
        #expect(made.status == 0, "\(made.message)")

        let unseen = try files.serveRefused(restored)
        #expect(unseen.status == 4 && unseen.message.contains("store-restored"))
        let file = try files.serveRefused(restored, "--published", site + "/checkpoint")
        #expect(file.status == 4, "\(file.message)")
        #expect(file.message.contains("400 entries are missing"), "\(file.message)")
        #expect(file.message.contains("store-behind"))

        let bundle = site + "/tile/entries/001.p/245"
        let good = try readFile(bundle)
        var bad = good
        bad[bad.count / 2] ^= 1
        try writeFile(bad, to: bundle)
        let tampered = try files.serveRefused(restored, "--published", site)
        #expect(tampered.status == 1 && tampered.message.contains("published-invalid"))
        #expect(try await head(restored)?.size == TreeSize(101))
        try writeFile(good, to: bundle)

        try await files.serving(restored, "--published", site) { url in
            let receipt = try await LogClient.with(url) { client in
                try await client.submit(files.fixture.envelope(7000).canonicalEntry)
            }
            #expect(receipt.index == LeafIndex(501))
        }
        let checked = try files.run("fsck", "--store", restored)
        #expect(checked.text.contains(" 502 entries"), "\(checked.text) \(checked.message)")
        try await files.serving(restored) { _ in }

        // The store that it replaces is now the one that lacks an entry.
        let old = try files.serveRefused(files.store)
        #expect(old.status == 4 && old.message.contains("store-behind"), "\(old.message)")
        #expect(old.message.contains("1 are missing"), "\(old.message)")
    }

    /// A copy of the store alone, put back, is noticed by what was signed last.
    @Test func noticesAStoreThatWasPutBack() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        let old = files.folder.path + "/old"
        let numbers = 0..<5
        let fixture = files.fixture
        try await files.serving(files.store) { url in
            let copied = try ChildProcess.run(["sqlite3", files.store, "VACUUM INTO '\(old)'"])
            #expect(copied.status == 0)
            try await LogClient.with(url) { client in
                for number in numbers {
                    _ = try await client.submit(fixture.envelope(number).canonicalEntry)
                }
            }
        }
        let site = files.folder.path + "/site"
        try #require(files.run("publish", "--store", files.store, "--to", site).status == 0)

        let refused = try files.serveRefused(old)
        #expect(refused.status == 4, "\(refused.message)")
        #expect(refused.message.contains("5 are missing"), "\(refused.message)")
        try await files.serving(old, "--published", site) { _ in }
        #expect(try await head(old) == head(files.store))

        // One key signs for one store at a time, also where they are copies of each other.
        try await files.serving(old) { _ in
            let second = try files.serveRefused(files.store)
            #expect(second.status == 4 && second.message.contains("key-in-use"))
        }

        let record = try #require(
            try ChildProcess.run(["sh", "-c", "ls \(files.checkpointKey).*.signed"]).text
                .split(separator: "\n").first.map(String.init))
        for damage in [[], [UInt8](repeating: 65, count: 256)] {
            try writeFile(damage, to: record)
            let unreadable = try files.serveRefused(old)
            #expect(unreadable.status == 4 && unreadable.message.contains("record-invalid"))
        }
    }

    /// Neither a shorter nor another published history lets a restored store sign.
    @Test func refusesAnOldOrForeignCheckpoint() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        try await grow(files, 0..<3)
        let site = files.folder.path + "/site"
        try #require(files.run("publish", "--store", files.store, "--to", site).status == 0)
        try await grow(files, 3..<6)
        try #require(files.run("backup", "--store", files.store, "--to", files.backup).status == 0)
        let restored = files.folder.path + "/restored"
        try #require(
            files.run("restore", "--from", files.backup, "--store", restored).status == 0)
        let old = try files.serveRefused(restored, "--published", site)
        #expect(old.status == 4 && old.message.contains("published-too-old"), "\(old.message)")
        let none = try files.serveRefused(restored, "--published", site + "-absent")
        #expect(none.status == 4 && none.message.contains("published-unreadable"))
        let wrong = try files.serveRefused(restored, "--published", files.charter)
        #expect(wrong.status == 2 && wrong.message.contains("published-invalid"))

        // The same keys sign another history of the same size.
        let fork = files.folder.path + "/fork"
        try SQLiteLogStore.create(
            at: fork, ledger: files.fixture.ledger.digest, first: files.fixture.firstStep().batch)
        let ledger = try await files.fixture.open(SQLiteLogStore(path: fork))
        _ = try await ledger.submitAll(40..<46, of: files.fixture)
        let other = files.folder.path + "/other"
        try #require(files.run("publish", "--store", fork, "--to", other).status == 0)
        let forked = try files.serveRefused(restored, "--published", other)
        #expect(forked.status == 1 && forked.message.contains("log-forked"), "\(forked.message)")

        try #require(files.run("publish", "--store", restored, "--to", site).status == 0)
        try await files.serving(restored, "--published", site) { _ in }
    }
}
