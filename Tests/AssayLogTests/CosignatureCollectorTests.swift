import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

/// Whom a log asks for cosignatures, and what it publishes, whatever witnesses do.
@Suite struct CosignatureCollectorTests {
    typealias Behaviour = CosigningWorld.Behaviour
    private static let prompt = Behaviour.honest(.milliseconds(4))

    private func world(_ last: Behaviour, seed: UInt64 = 1) throws -> CosigningWorld {
        try CosigningWorld(
            [Self.prompt, Self.prompt, .honest(.milliseconds(9)), Self.prompt, last], seed: seed)
    }

    /// What the quorum needs is published at once, and what comes later is added.
    @Test func publishesAtTheQuorumAndAddsLateCosignatures() throws {
        let world = try CosigningWorld([
            Self.prompt, Self.prompt, .honest(.seconds(1)), Self.prompt, .honest(.seconds(2)),
        ])
        world.run(for: .milliseconds(10))
        #expect(world.publishedSize == 1)
        #expect(world.cosigners == ["w1", "w2", "w4"])
        world.run(for: .seconds(3))
        #expect(world.cosigners == ["w1", "w2", "w3", "w4", "w5"])
        #expect(world.published.count == 1)
        #expect(world.asked == [1, 1, 1, 1, 1])
        #expect(world.collector.wakeAt == nil)
        try world.expectGoodNotes()
    }

    /// A round covers everything since the last, and the log never waits for it.
    @Test func aRoundCoversWhatWasSignedMeanwhile() throws {
        let world = try world(Self.prompt)
        try world.sign(300, every: .milliseconds(1))
        world.run(for: .seconds(1))
        #expect(world.publishedSize == 301)
        // A round takes 4 ms and a save 2: so many fit into 300 ms.
        #expect((45...78).contains(world.published.count))
        #expect(world.published.allSatisfy { $0.lag < .milliseconds(13) })
        #expect(world.cosigners.count == 5)
        try world.expectGoodNotes()
    }

    /// A witness that takes seconds delays nobody, and cosigns what it can.
    @Test(arguments: [Behaviour.honest(.seconds(3)), .silent, .dead, .flapping])
    func aSlowWitnessDelaysNobody(last: Behaviour) throws {
        let world = try world(last)
        try world.sign(300, every: .milliseconds(5))
        #expect(world.published.count > 140)
        #expect(world.published.allSatisfy { $0.lag < .milliseconds(20) })
        world.behaviours[4] = Self.prompt
        world.run(for: .seconds(70))
        #expect(world.publishedSize == 301)
        #expect(world.cosigners.count == 5, "the late one has been heard")
        try world.expectGoodNotes()
    }

