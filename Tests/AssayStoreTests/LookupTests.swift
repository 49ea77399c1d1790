import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@testable import AssayStore

/// Entries are found by their digests on both sides of the edge of a run, in every process.
@Suite struct LookupTests {
    private static let size = 70_000

    private func made(at path: String) async throws -> (store: SQLiteLogStore, log: GrowingLog) {
        var log = GrowingLog()
        try SQLiteLogStore.create(at: path, ledger: SHA256.hash([1]), first: log.grow(by: 1))
        let store = try SQLiteLogStore(path: path)
        // One step ends right before the edge, one goes over it.
        for count in [30_000, 35_534, 2, 3000, Self.size - 68_537] {
            try await store.append(log.grow(by: count))
        }
        return (store, log)
    }

    private func expectAllFound(_ store: some LogStore, _ log: GrowingLog) async throws {
        try await expectAllFound(in: store, log)
        let absent = try await store.candidates(
            payloads: (0..<100).map { SHA256.hash([UInt8($0)]) })
        #expect(absent == Array(repeating: [], count: 100))
    }

    private func expectAllFound(in reader: some LogReader, _ log: GrowingLog) async throws {
        let chosen = [0, 1, 30_000, 65_534, 65_535, 65_536, 65_537, 69_999]
        let entries = chosen.map { log.entries[$0] }
        let byPayload = try await reader.candidates(payloads: entries.map(\.payload))
        let byHash = try await reader.candidates(leafHashes: entries.map(\.leafHash))
        let expected = chosen.map { [LeafIndex(UInt64($0))] }
        #expect(byPayload == expected)
        #expect(byHash == expected)
    }

    @Test func findsEntriesOnBothSidesOfARun() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        var log: GrowingLog
        do {
            let made = try await made(at: path)
            log = made.log
            #expect(log.entries.count == Self.size)
            try await expectAllFound(made.store, log)
            // A reader that has looked before sees what is added later.
            let reader = try SQLiteLogReader(path: path)
            try await expectAllFound(in: reader, log)
            let step = log.grow(by: 70_000)
            try await made.store.append(step)
            try await expectAllFound(in: reader, log)
            let last = try #require(step.entries.last)
            #expect(
                try await reader.candidates(payloads: [last.payload]) == [[LeafIndex(139_999)]])
        }
        let again = try SQLiteLogStore(path: path)
        try await expectAllFound(again, log)
        let later = log.entries[131_072]
        #expect(
            try await again.candidates(payloads: [later.payload]) == [[LeafIndex(131_072)]])
    }

    /// A part that is missing or cut is damage, never an entry that is not there.
    @Test(arguments: [
        "DELETE FROM payload_run WHERE position = 17",
        "UPDATE payload_run SET words = substr(words, 1, 9) WHERE position = 17",
    ])
    func missesNothingWhereARunIsDamaged(statement: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store")
        let log = try await made(at: path).log
        try SQLiteConnection(path: path, mode: .readWrite).execute(statement)
        #expect(throws: StoreOpenError.unreadable(.damaged(.entry(0)))) {
            try SQLiteLogStore(path: path)
        }
        let reader = try SQLiteLogReader(path: path)
        let payload = try #require(
            log.entries.first { LookupRun.part(of: $0.payload.storedPrefix) == 17 }?.payload)
        await #expect(throws: StoreFault.damaged(.entry(0))) {
            try await reader.candidates(payloads: [payload])
        }
    }

    @Test func runsKeepEveryDigestsFirstBits() {
        var generator = SeededGenerator(seed: 1)
        let prefixes = (0..<65_536).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator)
        }
        var found = [UInt64](repeating: 0, count: prefixes.count)
        var count = 0
        for (part, words) in LookupRun.parts(of: prefixes).enumerated() {
            let isPart = LookupRun.forEach(in: words, part: part) { kept, place in
                found[Int(place)] = kept
                count += 1
            }
            #expect(isPart)
        }
        #expect(count == prefixes.count)
        #expect(found == prefixes.map { $0 & LookupRun.keptBits })
    }

    /// Nothing that was added is missed, also by what a run keeps of it; little else is let pass.
    @Test func filterMissesNothing() {
        var generator = SeededGenerator(seed: 2)
        var filter = PrefixFilter()
        let added = (0..<100_000).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) }
        for (place, prefix) in added.enumerated() {
            filter.insert(place.isMultiple(of: 2) ? prefix : prefix & LookupRun.keptBits)
        }
        #expect(added.allSatisfy { filter.mayContain($0) })
        let others = (0..<10_000).filter { _ in
            filter.mayContain(UInt64.random(in: 0...UInt64.max, using: &generator))
        }
        #expect(others.count < 300)
        #expect(!PrefixFilter().mayContain(0))
    }
}
