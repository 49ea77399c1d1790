import AssayCrypto
import AssayTLog

/// What collecting cosignatures needs of the world.
package struct Cosigning: Sendable {
    /// How witnesses are reached.
    package let network: any WitnessNetwork
    /// The bounds.
    package let limits: CosigningLimits
    /// Time and chance.
    package let clock: any CosigningClock
    /// Told what happens; must not wait.
    package let observe: @Sendable (CosigningEvent) -> Void

    /// Creates a connection to the world.
    package init(
        network: some WitnessNetwork, limits: CosigningLimits = CosigningLimits(),
        clock: some CosigningClock,
        observe: @escaping @Sendable (CosigningEvent) -> Void = { _ in }
    ) {
        self.network = network
        self.limits = limits
        self.clock = clock
        self.observe = observe
    }

    /// No witness can be reached.
    package static let none = Cosigning(network: NoNetwork(), clock: NoTime())

    /// Time does not matter where nobody is asked.
    private struct NoTime: CosigningClock {
        var elapsed: Duration { .zero }
        var timeOfDay: UnixSeconds { .unstated }
        func wait(until elapsed: Duration) async {}
        var chance: any RandomNumberGenerator & Sendable { NoChance() }
    }

    private struct NoChance: RandomNumberGenerator {
        func next() -> UInt64 { 0 }
    }

    private struct NoNetwork: WitnessNetwork {
        func address(of witness: TrustPolicy.Witness) -> Text? { nil }

        func port(to address: Text) -> any WitnessPort {
            preconditionFailure("there is no address")
        }
    }
}
