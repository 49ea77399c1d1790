import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct SequencerTests {
    /// Many submitters of same and different payloads: each payload stands on record once, at the
    /// index that every one of its submitters was told, and all is provable.
    @Test func givesEachPayloadOneIndex() async throws {
        let world = try await SequencerWorld()
        let receipts = try await withThrowingTaskGroup(of: (Int, Receipt).self) { group in
            for number in 0..<900 {
                group.addTask {
                    let payload = number % 300
                    return (payload, try await world.submit("payload \(payload)|good"))
                }
            }
            return try await group.reduce(into: [Int: [Receipt]]()) {
                $0[$1.0, default: []] += [$1.1]
            }
        }
        #expect(receipts.count == 300)
        var wrong: [Int] = []
        for (payload, given) in receipts {
            let stored = await world.store.entries(given[0].index.value..<given[0].index.value + 1)
            let isRight =
                given.count == 3 && Set(given.map(\.index)).count == 1
                && given.count(where: \.isNew) == 1
                && stored == [[UInt8]("payload \(payload)|good".utf8)]
                && given.allSatisfy { $0.treeSize.value > $0.index.value }
            if !isRight { wrong.append(payload) }
        }
        #expect(wrong == [])
        #expect(await world.store.treeHead()?.size == TreeSize(301))
        try await world.expectConsistentStore()
    }

    /// What gathers while a step is being written becomes one next step.
    @Test func commitsWhatGatheredTogether() async throws {
        let world = try await SequencerWorld()
        await world.store.hold()
        try await withThrowingTaskGroup(of: Receipt.self) { group in
            group.addTask { try await world.submit("first|good") }
            await world.untilInProgress(1)
            for number in 0..<50 {
                group.addTask { try await world.submit("later \(number)|good") }
            }
            await world.untilInProgress(51)
            // Nothing that was signed is shown before it is durable.
            #expect(await world.sequencer.published.size == TreeSize(1))
            await world.store.release()
            try await group.waitForAll()
        }
        #expect(await world.store.appendCount == 3)
        #expect(world.signed.all.map(\.size.value) == [2, 52])
        #expect(await world.sequencer.published.size == TreeSize(52))
        try await world.expectConsistentStore()
    }

    /// An entry that was judged before a revocation cannot land after it.
    @Test func judgesAgainAtTheIndex() async throws {
        let world = try await SequencerWorld()
        await world.store.hold()
        async let first = world.submit("first|good")
        await world.untilInProgress(1)
        async let amendment = world.submit("amendment|amend")
        await world.untilInProgress(2)
        async let late = outcome { () async throws(Refusal) in
            try await world.submit("late|old")
        }
        await world.untilInProgress(3)
        async let other = world.submit("other|good")
        await world.untilInProgress(4)
        await world.store.release()
        #expect(try await first.index == LeafIndex(1))
        #expect(try await amendment.index == LeafIndex(2))
        #expect(await late == .failure(.keyNotInForce("the state has changed")))
        // The step ended with the amendment, so a checkpoint covers it and nothing later.
        #expect(try await amendment.treeSize == TreeSize(3))
        #expect(try await other.treeSize == TreeSize(4))
        #expect(await world.store.checkpoint(of: TreeSize(3)) != nil)
        #expect(await world.store.stateEntries(below: TreeSize(4)) == [LeafIndex(0), LeafIndex(2)])
        #expect(await world.sequencer.rules.changes == 1)
        try await world.expectConsistentStore()
    }

    /// A state change in the middle of a step judges what follows in the same step.
    @Test func judgesByTheStateAtEachIndexOfAStep() async throws {
        let world = try await SequencerWorld()
        await world.store.hold()
        async let first = world.submit("first|good")
        await world.untilInProgress(1)
        async let before = world.submit("before|old")
        await world.untilInProgress(2)
        async let change = world.submit("change|change")
        await world.untilInProgress(3)
        async let after = outcome { () async throws(Refusal) in
            try await world.submit("after|old")
        }
        await world.untilInProgress(4)
        await world.store.release()
        _ = try await (first, before, change)
        #expect(await after == .failure(.keyNotInForce("the state has changed")))
        #expect(await world.store.appendCount == 3)
    }

    /// Another envelope with the same payload does not spoil a good one.
    @Test func judgesEachEnvelopeOfAPayload() async throws {
        let world = try await SequencerWorld()
        for round in 0..<50 {
            async let bad = outcome { () async throws(Refusal) in
                try await world.submit("payload \(round)|bad")
            }
            async let good = world.submit("payload \(round)|good")
            #expect(try await good.index == LeafIndex(UInt64(round) + 1))
            switch await bad {
            case .success(let receipt): #expect(!receipt.isNew)
            case .failure(let refusal): #expect(refusal.code == .signatureInvalid)
            }
        }
        // Once on record, a payload needs no judgement.
        let receipt = try await world.submit("payload 7|bad")
        #expect(receipt.index == LeafIndex(8) && !receipt.isNew)
        #expect(receipt.treeSize == TreeSize(51))
    }

    @Test func refusesMoreThanItsQueueHolds() async throws {
        var limits = SequencerLimits()
        limits.submissionsMax = 3
        let world = try await SequencerWorld(limits: limits)
        await world.store.hold()
        try await withThrowingTaskGroup(of: Receipt.self) { group in
            for number in 0..<3 {
                group.addTask { try await world.submit("\(number)|good") }
            }
            await world.untilInProgress(3)
            await #expect(throws: Refusal.queueFull) { try await world.submit("one more|good") }
            await world.store.release()
            try await group.waitForAll()
        }
        #expect(try await world.submit("one more|good").isNew)
    }

    @Test func boundsTheBytesThatWait() async throws {
        var limits = SequencerLimits()
        limits.waitingBytesMax = 20
        let world = try await SequencerWorld(limits: limits)
        await #expect(throws: Refusal.queueFull) {
            try await world.submit("far more than twenty bytes|good")
        }
        #expect(try await world.submit("short|good").index == LeafIndex(1))
        #expect(await world.sequencer.submissionsInProgress == 0)
    }

    @Test func bytesAndCountBoundAStep() async throws {
        var limits = SequencerLimits()
        limits.batchEntriesMax = 4
        limits.batchBytesMax = 24
        let world = try await SequencerWorld(limits: limits)
        await world.store.hold()
        try await withThrowingTaskGroup(of: Receipt.self) { group in
            for number in 0..<9 {
                group.addTask { try await world.submit("\(number)|good") }
                await world.untilInProgress(number + 1)
            }
            group.addTask { try await world.submit("longer than twenty-four bytes|good") }
            await world.untilInProgress(10)
            await world.store.release()
            try await group.waitForAll()
        }
        #expect(world.signed.all.map(\.size.value) == [2, 6, 10, 11])
    }

    /// What was accepted before a shutdown is written, and nothing after it.
    @Test func finishesWhatItAcceptedBeforeShutdown() async throws {
        let world = try await SequencerWorld()
        await world.store.hold()
        async let first = world.submit("first|good")
        await world.untilInProgress(1)
        async let second = world.submit("second|good")
        await world.untilInProgress(2)
        await world.sequencer.shutDown()
        let refused = await outcome { () async throws(Refusal) in
            try await world.submit("third|good")
        }
        #expect(refused == .failure(StopCause.shutDown.refusal))
        await world.store.release()
        #expect(try await first.index == LeafIndex(1))
        #expect(try await second.index == LeafIndex(2))
    }
}
