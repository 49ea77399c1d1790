import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct SequencerFaultTests {
    /// After a fault of unknown outcome the log takes nothing more; a new start finds either all
    /// of the step or nothing of it, and the same submissions then get one index each.
    @Test(arguments: [MemoryLogStore.Fault.writeLost, .answerLost])
    func stopsWhenItIsUnknownWhatIsStored(fault: MemoryLogStore.Fault) async throws {
        let world = try await SequencerWorld()
        _ = try await world.submit("before|good")
        await world.store.hold()
        await world.store.fail([fault])
        async let leading = outcome { () async throws(Refusal) in
            try await world.submit("leading|good")
        }
        await world.untilInProgress(1)
        async let waiting = outcome { () async throws(Refusal) in
            try await world.submit("waiting|good")
        }
        await world.untilInProgress(2)
        await world.store.release()
        for end in [await leading, await waiting] {
            #expect(throws: Refusal.self) { try end.get() }
            if case .failure(let refusal) = end { #expect(refusal.code == .storageUnavailable) }
        }
        await #expect(throws: Refusal.self) { try await world.submit("later|good") }
        #expect(await world.sequencer.published.size == TreeSize(2))
        var causes: [StopCause] = []
        for await cause in world.sequencer.stops { causes.append(cause) }
        #expect(causes.count == 1)

        let again = try await SequencerWorld(over: world.store)
        let survived = fault == .answerLost
        let leadingAgain = try await again.submit("leading|good")
        #expect(leadingAgain.index == LeafIndex(2))
        #expect(leadingAgain.isNew != survived)
        #expect(try await again.submit("waiting|good").index == LeafIndex(3))
        #expect(try await again.submit("before|good").isNew == false)
        try await again.expectConsistentStore()
    }

    /// A clean lack of room refuses the step that met it, and the log goes on.
    @Test func goesOnAfterACleanLackOfRoom() async throws {
        let world = try await SequencerWorld()
        await world.store.hold()
        await world.store.fail([.full])
        async let leading = outcome { () async throws(Refusal) in
            try await world.submit("leading|good")
        }
        await world.untilInProgress(1)
        async let waiting = world.submit("waiting|good")
        await world.untilInProgress(2)
        await world.store.release()
        #expect(await leading == .failure(.storageFull))
        #expect(try await waiting.index == LeafIndex(1))
        #expect(try await world.submit("leading|good").index == LeafIndex(2))
        #expect(await world.sequencer.stopCause == nil)
        try await world.expectConsistentStore()
    }

    /// Nothing is signed over a store whose tree is not the one that was signed last.
    @Test func signsNothingOverAnotherTree() async throws {
        let world = try await SequencerWorld()
        let old = try #require(await world.store.treeHead())
        _ = try await world.submit("one|good")
        let last = try #require(await world.store.treeHead())
        await world.store.replaceTreeHead(old)
        await #expect(throws: Refusal.self) { try await world.submit("two|good") }
        #expect(world.signed.all == [last])
        #expect(
            await world.sequencer.stopCause == .headMoved(signed: last, stored: old))
    }

    /// A key that fails to sign stops the log before anything is written.
    @Test func stopsWhenItCannotSign() async throws {
        let store = MemoryLogStore()
        var log = GrowingLog()
        try await store.append(log.grow(by: 1))
        let fault = SigningFault(reason: "the key is gone")
        var edge = TreeEdge()
        edge.append(log.entries[0].leafHash)
        let sequencer = Sequencer(
            rules: MarkedRules(), edge: edge,
            published: try #require(await store.latestCheckpoint()), store: store
        ) { _ throws(SigningFault) in throw fault }
        await #expect(throws: StopCause.signing(fault).refusal) {
            try await sequencer.submit(MarkedRules.read([UInt8]("one|good".utf8)))
        }
        #expect(await store.appendCount == 1)
    }

    /// Faults at random places under concurrent load never give a payload two indexes, never lose
    /// what was acknowledged, and never leave a tree that was not signed.
    @Test(arguments: 0..<20)
    func survivesFaultsUnderLoad(seed: Int) async throws {
        let store = MemoryLogStore()
        var log = GrowingLog()
        try await store.append(log.grow(by: 1))
        var acknowledged: [Int: LeafIndex] = [:]
        for start in 0..<6 {
            let world = try await SequencerWorld(over: store)
            let fault = MemoryLogStore.Fault.allCases[(seed + start) % 3]
            async let load = submitAll(world, 40 * start..<40 * start + 60)
            for _ in 0..<(seed * 7 + start * 3) % 20 { await Task.yield() }
            await store.fail([fault])
            for (payload, index) in await load {
                if let known = acknowledged[payload] { #expect(known == index) }
                acknowledged[payload] = index
            }
            try await world.expectConsistentStore()
        }
        #expect(acknowledged.count >= 60)
        for (payload, index) in acknowledged {
            let stored = await store.entries(index.value..<index.value + 1)
            #expect(stored == [[UInt8]("payload \(payload)|good".utf8)])
        }
    }

    private func submitAll(
        _ world: SequencerWorld, _ payloads: Range<Int>
    ) async -> [(Int, LeafIndex)] {
        await withTaskGroup(of: (Int, LeafIndex)?.self) { group in
            for payload in payloads {
                group.addTask {
                    let end = await outcome { () async throws(Refusal) in
                        try await world.submit("payload \(payload)|good")
                    }
                    guard case .success(let receipt) = end else { return nil }
                    return (payload, receipt.index)
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
    }
}
