import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import AssayWitness
import Synchronization
import Testing

/// Says of each replay what a test tells it to.
private final class ToldReplayer: LogReplayer {
    private let outcome: Mutex<ReplayOutcome>
    private let notes = Mutex<[[UInt8]]>([])

    init(_ outcome: ReplayOutcome) { self.outcome = Mutex(outcome) }

    var asked: [[UInt8]] { notes.withLock { $0 } }

    func tell(_ next: ReplayOutcome) { outcome.withLock { $0 = next } }

    func replay(_ note: [UInt8], of _: WitnessedLog) async -> ReplayOutcome {
        notes.withLock { $0.append(note) }
        return outcome.withLock { $0 }
    }

    func contradiction(_: [UInt8], _: [UInt8], of _: WitnessedLog) async -> [FraudProof] { [] }
}

@Suite struct ReplayingWitnessTests {
    private let world: WitnessWorld
    private let store = MemoryTreeHeadStore()

    init() throws { world = try WitnessWorld() }

    private func witness(_ replayer: ToldReplayer?) async throws -> Witness {
        let replay = ReplayedLog(ledger: .zero, url: "http://log.example")
        let log = try #require(
            WitnessedLog(origin: world.origin, keys: world.log.keys, replay: replay))
        _ = try await store.put(log)
        let time = try #require(UnixSeconds(WitnessWorld.time))
        return Witness(store: store, signers: world.signers, replayer: replayer) { time }
    }

    @Test func cosignsOnlyWhatWasReplayed() async throws {
        let replayer = ToldReplayer(.replaying(done: TreeSize(3)))
        let witness = try await witness(replayer)
        let body = try world.request(0, 9)
        for (outcome, refusal) in [
            (.replaying(done: TreeSize(3)), .replaying(done: TreeSize(3))),
            (.unreadable("gone"), .unreadable("gone")),
            (
                .wrong(code: "duplicate", detail: "twice", proofs: []),
                .wrongEntries(code: "duplicate", detail: "twice")
            ),
        ] as [(ReplayOutcome, WitnessRefusal)] {
            replayer.tell(outcome)
            await #expect(throws: refusal) { try await witness.addCheckpoint(body) }
            #expect(await store.record(of: world.origin)?.latest == nil)
        }
        // The checkpoint that could not be cosigned is kept, with the log's line alone.
        let kept = await store.evidence(of: world.origin)
        #expect(kept.map(\.kind) == [.wrongEntries])
        #expect(kept.map(\.note) == replayer.asked.suffix(1))
        replayer.tell(.replayed)
        _ = try await witness.addCheckpoint(body)
        #expect(await store.record(of: world.origin)?.latest?.head == world.head(9))
    }

    @Test func whatIsRefusedAnywayIsNotReplayed() async throws {
        let replayer = ToldReplayer(.replayed)
        let witness = try await witness(replayer)
        _ = try await witness.addCheckpoint(world.request(0, 5))
        let fork = try WitnessWorld(isFork: true)
        for body in [try world.request(3, 8), try fork.request(5, 9), try fork.request(5, 5)] {
            await #expect(throws: WitnessRefusal.self) { try await witness.addCheckpoint(body) }
        }
        #expect(replayer.asked.count == 1)
        // Two roots of one size are fraud, which the witness says unasked.
        let proofs = await store.proofs(of: world.origin)
        let shown = try proofs.map { try FraudProof(parsing: $0).judged() }
        #expect(shown.map(\.kind) == [.forkSameSize])
        #expect(shown.map(\.guilty) == world.log.keys.map(\.text))
    }

    @Test func withoutAReplayerNothingIsCosigned() async throws {
        let witness = try await witness(nil)
        await #expect(throws: WitnessRefusal.self) {
            try await witness.addCheckpoint(world.request(0, 5))
        }
        #expect(await store.record(of: world.origin)?.latest == nil)
    }
}