    /// Nothing that a hostile witness answers is stored or delays the others; each is named, and
    /// left alone longer and longer.
    @Test(arguments: [
        Behaviour.forging, .borrowing, .garbage, .early, .conflicting, .boasting, .denying, .dead,
        .silent,
    ])
    func aHostileWitnessSpoilsNothing(last: Behaviour) throws {
        let world = try world(last)
        try world.sign(60, every: .milliseconds(4))
        world.run(for: .seconds(600))
        #expect(world.publishedSize == 61)
        #expect(world.published.allSatisfy { $0.lag < .milliseconds(20) })
        #expect(world.published.allSatisfy { !$0.checkpoint.cosigners.contains("w5") })
        try world.expectGoodNotes()
        #expect(world.problems.allSatisfy { $0.names == ["w5"] })
        #expect(!world.problems.isEmpty)
        // Pauses grow to half a minute; a witness that conflicts may be asked thrice in a row.
        #expect((10...160).contains(world.asked[4]), "asked \(world.asked[4]) times")
        if [.boasting, .denying].contains(last) { #expect(world.inspections.contains(4)) }
    }

    /// A forged line beside a good one of the same witness counts for nothing, and against nobody.
    @Test func readsEachLineByItself() throws {
        let world = try world(Self.prompt)
        let witness = world.state.policy.witnesses[0]
        let signer = try NoteFixtures.signer("witness.example/w1", .ed25519Cosignature)
        let other = try NoteFixtures.signer("witness.example/w2", .ed25519Cosignature)
        let time = try #require(UnixSeconds(CosigningWorld.time))
        let checkpoint = Checkpoint(
            origin: world.state.charter.origin, head: CosigningWorld.head(7))
        let wrong = Checkpoint(origin: checkpoint.origin, head: CosigningWorld.head(8))
        let good = try signer.sign(checkpoint, at: time)
        let lines = try [
            signer.sign(wrong, at: time), other.sign(checkpoint, at: time), good, good,
        ]
        let check = CosignatureCheck([witness])
        func outcome(_ lines: [NoteSignature]) -> CosignatureCheck.Outcome {
            check.outcome(
                of: lines.flatMap { $0.line + [0x0a] }, on: checkpoint, at: time)
        }
        let found = outcome(lines)
        #expect(found.lines == ["w1": good])
        #expect(found.faults.count == 2 && found.faults[1] == .unknownKey)
        for (seconds, isGood) in [
            (0, true), (299, true), (301, false), (-86_399, true), (-86_401, false),
        ] {
            let then = try #require(UnixSeconds(UInt64(Int64(time.value) + Int64(seconds))))
            let line = try signer.sign(checkpoint, at: then)
            #expect(outcome([line]).faults == (isGood ? [] : [.absurdTime(then)]))
        }
        let flood = Array(repeating: UInt8(ascii: "\n"), count: 32_000) + good.line + [0x0a]
        let flooded = check.outcome(of: flood, on: checkpoint, at: time)
        #expect(flooded.lines == ["w1": good])
        #expect(flooded.faults == Array(repeating: .malformed, count: 8), "each is told of")
        #expect(check.outcome(of: good.line, on: checkpoint, at: time).faults == [.malformed])
        #expect(check.outcome(of: [], on: checkpoint, at: time).faults == [.malformed])
    }

    /// An address of two witnesses that signs with one key of them is asked once for each
    /// checkpoint, and does not keep a round from ending.
    @Test func asksOnceAnAddressThatSignsForHalf() throws {
        let world = try world(Self.prompt)
        let witnesses = world.state.policy.witnesses
        let signer = try NoteFixtures.signer("witness.example/w1", .ed25519Cosignature)
        let time = try #require(UnixSeconds(CosigningWorld.time))
        var collector = CosignatureCollector(
            state: world.state, newest: world.collector.newest, published: nil,
            places: [[witnesses[0], witnesses[1]]], random: SeededGenerator(seed: 1))
        var asked: [TreeSize] = []
        for look in 0..<100 {
            let now = Duration.milliseconds(10 * look)
            if look == 50 {
                try world.sign()
                collector.signed(world.collector.newest)
            }
            for case .ask(let request) in collector.next(at: now) {
                asked.append(request.checkpoint.head.size)
                let line = try signer.sign(request.checkpoint.checkpoint, at: time)
                let result = collector.answered(
                    request, .cosigned(line.line + [0x0a]), at: now, time: time)
                #expect(result?.cosigned == ["w1"])
            }
        }
        #expect(asked == [TreeSize(1), TreeSize(2)])
    }

    /// Below the quorum nothing is published; once enough are back, one round covers all.
    @Test func goesOnWhenTheQuorumIsBack() throws {
        let world = try CosigningWorld([Self.prompt, Self.prompt, Self.prompt, .dead, .silent])
        try world.sign(100, every: .milliseconds(10))
        world.run(for: .seconds(200))
        #expect(world.published.isEmpty && world.stored.isEmpty)
        #expect(!world.collector.canMeetQuorum)
        world.behaviours[3] = Self.prompt
        world.run(for: .seconds(40))
        #expect(world.publishedSize == 101)
        #expect(world.published.count == 1)
        #expect(world.collector.canMeetQuorum)
        #expect(world.cosigners == ["w1", "w2", "w3", "w4"])
        try world.expectGoodNotes()
    }

    /// After a crash between the cosignatures and their storing, they are given again; a witness
    /// that somebody else has taken further is caught up with.
    @Test func takesUpWhereWitnessesStand() throws {
        let world = try CosigningWorld([.dead, Self.prompt, Self.prompt, Self.prompt, Self.prompt])
        world.hasRoom = false
        try world.sign(10, every: .milliseconds(10))
        #expect(world.published.isEmpty)
        try world.restart()
        world.hasRoom = true
        world.run(for: .seconds(5))
        #expect(world.publishedSize == 11)
        try world.sign(5, every: .zero)
        world.cosigned[1] = TreeSize(14)
        world.cosigned[3] = TreeSize(16)
        world.run(for: .seconds(5))
        #expect(world.publishedSize == 16)
        #expect(world.cosigners == ["w2", "w3", "w4", "w5"])
        #expect(world.problems.allSatisfy { $0.names == ["w1"] })
    }

    /// Without room for cosignatures nothing is published, and with room everything is.
    @Test func triesAgainToStore() throws {
        let world = try world(Self.prompt)
        world.run(for: .seconds(1))
        world.hasRoom = false
        try world.sign(3, every: .milliseconds(50))
        world.run(for: .seconds(5))
        #expect(world.publishedSize == 1)
        world.hasRoom = true
        world.run(for: .seconds(2))
        #expect(world.publishedSize == 4)
        #expect(world.cosigners.count == 5)
    }

    /// Without a quorum what is signed is published, and cosignatures are added all the same.
    @Test func collectsWithoutAQuorum() throws {
        let world = try CosigningWorld([Self.prompt, .dead], rule: "quorum none\n")
        try world.sign(20, every: .milliseconds(1))
        #expect(world.collector.published?.head.size == TreeSize(21))
        world.run(for: .seconds(1))
        #expect(world.publishedSize == 21)
        #expect(world.cosigners == ["w1"])
        try world.expectGoodNotes()
    }

    /// Whatever the witnesses do, in any order: while a quorum of them is honest, all is published.
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func honestQuorumsPublishEverything(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let others: [Behaviour] = [
            .dead, .silent, .forging, .borrowing, .garbage, .early, .conflicting, .boasting,
            .denying, .flapping, .honest(.seconds(4)),
        ]
        func other() -> Behaviour { others[Int(random.next() % UInt64(others.count))] }
        let world = try CosigningWorld([Self.prompt, Self.prompt, other(), Self.prompt, other()])
        for _ in 0..<25 {
            try world.sign(Int(random.next() % 5), every: .milliseconds(Int(random.next() % 30)))
            if random.next().isMultiple(of: 5) { world.behaviours[2] = other() }
            if random.next().isMultiple(of: 5) { world.behaviours[4] = other() }
            if random.next().isMultiple(of: 20) { try world.restart() }
        }
        world.run(for: .seconds(1))
        #expect(world.publishedSize == world.collector.newest.head.size.value)
        try world.expectGoodNotes()
    }
}
