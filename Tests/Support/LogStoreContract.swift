import AssayCrypto
package import AssayLog
import AssayTLog
import Testing

/// The behaviour that every ``LogStore`` must show; each store's own suite calls it with a way to
/// make a store that holds one first step.
package func expectLogStoreContract<Store: LogStore>(
    _ make: (AppendBatch) async throws -> Store
) async throws {
    var log = GrowingLog()
    let first = log.grow(by: 1, changesState: true)
    let store = try await make(first)
    #expect(try await store.treeHead() == first.next)
    #expect(try await store.latestCheckpoint()?.note == first.checkpoint)

    let second = log.grow(by: 3)
    try await store.append(second)
    #expect(try await store.treeHead() == second.next)
    await expectRefusedSteps(store, stale: second)

    // Over the edge of a tile, so that one tile becomes full and a level begins.
    try await store.append(log.grow(by: 300, changesState: true))
    try await store.append(log.grow(by: 1))
    try await expectContents(store, log)
    try await expectCheckpoints(store)
    try await expectCosigning(store, log.grow(by: 1))
    try await expectLookups(store, log)
}

/// A step that does not start from the stored tree head changes nothing.
private func expectRefusedSteps(_ store: some LogStore, stale: AppendBatch) async {
    await #expect(throws: StoreFault.conflict(expected: stale.previous, stored: stale.next)) {
        try await store.append(stale)
    }
    var other = GrowingLog()
    let beginning = other.grow(by: 7)
    await #expect(throws: StoreFault.conflict(expected: nil, stored: stale.next)) {
        try await store.append(beginning)
    }
    // The same size with another root is another tree.
    let forged = AppendBatch(
        previous: TreeHead(size: stale.next.size, root: MerkleTree.emptyRoot), next: stale.next,
        entries: [], tiles: [], checkpoint: [])
    await #expect(throws: StoreFault.conflict(expected: forged.previous, stored: stale.next)) {
        try await store.append(forged)
    }
}

private func expectContents(_ store: some LogStore, _ log: GrowingLog) async throws {
    let entries = log.entries.map(\.bytes)
    #expect(entries.count == 305)
    #expect(try await store.entries(0..<305) == entries)
    #expect(try await store.entries(250..<260) == Array(entries[250..<260]))
    #expect(try await store.entries(300..<400) == Array(entries[300...]))
    #expect(try await store.entries(305..<400) == [])

    let hashes = log.entries.map(\.leafHash)
    let tiles = try await store.tiles([
        TilePosition(level: 0, index: 0), TilePosition(level: 0, index: 1),
        TilePosition(level: 1, index: 0), TilePosition(level: 0, index: 2),
        TilePosition(level: 2, index: 0),
    ])
    #expect(tiles[0] == Array(hashes[..<256]))
    #expect(tiles[1] == Array(hashes[256...]))
    #expect(tiles[2] == [ReferenceTree.root(hashes[..<256])])
    #expect(tiles[3] == nil && tiles[4] == nil && tiles.count == 5)
    #expect(log.head?.root == ReferenceTree.root(hashes[...]))

    let size = TreeSize(305)
    let edge = TreeEdge(
        size: size, tiles: try await store.tiles(TreeEdge.positions(for: size)))
    #expect(edge?.head == log.head)
}

private func expectCheckpoints(_ store: some LogStore) async throws {
    #expect(
        try await store.checkpoint(of: TreeSize(4))?.note == [UInt8]("checkpoint of 4\n".utf8))
    #expect(try await store.checkpoint(of: TreeSize(5)) == nil)
    #expect(try await store.latestCheckpoint()?.size == TreeSize(305))
    let sizes = try await store.checkpoints(above: TreeSize(1), limit: 2).map(\.size.value)
    #expect(sizes == [4, 304])
    #expect(try await store.checkpoints(above: TreeSize(305), limit: 2) == [])
    let before = try await store.checkpoints(below: TreeSize(305), limit: 2).map(\.size.value)
    #expect(before == [304, 4])
    #expect(try await store.checkpoints(below: nil, limit: 1).map(\.size.value) == [305])
    #expect(try await store.checkpoints(below: TreeSize(1), limit: 1) == [])
}

/// A note may get more lines, and no other text.
private func expectCosigning(_ store: some LogStore, _ step: AppendBatch) async throws {
    let signer = try NoteFixtures.signer("log.example", .ed25519)
    let witness = try NoteFixtures.signer("witness.example", .ed25519Cosignature)
    let checkpoint = try NoteFixtures.checkpoint("log.example", size: step.next.size.value)
    let time = try #require(UnixSeconds(1_790_000_000))
    let line = try signer.sign(checkpoint, at: .unstated)
    let signed = try SignedNote(text: checkpoint.noteText, signatures: [line])
    let cosigned = try SignedNote(
        text: checkpoint.noteText, signatures: [line, witness.sign(checkpoint, at: time)])
    try await store.append(
        AppendBatch(
            previous: step.previous, next: step.next, entries: step.entries, tiles: step.tiles,
            checkpoint: signed.bytes))
    let other = try NoteFixtures.checkpoint("log.example", size: step.next.size.value + 1)
    let stored = StoredCheckpoint(size: step.next.size, note: cosigned.bytes)
    for (size, note) in [
        (step.next.size, try SignedNote(text: other.noteText, signatures: [line]).bytes),
        (TreeSize(step.next.size.value + 1), cosigned.bytes),
        (TreeSize(4), cosigned.bytes),
    ] {
        // The good one beside it is not written either.
        await #expect(throws: StoreFault.damaged(.checkpoint(size.value))) {
            try await store.cosign([stored, StoredCheckpoint(size: size, note: note)])
        }
    }
    #expect(try await store.checkpoint(of: step.next.size)?.note == signed.bytes)
    try await store.cosign([stored])
    #expect(try await store.latestCheckpoint() == stored)
    #expect(try await store.treeHead() == step.next)
}

private func expectLookups(_ store: some LogStore, _ log: GrowingLog) async throws {
    let absent = SHA256.hash([])
    let candidates = try await store.candidates(payloads: [log.entries[17].payload, absent])
    #expect(candidates.count == 2)
    #expect(candidates.first?.contains(LeafIndex(17)) == true)
    #expect(candidates.last == [])
    let byHash = try await store.candidates(leafHashes: [absent, log.entries[303].leafHash])
    #expect(byHash.count == 2)
    #expect(byHash.first == [])
    #expect(byHash.last?.contains(LeafIndex(303)) == true)
    #expect(try await store.stateEntries(below: TreeSize(305)) == [LeafIndex(0), LeafIndex(4)])
    #expect(try await store.stateEntries(below: TreeSize(4)) == [LeafIndex(0)])
    #expect(
        try await store.counts()
            == StoredCounts(entries: 306, tiles: 3, checkpoints: 5, stateEntries: 2))
}
