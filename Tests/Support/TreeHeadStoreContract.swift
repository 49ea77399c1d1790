import AssayCrypto
import AssayTLog
package import AssayWitness
import Testing

/// The behaviour that every ``TreeHeadStore`` must show; each store's own suite calls it with an
/// empty one.
package func expectTreeHeadStoreContract(_ store: some TreeHeadStore) async throws {
    let origin = try #require(Origin("log.example/1"))
    let other = try #require(Origin("log.example/2"))
    let keys = try [1, 2].map {
        try NoteFixtures.signer("log.example/\($0)", .ed25519).verifierKey
    }
    let log = try #require(WitnessedLog(origin: origin, keys: [keys[0]]))
    #expect(try await store.record(of: origin) == nil)
    #expect(try await store.record(ofHash: log.originHash) == nil)
    let one = cosigned(size: 1, "first")
    await #expect(throws: TreeHeadFault.unknownLog) {
        try await store.advance(origin, from: nil, to: one)
    }
    #expect(try await store.put(log))
    #expect(try await store.record(of: origin) == LogRecord(log: log, latest: nil))
    #expect(try await store.record(ofHash: log.originHash) == LogRecord(log: log, latest: nil))

    try await store.advance(origin, from: nil, to: one)
    #expect(try await store.record(of: origin)?.latest == one)
    // The largest size, and the same size with a fresh note.
    let largest = cosigned(size: .max, "largest")
    try await store.advance(origin, from: one.head, to: largest)
    let again = CosignedCheckpoint(head: largest.head, note: Array("again".utf8))
    try await store.advance(origin, from: largest.head, to: again)
    #expect(try await store.record(ofHash: log.originHash)?.latest == again)
    for stale in [nil, one.head, TreeHead(size: largest.head.size, root: one.head.root)] {
        await #expect(throws: TreeHeadFault.moved) {
            try await store.advance(origin, from: stale, to: one)
        }
    }
    #expect(try await store.record(of: origin)?.latest == again)

    // New keys leave what was cosigned alone; another log has its own.
    let rekeyed = try #require(WitnessedLog(origin: origin, keys: keys))
    #expect(try await store.put(rekeyed) == false)
    #expect(try await store.record(of: origin) == LogRecord(log: rekeyed, latest: again))
    let second = try #require(WitnessedLog(origin: other, keys: [keys[1]]))
    #expect(try await store.put(second))
    #expect(try await store.record(of: other)?.latest == nil)
    try await expectEvidence(store, origin, other)
    try await expectReplay(store, rekeyed)
}

private func expectEvidence(
    _ store: some TreeHeadStore, _ origin: Origin, _ other: Origin
) async throws {
    let time = try #require(UnixSeconds(1_790_000_000))
    let fork = WitnessEvidence(kind: .otherRoot, note: Array("fork".utf8))
    try await store.keep(fork, of: origin, at: time)
    try await store.keep(fork, of: origin, at: time)
    for number in 0..<WitnessEvidence.keptPerKindMax + 5 {
        try await store.keep(
            WitnessEvidence(kind: .unproven, note: Array("\(number)".utf8)), of: origin, at: time)
    }
    let kept = try await store.evidence(of: origin)
    #expect(kept.count == 1 + WitnessEvidence.keptPerKindMax)
    #expect(kept.first == fork)
    #expect(kept.last?.note == Array("\(WitnessEvidence.keptPerKindMax - 1)".utf8))
    #expect(try await store.evidence(of: other) == [])

    for number in 0..<WitnessEvidence.proofsMax + 2 {
        for _ in 0..<2 {
            try await store.keep(proof: Array("proof \(number)".utf8), of: origin, at: time)
        }
    }
    let proofs = try await store.proofs(of: origin)
    #expect(proofs.count == WitnessEvidence.proofsMax)
    #expect(proofs.first == Array("proof 0".utf8))
    #expect(try await store.proofs(of: other) == [])
}

/// A log may be replayed from some day on, as one ledger for good.
package func expectReplay(_ store: some TreeHeadStore, _ log: WitnessedLog) async throws {
    func replayed(_ ledger: UInt8?, _ url: Text) throws -> WitnessedLog {
        try #require(
            WitnessedLog(
                origin: log.origin, keys: log.keys,
                replay: ledger.map { ReplayedLog(ledger: SHA256.hash([$0]), url: url) }))
    }
    let latest = try await store.record(of: log.origin)?.latest
    for (ledger, url) in [(nil, ""), (1, "http://a"), (1, "http://b")] as [(UInt8?, Text)] {
        let next = try replayed(ledger, url)
        #expect(try await store.put(next) == false)
        #expect(
            try await store.record(of: log.origin) == LogRecord(log: next, latest: latest))
    }
    for ledger in [nil, 2] as [UInt8?] {
        let next = try replayed(ledger, "http://c")
        await #expect(throws: TreeHeadFault.replayChanged) { try await store.put(next) }
    }
    #expect(
        try await store.record(of: log.origin)?.log == replayed(1, "http://b"))
}

private func cosigned(size: UInt64, _ note: String) -> CosignedCheckpoint {
    CosignedCheckpoint(
        head: TreeHead(size: TreeSize(size), root: MerkleTree.leafHash(of: size.bigEndianBytes)),
        note: Array(note.utf8))
}
