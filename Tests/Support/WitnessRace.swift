import AssayTLog
package import AssayWitness
import Testing

/// Sends, for each size N, `copies` of several requests from N to different larger sizes at once; exactly one
/// of them may be cosigned, and the recorded size never falls.
package func expectNoRollback(
    _ world: WitnessWorld, _ store: some TreeHeadStore, rounds: Int, copies: Int
) async throws {
    let witness = try await world.witness(store)
    _ = try await witness.addCheckpoint(world.request(0, 1))
    var size = 1
    for _ in 0..<rounds where size < 60 {
        let bodies = try (1...4).map { try world.request(size, size + $0 % 3 + ($0 == 3 ? 0 : 1)) }
        let won: [UInt64] = await withTaskGroup(of: UInt64?.self) { group in
            for body in bodies + (1..<copies).flatMap({ _ in bodies }) {
                group.addTask {
                    do {
                        _ = try await witness.addCheckpoint(body)
                        return try AddCheckpointRequest(bytes: body).checkpoint.head.size.value
                    } catch { return nil }
                }
            }
            return await group.reduce(into: []) { sizes, size in if let size { sizes.append(size) }
            }
        }
        let grown = won.filter { $0 > UInt64(size) }
        #expect(grown.count <= 1, "two checkpoints were cosigned from size \(size)")
        let recorded = try #require(try await store.record(of: world.origin)?.latest)
        #expect(recorded.head.size.value == grown.first ?? UInt64(size))
        #expect(recorded.head == world.head(Int(recorded.head.size.value)))
        if grown.isEmpty { _ = try await witness.addCheckpoint(world.request(size, size + 1)) }
        size = Int(try #require(try await store.record(of: world.origin)?.latest).head.size.value)
    }
    #expect(size >= min(60, 1 + rounds))
}
