import AssayAttestation
import AssayCrypto
import AssayFiles
import AssayLog
import AssayStore
import AssayTLog
import AssayTestSupport
import AssayVerification
import Glibc
import Testing

@Suite struct FsckAndPublishTests {
    /// A ledger of `count` results beside its genesis.
    private func files(_ count: Int) async throws -> OperatorFiles {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        try await grow(files, 0..<count)
        return files
    }

    private func grow(_ files: borrowing OperatorFiles, _ numbers: Range<Int>) async throws {
        let ledger = try await files.fixture.open(SQLiteLogStore(path: files.store))
        #expect(try await ledger.submitAll(numbers, of: files.fixture).count == numbers.count)
    }

    @Test func fsckTellsGoodFromBad() async throws {
        let files = try await files(5)
        let good = try files.run("fsck", "--store", files.store)
        #expect(good.status == 0, "\(good.message)")
        #expect(good.text.hasPrefix("good: \(files.fixture.ledger), 6 entries"))
        let json = try StrictJSON.parse(files.run("fsck", "--store", files.store, "--json").output)
        #expect(json["result"] == .string("good"))
        #expect(json["entries"] == .count(6))

        let damaged = try ChildProcess.run([
            "sqlite3", files.store,
            "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE leaf = 2) WHERE leaf = 3",
        ])
        try #require(damaged.status == 0)
        let bad = try files.run("fsck", "--store", files.store)
        #expect(bad.status == 1 && bad.output.isEmpty)
        #expect(bad.message.contains("hash 3 of tile 0 of level 0"), "\(bad.message)")
        let report = try StrictJSON.parse(
            files.run("fsck", "--store", files.store, "--json").output)
        #expect(report["result"] == .string("damaged"))

        #expect(try files.run("fsck", "--store", files.folder.path + "/absent").status == 4)
        #expect(try files.run("fsck", "--store", files.charter).status == 3)
    }

    /// The folder holds what any reader of tlog-tiles needs, and grows with the log.
    @Test func publishesFilesThatLeadToTheCheckpoint() async throws {
        let files = try await files(300)
        let to = files.folder.path + "/site"
        let first = try files.run("publish", "--store", files.store, "--to", to)
        #expect(first.status == 0, "\(first.message)")
        #expect(first.text == "published size 301, 5 files written")
        try expectFolder(to, files.fixture, size: 301)

        let again = try files.run("publish", "--store", files.store, "--to", to, "--json")
        #expect(try StrictJSON.parse(again.output)["filesWritten"] == .count(0))

        try await grow(files, 300..<520)
        // A crash before the checkpoint leaves new files and the old checkpoint: here one of them.
        let checkpoint = try readFile(to + "/checkpoint")
        #expect(try files.run("publish", "--store", files.store, "--to", to).status == 0)
        try expectFolder(to, files.fixture, size: 521)
        try writeFile(checkpoint, to: to + "/checkpoint")
        try writeFile([1, 2, 3], to: to + "/tile/0/001")
        let resumed = try files.run("publish", "--store", files.store, "--to", to)
        #expect(resumed.text == "published size 521, 1 files written")
        try expectFolder(to, files.fixture, size: 521)
    }

    /// Following, it publishes each new checkpoint beside a process that writes, until told to stop.
    @Test func followsTheLog() async throws {
        let files = try await files(2)
        let to = files.folder.path + "/site"
        let follower = try BackgroundProcess(
            [
                BuiltProgram.path("assay-log"), "publish", "--store", files.store, "--to", to,
                "--follow",
            ], errorsPath: files.folder.path + "/publish.log")
        try await grow(files, 2..<30)
        let last = try await SQLiteLogReader(path: files.store).latestCheckpoint()?.note
        let checkpoint = to + "/checkpoint"
        while try !DurableFile.exists(checkpoint) || readFile(checkpoint) != last {
            let errors = try follower.errors
            try #require(!follower.hasEnded, "\(errors)")
            // Nothing tells when a file is replaced; the loop ends with the process.
            _ = poll(nil, 0, 20)
        }
        follower.signal(SIGTERM)
        #expect(try follower.wait() == 0)
        try expectFolder(to, files.fixture, size: 31)
    }

    /// Nothing is published over another log, from a store that was rolled back, or from damage.
    @Test func publishesNothingThatDoesNotFit() async throws {
        let files = try await files(3)
        let to = files.folder.path + "/site"
        let copy = files.folder.path + "/copy"
        try writeFile(readFile(files.store), to: copy)
        try await grow(files, 3..<6)
        #expect(try files.run("publish", "--store", files.store, "--to", to).status == 0)
        let published = try readFile(to + "/checkpoint")

        let rolledBack = try files.run("publish", "--store", copy, "--to", to)
        #expect(rolledBack.status == 1 && rolledBack.message.contains("store-rolled-back"))

        let other = try await self.files(9)
        let foreign = try ChildProcess.run([
            "sqlite3", other.store, "UPDATE entry SET bytes = zeroblob(9) WHERE leaf = 4",
        ])
        try #require(foreign.status == 0)
        let damaged = try files.run("publish", "--store", other.store, "--to", to + "2")
        #expect(damaged.status == 1 && damaged.message.contains("store-damaged"))
        #expect(try readFile(to + "/checkpoint") == published)
    }

    /// Reads a folder as a stranger would: from the checkpoint down to the entries.
    private func expectFolder(
        _ folder: String, _ fixture: LedgerFixture, size: UInt64
    ) throws {
        let note = try readFile(folder + "/checkpoint")
        let state = try LedgerState(genesis: fixture.genesis)
        let head = try state.judge(checkpoint: note).head
        #expect(head.size == TreeSize(size))
        let plan = try #require(TilePlan(from: .zero, to: head.size))
        var leaves: [Digest] = []
        for bundle in plan.bundles {
            let bytes = try readFile(folder + "/" + bundle.path)
            let entries = try EntryBundle(bytes: bytes, width: bundle.width).entries
            leaves += entries.map { MerkleTree.leafHash(of: $0) }
        }
        #expect(UInt64(leaves.count) == size)
        #expect(MerkleTree.root(ofLeafHashes: leaves) == head.root)
        #expect(leaves.first == fixture.genesis.leafHash)
        var tiles: [TilePosition: [Digest]] = [:]
        for tile in plan.tiles {
            let position = try #require(TilePosition(tile))
            tiles[position] = try HashTile(
                bytes: readFile(folder + "/" + tile.path), width: tile.width
            ).hashes
        }
        let edge = TreeEdge(
            size: head.size, tiles: TreeEdge.positions(for: head.size).map { tiles[$0] })
        #expect(edge?.head == head)
        #expect(tiles[TilePosition(level: 0, index: 0)] == Array(leaves.prefix(256)))
    }
}
