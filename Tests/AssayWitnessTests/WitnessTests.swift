import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayWitness
import Testing

@Suite struct WitnessTests {
    @Test func memoryStoreKeepsTheContract() async throws {
        try await expectTreeHeadStoreContract(MemoryTreeHeadStore())
    }

    /// A cosignature covers the submitted text at the time of the clock, and the record shows it.
    @Test func cosignsWhatExtendsTheRecord() async throws {
        let world = try WitnessWorld()
        let store = MemoryTreeHeadStore()
        let witness = try await world.witness(store)
        var from = 0
        for size in [0, 1, 1, 5, 8, 64] {
            let body = try world.request(from, size)
            let lines = try await witness.addCheckpoint(body)
            #expect(lines.count == world.signers.count)
            let request = try AddCheckpointRequest(bytes: body)
            for (line, signer) in zip(lines, world.signers) {
                let cosignature = try #require(try Cosignature(line, by: signer.verifierKey))
                #expect(cosignature.timestamp.value == WitnessWorld.time)
                try cosignature.verify(over: request.checkpoint)
            }
            let shown = try #require(
                try await witness.checkpoint(ofHash: world.log.originHash))
            let opened = try SignedNote(bytes: shown).open(
                with: world.log.keys + world.signers.map(\.verifierKey))
            #expect(opened.verified.count == 1 + world.signers.count)
            #expect(opened.note.text == request.note.text)
            from = size
        }
    }

    /// What does not fit is refused in the order of the protocol, recorded nowhere, and kept as
    /// evidence where the log signed it.
    @Test func refusesAndKeepsWhatDoesNotFit() async throws {
        let world = try WitnessWorld()
        let fork = try WitnessWorld(isFork: true)
        let store = MemoryTreeHeadStore()
        let witness = try await world.witness(store)
        _ = try await witness.addCheckpoint(world.request(0, 5))

        await #expect(throws: WitnessRefusal.conflict(recorded: TreeSize(5))) {
            try await witness.addCheckpoint(world.request(3, 8))
        }
        await #expect(
            throws: WitnessRefusal.oldSizeAboveNew(old: TreeSize(5), new: TreeSize(3))
        ) {
            var request = try AddCheckpointRequest(bytes: world.request(0, 3))
            request = try AddCheckpointRequest(
                oldSize: TreeSize(5), proof: request.proof, note: request.note)
            return try await witness.addCheckpoint(request.bytes)
        }
        // The cosigned checkpoint with a bad proof.
        await #expect(throws: WitnessRefusal.self) {
            let request = try AddCheckpointRequest(bytes: world.request(5, 5))
            return try await witness.addCheckpoint(
                AddCheckpointRequest(
                    oldSize: TreeSize(5), proof: ConsistencyProof(path: [.zero]),
                    note: request.note
                ).bytes)
        }
        #expect(await store.evidence(of: world.origin) == [])
        // Another history of the same size, told with the right and with a stale old size.
        for old in [5, 0] {
            await #expect(throws: WitnessRefusal.self) {
                try await witness.addCheckpoint(fork.request(old, 5))
            }
        }
        await #expect(throws: WitnessRefusal.self) {
            try await witness.addCheckpoint(fork.request(5, 9))
        }
        #expect(
            await store.evidence(of: world.origin).map(\.kind) == [.otherRoot, .unproven])
        #expect(await store.record(of: world.origin)?.latest?.head == world.head(5))
    }

    /// Without a durable record nothing leaves.
    @Test func signsNothingThatIsNotRecorded() async throws {
        let world = try WitnessWorld()
        let store = MemoryTreeHeadStore()
        let witness = try await world.witness(store)
        await store.failAdvances()
        await #expect(
            throws: WitnessRefusal.storage(.failed(code: 10, operation: "advance"))
        ) {
            try await witness.addCheckpoint(world.request(0, 5))
        }
        #expect(try await witness.checkpoint(ofHash: world.log.originHash) == nil)
    }

    /// The race that tlog-witness prints: of two requests from one size only one is recorded from
    /// there, and no later one goes back, however they interleave.
    @Test func neverRollsBack() async throws {
        let world = try WitnessWorld()
        let store = MemoryTreeHeadStore()
        try await expectNoRollback(world, store, rounds: 60, copies: 50)
    }
}

@Suite struct AddCheckpointRequestTests {
    @Test func readsWhatItWrites() throws {
        let world = try WitnessWorld()
        for (old, new) in [(0, 0), (0, 7), (3, 7), (7, 7), (1, 64)] {
            let bytes = try world.request(old, new)
            let request = try AddCheckpointRequest(bytes: bytes)
            #expect(request.bytes == bytes)
            #expect(request.oldSize.value == UInt64(old))
            #expect(request.checkpoint.head == world.head(new))
            // Any prefix is another body.
            for end in 0..<bytes.count {
                #expect(throws: AddCheckpointRequestError.self) {
                    try AddCheckpointRequest(bytes: Array(bytes[..<end]))
                }
            }
        }
    }

    @Test func holdsItsLimits() throws {
        let note = try WitnessWorld().request(0, 5).dropFirst("old 0\n".utf8.count)
        func body(_ count: Int) -> [UInt8] {
            Array("old 1\n".utf8)
                + (0..<count).flatMap { _ in Array("\(MerkleTree.emptyRoot.base64)\n".utf8) } + note
        }
        #expect(try AddCheckpointRequest(bytes: body(63)).proof.path.count == 63)
        #expect(throws: AddCheckpointRequestError.tooManyProofLines) {
            try AddCheckpointRequest(bytes: body(64))
        }
        let size = Limits.addCheckpointBytes + 1
        #expect(throws: AddCheckpointRequestError.tooLarge(size)) {
            try AddCheckpointRequest(bytes: [UInt8](repeating: 10, count: size))
        }
    }
}
