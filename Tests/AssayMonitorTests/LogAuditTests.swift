import AssayAttestation
import AssayCrypto
import AssayMonitor
import AssayTLog
import AssayTestSupport
import AssayVerification
import Synchronization
import Testing

@Suite struct LogAuditTests {
    private func basis(_ log: PublishedFixture, pin: TreeHead? = nil) -> LogAudit.Basis {
        LogAudit.Basis(trust: TrustedLedger(log.ledger, pinnedHead: pin), secret: 7)
    }

    /// Replays everything; returns the entries that were new, and the place.
    private func replay(
        _ files: MemoryFiles, _ basis: LogAudit.Basis, from place: ReplayPlace? = nil
    ) async throws(AuditFault) -> ([ReplayedEntry], ReplayPlace) {
        var audit = try await LogAudit(TileSource(files), basis: basis, from: place)
        var entries: [ReplayedEntry] = []
        while let step = try await audit.next() { entries += step.entries }
        return (entries, audit.place)
    }

    private func code(
        _ files: MemoryFiles, _ basis: LogAudit.Basis, from place: ReplayPlace? = nil
    ) async -> String {
        do throws(AuditFault) {
            _ = try await replay(files, basis, from: place)
            return "good"
        } catch {
            guard case .finding(let finding, _) = error else { return "unreadable" }
            return finding.code
        }
    }

