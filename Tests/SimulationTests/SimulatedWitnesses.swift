import AssayCrypto
import AssayLog
import AssayTLog

/// The witnesses as a process reaches them.
struct SimulatedWitnesses: WitnessNetwork {
    private let node: Confined<SimulatedNode>

    init(_ node: SimulatedNode) { self.node = Confined(node) }

    func address(of witness: TrustPolicy.Witness) -> Text? { witness.name }

    func port(to address: Text) -> any WitnessPort {
        Port(node: node, name: address)
    }

    private struct Port: WitnessPort {
        let node: Confined<SimulatedNode>
        let name: Text

        /// How long somebody who asks is patient.
        static let timeout: UInt64 = 60_000

        func addCheckpoint(_ body: [UInt8]) async -> WitnessAnswer {
            await ask(else: .failed(.timedOut)) { witness, site, reply in
                witness.addCheckpoint(body, from: site, reply)
            }
        }

        func checkpoint(ofHash originHash: Digest) async -> [UInt8]? {
            await ask(else: nil) { witness, site, reply in
                witness.checkpoint(ofHash: originHash, for: site, reply)
            }
        }

        /// Carries a question and its answer, either of which may get lost.
        private func ask<Answer>(
            else nothing: Answer,
            _ question: @escaping (SimulatedWitness, Int, @escaping (Answer) -> Void) -> Void
        ) async -> Answer {
            let (node, name) = (node.value, name.string)
            let (world, site) = (node.world, node.site)
            let nothing = Confined(nothing)
            let question = Confined(question)
            let answer: Confined<Answer> = await withCheckedContinuation { continuation in
                var isAnswered = false
                func end(_ answer: Answer) {
                    guard !isAnswered else { return }
                    isAnswered = true
                    continuation.resume(returning: Confined(answer))
                }
                world.time.after(Self.timeout, "\(node.name) gives \(name) up") {
                    end(nothing.value)
                }
                let place = world.witnesses.firstIndex { $0.name == name }
                guard let place, site.witnesses.contains(place) else { return }
                world.network.carry("\(node.name) asks \(name)") {
                    question.value(world.witnesses[place], site.number) { answer in
                        world.network.carry("\(name) answers \(node.name)") { end(answer) }
                    }
                }
            }
            return answer.value
        }
    }
}
