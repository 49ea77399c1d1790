import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

/// What a ledger serves, as a published log that stopped at some checkpoint.
private struct ServedLedger: PublishedLog {
    let ledger: Ledger
    let note: [UInt8]

    func checkpoint() async throws(PublishedLogFault) -> [UInt8] { note }

    func tile(_ coordinate: TileCoordinate) async throws(PublishedLogFault) -> [UInt8]? {
        do {
            return try await ledger.tile(coordinate)
        } catch {
            throw PublishedLogFault("\(error)")
        }
    }
}

/// A store that caught up has no checkpoint of the sizes in between: those who saw them signed hold
/// its history all the same.
@Suite struct CaughtUpStoreTests {
    private let fixture: LedgerFixture
    private let state: LedgerState
    private let keys: LedgerKeys

    init() throws {
        fixture = try LedgerFixture()
        state = try LedgerState(genesis: fixture.genesis)
        keys = try LedgerKeys(
            charter: state.charter, checkpointKeys: [fixture.checkpointKey],
            entryKey: fixture.entryKey)
    }

    @Test func holdsWhatWasSignedInBetween() async throws {
        let (ledger, all) = try await fixture.openInMemory()
        for number in 0..<300 {
            _ = try await ledger.submit(fixture.envelope(number).canonicalEntry)
        }
        let newest = try #require(await all.latestCheckpoint())
        let caughtUp = MemoryLogStore()
        try await caughtUp.append(fixture.firstStep().batch)
        let run = CatchUp(caughtUp, stated: fixture.ledger.digest)
        let outcome = try await run.run(ServedLedger(ledger: ledger, note: newest.note))
        #expect(outcome.head.size == TreeSize(301))
        #expect(await caughtUp.checkpoint(of: TreeSize(150)) == nil)

        let history = WitnessedHistory(state, caughtUp)
        for size: UInt64 in [1, 2, 150, 256, 257, 300, 301] {
            let signed = try #require(await all.checkpoint(of: TreeSize(size)))
            #expect(try await history.finding(signed.note) == .held(TreeSize(size)))
            let again = try await run.run(ServedLedger(ledger: ledger, note: signed.note))
            #expect(again.head.size == TreeSize(301))
            let fork = TreeHead(size: TreeSize(size), root: SHA256.hash([1]))
            let forked = try keys.checkpoint(of: fork)
            #expect(try await history.finding(forked) == .otherHistory(fork))
            await #expect(throws: CatchUpFault.self) {
                try await run.run(ServedLedger(ledger: ledger, note: forked))
            }
        }
        let more = TreeHead(size: TreeSize(302), root: SHA256.hash([1]))
        #expect(
            try await history.finding(keys.checkpoint(of: more)) == .storeBehind(more))
    }
}
