import AssayCrypto

/// One signed message of 1 KiB, verified over and over: what a processor can do at most.
struct SignatureLoad: Sendable {
    private let message = [UInt8](repeating: 7, count: 1024)
    private let publicKey: [UInt8]
    private let signature: [UInt8]

    init() {
        let seed = SHA256.hash([1]).bytes
        publicKey = Ed25519.publicKey(seed: seed)
        signature = Ed25519.sign(message, seed: seed)
    }

    /// Verifications a second on the calling thread, from `count` of them.
    func rate(count: Int) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            do throws(SignatureError) {
                try Ed25519.verify(signature, over: message, publicKey: publicKey)
            } catch {
                preconditionFailure("the signature was made by this key: \(error)")
            }
        }
        return Double(count) / Measure.seconds(clock.now - start)
    }

    /// Verifications a second on all processors together, each doing `count` of them.
    func rateOnAllProcessors(count: Int) async -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<Measure.processors {
                group.addTask { _ = rate(count: count) }
            }
            await group.waitForAll()
        }
        return Double(count * Measure.processors) / Measure.seconds(clock.now - start)
    }
}