    @Test func everyEntryIsReplayedOnceAcrossRuns() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 300)
        let files = MemoryFiles([:])
        var place: ReplayPlace?
        for size in [1, 3, 255, 256, 257, 300] {
            files.replace(by: try log.files(size))
            let before = Int(place?.size.value ?? 0)
            let (entries, after) = try await replay(files, basis(log), from: place)
            #expect(entries.map(\.bytes) == Array(log.entries[before..<size]))
            #expect(entries.map(\.index.value) == (UInt64(before)..<UInt64(size)).map { $0 })
            #expect(after.isComplete)
            #expect(after.head == log.head(size))
            // What is stored reads back as the same place.
            let stored = try StrictJSON.parse(CompactJSON.serialize(after.json))
            let payloads = SeenPayloads(stored: after.payloads.stored(from: 0), secret: 9)
            let back = try ReplayPlace(stored, ledger: log.ledger, payloads: payloads)
            #expect(back.json == after.json)
            place = back
        }
    }

    @Test func stepsHoldEveryTileAndBundleOfTheLog() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 300)
        let files = try log.files(300)
        var audit = try await LogAudit(
            TileSource(MemoryFiles(files)), basis: basis(log), from: nil)
        var written = ["checkpoint": try log.note(300)]
        while let step = try await audit.next() {
            for bundle in step.bundles {
                let coordinate = try #require(
                    TileCoordinate(
                        .entries, index: bundle.index, width: bundle.entries.count))
                written[coordinate.path] = try EntryBundle(entries: bundle.entries).bytes
            }
            for tile in step.tiles {
                written[tile.position.coordinate(in: TreeSize(300)).path] = tile.hashes
                    .flatMap(\.bytes)
            }
        }
        #expect(written == files)
    }

    @Test(arguments: [5, 257])
    func everyChangedFileIsNoticed(size: Int) async throws {
        var log = try PublishedFixture()
        try log.grow(to: size)
        let good = try log.files(size)
        for name in good.keys.sorted() {
            let files = MemoryFiles(good)
            let bytes = try #require(good[name])
            for position in size > 256 ? [bytes.count / 2] : [0, bytes.count / 2, bytes.count - 1] {
                var changed = bytes
                changed[position] ^= 1
                files.set(name, changed)
                #expect(await code(files, basis(log)) != "good", "\(name) at \(position)")
            }
            files.set(name, nil)
            #expect(await code(files, basis(log)) != "good", "\(name)")
            files.set(name, bytes + [0])
            #expect(await code(files, basis(log)) != "good", "\(name)")
        }
        #expect(await code(MemoryFiles(good), basis(log)) == "good")
    }

    @Test func missingTilesAreAskedForAgainAndPartialOnesGiveWay() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 256)
        let files = MemoryFiles(try log.files(256))
        files.set("checkpoint", try log.note(200))
        files.set(
            "tile/0/000.p/200",
            log.entries[..<200].flatMap {
                MerkleTree.leafHash(of: $0).bytes
            })
        #expect(await code(files, basis(log)) == "good")

        let bundle = try #require(try log.files(256)["tile/entries/000"])
        files.set("tile/entries/000", nil)
        #expect(await code(files, basis(log)) == "bundle-missing")
        let waited = Mutex<[Duration]>([])
        let source = TileSource(files, pauses: [.seconds(1), .seconds(2), .seconds(4)]) { pause in
            let count = waited.withLock {
                $0.append(pause)
                return $0.count
            }
            if count == 2 { files.set("tile/entries/000", bundle) }
        }
        let audit = try await LogAudit(source, basis: basis(log), from: nil)
        #expect(audit.place.checkpoint.head.size == TreeSize(200))
        #expect(waited.withLock { $0 } == [.seconds(1), .seconds(2)])
    }

    @Test func whatWasSeenAndWhatIsPinnedMustStay() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 40)
        var other = log
        other.entries.remove(at: 7)
        try other.grow(to: 60, by: "eastmark")
        try log.grow(to: 60)
        let files = MemoryFiles(try log.files(40))
        let (_, place) = try await replay(files, basis(log))
        for size in [40, 41, 60] {
            files.replace(by: try log.files(size))
            #expect(await code(files, basis(log), from: place) == "good")
            #expect(await code(files, basis(log, pin: log.head(33))) == "good")
            #expect(await code(files, basis(log, pin: other.head(33))) == "fork")
            files.replace(by: try other.files(size))
            #expect(await code(files, basis(log), from: place) == "fork")
        }
        files.replace(by: try log.files(39))
        #expect(await code(files, basis(log), from: place) == "rollback")
        #expect(await code(files, basis(log, pin: log.head(40))) == "rollback")
    }

    @Test func guiltIsShownByProofsThatTheJudgeConfirms() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 40)
        let (_, place) = try await replay(MemoryFiles(try log.files(40)), basis(log))
        var other = log
        other.entries.remove(at: 7)
        try other.grow(to: 60, by: "eastmark")
        let key = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519).verifierKey
        for (size, kind) in [(40, "fork-same-size"), (60, "fork-inclusion")] {
            let files = MemoryFiles(try other.files(size))
            do throws(AuditFault) {
                _ = try await replay(files, basis(log), from: place)
                Issue.record("a fork was accepted")
            } catch {
                guard case .finding(_, let proofs) = error else { throw error }
                #expect(
                    proofs.map(\.evidence.kind.rawValue) == [kind, "witness-fork", "witness-fork"])
                for proof in proofs { #expect(try proof.judged().guilty == proof.accused) }
                #expect(proofs.first?.accused == key.text)
            }
        }
    }

    @Test func forbiddenEntriesAndRepeatedOnesAreNamed() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 30)
        var forbidden = log
        try forbidden.add(by: "stranger", run: "forbidden")
        try forbidden.grow(to: 33)
        #expect(await code(MemoryFiles(try forbidden.files(30)), basis(log)) == "good")
        #expect(await code(MemoryFiles(try forbidden.files(33)), basis(log)) == "signer-unknown")
        try forbidden.grow(to: 300)
        try forbidden.add(by: "stranger", run: "forbidden too")
        forbidden.entries.remove(at: 30)
        let files = MemoryFiles(try forbidden.files(300))
        #expect(await code(files, basis(log)) == "signer-unknown")
        #expect(files.names.count < 20, "a bundle is not read again for each entry")
        log.entries.append(log.entries[4])
        #expect(await code(MemoryFiles(try log.files(30)), basis(log)) == "good")
        #expect(await code(MemoryFiles(try log.files(31)), basis(log)) == "duplicate")
    }
}
