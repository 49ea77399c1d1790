import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

@Suite struct LedgerTests {
    private let fixture: LedgerFixture

    init() throws {
        fixture = try LedgerFixture()
    }

    private func verdict(_ bundle: [UInt8]?) throws -> Verdict {
        var verifier = BundleVerifier(trust: TrustInput(ledger: fixture.ledger))
        return verifier.report(on: try #require(bundle)).verdict
    }

    /// What is acknowledged has a bundle that the verifier accepts.
    @Test func givesBundlesThatVerify() async throws {
        let (ledger, _) = try await fixture.openInMemory()
        #expect(ledger.id == fixture.ledger)
        #expect(try verdict(await ledger.bundle(at: LeafIndex(0))) == .verifiedAsShown)
        for number in 0..<5 {
            let envelope = try fixture.envelope(number)
            let receipt = try await ledger.submit(envelope.canonicalEntry)
            #expect(receipt.index == LeafIndex(UInt64(number) + 1))
            #expect(receipt.leafHash == LogEntry(envelope).leafHash)
            #expect(receipt.isNew && receipt.treeSize.value == UInt64(number) + 2)
            #expect(try verdict(await ledger.bundle(at: receipt.index)) == .verifiedAsShown)
            #expect(try await ledger.index(of: receipt.leafHash) == receipt.index)
            #expect(try await ledger.entry(at: receipt.index) == envelope.canonicalEntry)
        }
        #expect(try await ledger.bundle(at: LeafIndex(6)) == nil)
        #expect(try await ledger.entry(at: LeafIndex(6)) == nil)
        #expect(try await ledger.index(of: .zero) == nil)
    }

    /// Another spelling, or another signature by a key of the member, of a payload on record is the
    /// same submission.
    @Test func recognisesAPayloadOnRecord() async throws {
        let (ledger, _) = try await fixture.openInMemory()
        let envelope = try fixture.envelope(7)
        let first = try await ledger.submit(envelope.canonicalEntry)
        let spaced = [UInt8](" ".utf8) + envelope.canonicalEntry + [UInt8]("\n".utf8)
        let stranger = try Envelope.sign(
            envelope.payload, with: [AttestationFixtures.key("a stranger")])
        for body in [envelope.canonicalEntry, spaced, stranger.canonicalEntry] {
            let again = try await ledger.submit(body)
            #expect(again.index == first.index && again.leafHash == first.leafHash)
            #expect(!again.isNew)
        }
        #expect(await ledger.size == TreeSize(2))
    }

    /// Every kind of submission that the charter does not allow, with its code.
    @Test func refusesResultsOfAProtocolThatIsNotOnRecord() async throws {
        let (ledger, _) = try await fixture.openInMemory()
        let statement = try fixture.statement(2, protocolEntry: SHA256.hash([1]))
        let envelope = try Envelope.sign(
            statement.payload, with: [AttestationFixtures.key("northland attest")])
        do {
            _ = try await ledger.submit(envelope.canonicalEntry)
            Issue.record("taken although its protocol is not on record")
        } catch {
            #expect(error.code == .referenceUnknown)
        }
        #expect(await ledger.size == TreeSize(1))
    }

    @Test func refusesWhatTheCharterDoesNotAllow() async throws {
        let (ledger, store) = try await fixture.openInMemory()
        let good = try fixture.envelope(0)
        let text = String(decoding: good.canonicalEntry, as: UTF8.self)
        let key = try AttestationFixtures.key("northland attest")
        let govern = try AttestationFixtures.key("northland govern")
        let other = try AttestationFixtures.key("southport attest")
        var forged = good.signatures[0].bytes
        forged[10] ^= 1
        let elsewhere = try fixture.statement(1, ledger: LedgerID(.zero))
        let root = try Statement(
            subjects: [Subject(name: "ledger.example/2026", digest: fixture.ledger.digest)],
            predicate: .indexRoot(
                IndexRoot(ledger: fixture.ledger, size: TreeSize(1), root: .zero, keys: 0)))
        let cases: [(Refusal.Code, [UInt8])] = [
            (.malformed, []),
            (.malformed, [UInt8]("{}".utf8)),
            (.malformed, [UInt8](text.dropLast().utf8)),
            (.malformed, [UInt8]((text + text).utf8)),
            (
                .malformed,
                [UInt8](text.replacing("{\"payload\":", with: "{\"x\":1,\"payload\":").utf8)
            ),
            (
                .malformed,
                [UInt8](
                    text.replacing("\"signatures\":[", with: "\"signatures\":[],\"signatures\":[")
                        .utf8)
            ),
            (.malformed, [UInt8](text.replacing("vnd.in-toto+json", with: "json").utf8)),
            (.malformed, try Envelope.sign([UInt8]("{}".utf8), with: [key]).canonicalEntry),
            (.malformed, try Envelope.sign(elsewhere.payload, with: [key]).canonicalEntry),
            (.tooLarge, [UInt8](repeating: UInt8(ascii: " "), count: 200_000)),
            (
                .signatureInvalid,
                try Envelope(
                    payload: good.payload,
                    signatures: [.init(keyID: key.publicKey.keyID, bytes: forged)]
                ).canonicalEntry
            ),
            (
                .signerUnknown,
                try Envelope.sign(good.payload, with: [AttestationFixtures.key("a stranger")])
                    .canonicalEntry
            ),
            (.notEntitled, try Envelope.sign(good.payload, with: [govern]).canonicalEntry),
            (.notEntitled, try Envelope.sign(good.payload, with: [key, other]).canonicalEntry),
            (.notEntitled, try Envelope.sign(root.payload, with: [key]).canonicalEntry),
        ]
        for (position, (code, body)) in cases.enumerated() {
            let end = await outcome { () async throws(Refusal) in try await ledger.submit(body) }
            guard case .failure(let refusal) = end else {
                Issue.record("case \(position) was taken")
                continue
            }
            #expect(refusal.code == code, "case \(position): \(refusal.detail)")
            #expect(!refusal.detail.isEmpty)
        }
        #expect(await store.appendCount == 1)
        #expect(await ledger.submissionsInProgress == 0)
        // The genesis is on record: to submit it again finds it there.
        #expect(try await ledger.submit(fixture.genesis.bytes).index == LeafIndex(0))
        // The ledger's own key may sign index roots.
        let own = try Envelope.sign(root.payload, with: [fixture.entryKey])
        #expect(try await ledger.submit(own.canonicalEntry).isNew)
    }

    /// A second genesis conflicts with the first.
    @Test func refusesASecondGenesis() async throws {
        let (ledger, _) = try await fixture.openInMemory()
        let other = try LedgerFixture(hasWitnesses: true)
        let end = await outcome { () async throws(Refusal) in
            try await ledger.submit(other.genesis.bytes)
        }
        guard case .failure(let refusal) = end else {
            Issue.record("a second genesis was taken")
            return
        }
        #expect(refusal.code == .charterConflict)
    }

    /// Under a charter that asks for witnesses an entry is on record before it is cosigned.
    @Test func saysWhenCosignaturesAreMissing() async throws {
        let fixture = try LedgerFixture(hasWitnesses: true)
        let (ledger, _) = try await fixture.openInMemory()
        let body = try fixture.envelope(0).canonicalEntry
        let expected = Receipt(
            index: LeafIndex(1), leafHash: MerkleTree.leafHash(of: body), isNew: true,
            treeSize: TreeSize(2))
        await #expect(throws: Refusal.noQuorum(expected)) { try await ledger.submit(body) }
        #expect(try await ledger.submit(body, wait: .signed).index == LeafIndex(1))
    }

    /// Keys that are not the charter's do not open the ledger.
    @Test func opensOnlyWithItsKeys() async throws {
        let (_, store) = try await fixture.openInMemory()
        let stranger = try AttestationFixtures.key("a stranger")
        await #expect(throws: LedgerOpenFault.self) {
            try await Ledger(
                store: store, stated: fixture.ledger.digest, checkpointKeys: [stranger],
                entryKey: fixture.entryKey)
        }
        await #expect(
            throws: LedgerOpenFault.keys(.notACheckpointKey(stranger.publicKey.keyID))
        ) {
            try await Ledger(
                store: store, stated: fixture.ledger.digest,
                checkpointKeys: [fixture.checkpointKey, stranger], entryKey: fixture.entryKey)
        }
        await #expect(throws: LedgerOpenFault.keys(.notAnEntryKey(stranger.publicKey.keyID))) {
            try await Ledger(
                store: store, stated: fixture.ledger.digest,
                checkpointKeys: [fixture.checkpointKey], entryKey: stranger)
        }
        await #expect(
            throws: LedgerOpenFault.finding(.otherLedger(stated: .zero, found: fixture.ledger))
        ) {
            try await Ledger(
                store: store, stated: .zero, checkpointKeys: [fixture.checkpointKey],
                entryKey: fixture.entryKey)
        }
    }

    /// Tiles and bundles are there at the widths of signed trees, and at no others.
    @Test func servesTilesOfSignedTrees() async throws {
        let (ledger, store) = try await fixture.openInMemory()
        for number in 0..<4 {
            _ = try await ledger.submit(fixture.envelope(number).canonicalEntry)
        }
        // One step of one entry, and one of all others.
        await store.hold()
        async let load = ledger.submitAll(4..<300, of: fixture)
        while await ledger.submissionsInProgress != 296 { await Task.yield() }
        await store.release()
        #expect(try await load.count == 296)
        let size = await ledger.size
        #expect(size == TreeSize(301))
        var entries: [[UInt8]] = []
        for index in 0..<size.value {
            entries.append(try #require(try await ledger.entry(at: LeafIndex(index))))
        }
        func bundle(_ index: UInt64, _ width: Int) async throws -> [[UInt8]]? {
            let coordinate = try #require(
                TileCoordinate(.entries, index: index, width: width))
            return try await ledger.tile(coordinate).map {
                try EntryBundle(bytes: $0, width: width).entries
            }
        }
        func tile(_ level: Int, _ index: UInt64, _ width: Int) async throws -> [Digest]? {
            let coordinate = try #require(
                TileCoordinate(.hashes(level: level), index: index, width: width))
            return try await ledger.tile(coordinate).map {
                try HashTile(bytes: $0, width: width).hashes
            }
        }
        let hashes = entries.map { MerkleTree.leafHash(of: $0) }
        #expect(try await bundle(0, 256) == Array(entries[..<256]))
        #expect(try await bundle(0, 3) == Array(entries[..<3]))
        #expect(try await bundle(1, 45) == Array(entries[256...]))
        #expect(try await tile(0, 0, 256) == Array(hashes[..<256]))
        #expect(try await tile(0, 0, 2) == Array(hashes[..<2]))
        #expect(try await tile(0, 1, 45) == Array(hashes[256...]))
        #expect(try await tile(1, 0, 1) == [ReferenceTree.root(hashes[..<256])])
        #expect(try await bundle(1, 46) == nil)
        #expect(try await bundle(1, 256) == nil)
        #expect(try await tile(0, 2, 1) == nil)
        #expect(try await tile(1, 0, 2) == nil)
        #expect(try await tile(2, 0, 1) == nil)
        #expect(try await tile(63, 0, 1) == nil)
        #expect(try await tile(0, UInt64.max, 256) == nil)
        var signedWidths: [Int] = []
        for width in 1...256 where try await bundle(0, width) != nil {
            signedWidths.append(width)
        }
        #expect(signedWidths == [1, 2, 3, 4, 5, 6, 256])
        #expect(try verdict(await ledger.bundle(at: LeafIndex(300))) == .verifiedAsShown)
        #expect(try verdict(await ledger.bundle(at: LeafIndex(17))) == .verifiedAsShown)
    }
}
