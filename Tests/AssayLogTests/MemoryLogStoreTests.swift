import AssayLog
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct MemoryLogStoreTests {
    @Test func keepsTheContract() async throws {
        try await expectLogStoreContract { first in
            let store = MemoryLogStore()
            try await store.append(first)
            return store
        }
    }

    /// Each fault leaves what its name says.
    @Test(arguments: MemoryLogStore.Fault.allCases)
    func failsAsTold(fault: MemoryLogStore.Fault) async throws {
        var log = GrowingLog()
        let store = MemoryLogStore()
        try await store.append(log.grow(by: 1))
        let before = log.head
        let step = log.grow(by: 2)
        await store.fail([fault])
        await #expect(throws: StoreFault.self) { try await store.append(step) }
        let survivor = await store.treeHead()
        #expect(survivor == (fault == .answerLost ? log.head : before))
    }
}
