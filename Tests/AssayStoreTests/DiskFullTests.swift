import AssayAttestation
import AssayCrypto
import AssayLog
import AssayStore
import AssayTLog
import AssayTestSupport
import Glibc
import Testing

/// A device without room refuses what it cannot take, keeps what it has, and goes on when there is
/// room again.
@Suite(.enabled(if: SmallDevice.isPossible, "skipped: mounting a small device needs root"))
struct DiskFullTests {
    /// With a reserve every refusal is clean, and the same process goes on.
    @Test func refusesCleanlyAndGoesOn() async throws {
        let device = try SmallDevice(bytes: 3 << 20)
        let fixture = try LedgerFixture()
        let path = device.path + "/store"
        try SQLiteLogStore.create(
            at: path, ledger: fixture.ledger.digest, first: fixture.firstStep().batch)
        try writeFile([UInt8](repeating: 1, count: 1 << 20), to: device.path + "/filler")
        let ledger = try await fixture.open(
            SQLiteLogStore(path: path, reserveBytes: 512 << 10))
        var taken: [Receipt] = []
        var refusal: Refusal?
        while refusal == nil {
            let body = try fixture.envelope(taken.count).canonicalEntry
            do throws(Refusal) {
                taken.append(try await ledger.submit(body))
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .storageFull)
        #expect(taken.count > 5)
        #expect(await ledger.stopCause == nil)
        #expect(await ledger.size.value == UInt64(taken.count) + 1)
        #expect(try await ledger.bundle(at: taken[3].index) != nil)
        let body = try fixture.envelope(taken.count).canonicalEntry
        await #expect(throws: Refusal.storageFull) { try await ledger.submit(body) }

        try #require(unsafe unlink(device.path + "/filler") == 0)
        let receipt = try await ledger.submit(body)
        #expect(receipt.isNew && receipt.index.value == UInt64(taken.count) + 1)
        let summary = try await StoreFixture.check(path)
        #expect(summary.head.size.value == UInt64(taken.count) + 2)
    }

    /// Without a reserve the device fills up under the database itself, at every place of a
    /// commit; what was acknowledged is there afterwards.
    @Test(arguments: 0..<8)
    func losesNothingWhereverRoomEnds(step: Int) async throws {
        let device = try SmallDevice(bytes: (1 << 20) + step * 4096)
        let fixture = try LedgerFixture()
        let path = device.path + "/store"
        try SQLiteLogStore.create(
            at: path, ledger: fixture.ledger.digest, first: fixture.firstStep().batch)
        var taken: [Receipt] = []
        do {
            let ledger = try await fixture.open(SQLiteLogStore(path: path, reserveBytes: 0))
            while true {
                let body = try fixture.envelope(taken.count).canonicalEntry
                do throws(Refusal) {
                    taken.append(try await ledger.submit(body))
                } catch {
                    #expect([.storageFull, .storageUnavailable].contains(error.code))
                    break
                }
            }
        }
        #expect(taken.count > 5)
        try device.resize(bytes: 4 << 20)
        let ledger = try await fixture.open(SQLiteLogStore(path: path, reserveBytes: 0))
        for receipt in taken {
            let entry = try #require(try await ledger.entry(at: receipt.index))
            #expect(MerkleTree.leafHash(of: entry) == receipt.leafHash)
        }
        let next = try await ledger.submit(fixture.envelope(taken.count).canonicalEntry)
        #expect(next.index.value == UInt64(taken.count) + 1)
        _ = try await StoreFixture.check(path)
    }
}

/// A file system in memory of a given size.
struct SmallDevice: ~Copyable {
    private let folder: TemporaryFolder
    let path: String

    /// Whether this process may mount.
    static let isPossible = {
        do {
            _ = try SmallDevice(bytes: 1 << 20)
            return true
        } catch {
            return false
        }
    }()

    init(bytes: Int) throws {
        let folder = try TemporaryFolder()
        let mount = try ChildProcess.run([
            "mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder.path,
        ])
        guard mount.status == 0 else {
            throw TestSystemError(operation: "mount", errno: EPERM)
        }
        path = folder.path
        self.folder = folder
    }

    func resize(bytes: Int) throws {
        let mount = try ChildProcess.run([
            "mount", "-o", "remount,size=\(bytes)", folder.path,
        ])
        try #require(mount.status == 0)
    }

    deinit {
        // Lazily, since a store may be open there until its test ends.
        _ = unsafe umount2(path, Int32(MNT_DETACH))
    }
}
