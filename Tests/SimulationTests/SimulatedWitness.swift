import AssayCrypto
import AssayLog
import AssayTLog
import AssayWitness

/// A witness's process with the real witness in it: answers, dies, sleeps, comes back.
///
/// One that colludes keeps a record of its own for each site, so that it cosigns every side of a
/// fork.
final class SimulatedWitness: SimulatedRole {
    let name: String
    /// Whom it serves.
    let character: Character
    private unowned let world: SimulatedWorld
    private let signer: SignerKey
    /// One disk; of a colluding witness, one for each site.
    private(set) var disks: [SimulatedWitnessDisk] = []
    private var life = 0
    private var isUp = false
    private var sleepsUntil: UInt64 = 0
    private let log: WitnessedLog

    /// What a witness is like.
    enum Character {
        /// As tlog-witness says.
        case honest
        /// It helps an operator that forks.
        case colluding
        /// Its answers are cosignatures of something else.
        case lying
    }

    init(
        _ name: String, _ signer: SignerKey, _ ledger: SimulatedLedger, _ world: SimulatedWorld,
        _ character: Character
    ) {
        self.name = name
        self.signer = signer
        self.world = world
        self.character = character
        log = ledger.watched
        disks = (0..<(character == .colluding ? 2 : 1)).map { _ in
            SimulatedWitnessDisk(world, ledger.watched)
        }
    }

    /// The verifier key under which it cosigns.
    var key: VerifierKey { signer.verifierKey }

    func start() { isUp = true }

    func die() {
        guard isUp else { return }
        isUp = false
        life += 1
        for disk in disks { disk.crash() }
        if character == .honest { world.cosigned.restarted(name, disks[0].latest?.head) }
        let pause = UInt64(world.time.random(1_000..<400_000))
        world.time.after(pause, "\(name) starts") { self.start() }
    }

    func pause(_ duration: UInt64) { sleepsUntil = world.time.now + duration }

    /// Does `action` when it is awake, if this life lasts.
    private func act(_ life: Int, _ what: String, _ action: @escaping () -> Void) {
        guard isUp, life == self.life else { return }
        guard world.time.now >= sleepsUntil else {
            world.time.after(sleepsUntil - world.time.now, "\(name) wakes to \(what)") {
                self.act(life, what, action)
            }
            return
        }
        action()
    }

    private func witness(for site: Int) -> Witness {
        let world = Confined(world)
        let disk = disks[min(site, disks.count - 1)]
        return Witness(
            store: SimulatedTreeHeadStore(disk, self.world, name), signers: [signer]
        ) { SimulatedLedger.timeOfDay(world.value.time.now) }
    }

    /// Answers an add-checkpoint request that comes from a site.
    func addCheckpoint(
        _ body: [UInt8], from site: Int, _ reply: @escaping (WitnessAnswer) -> Void
    ) {
        let life = life
        act(life, "take a checkpoint") {
            let (own, reply) = (Confined(self), Confined(reply))
            let witness = self.witness(for: site)
            _ = self.world.executor.begin {
                let answer = await Self.answer(of: witness, to: body)
                own.value.act(life, "answer") {
                    reply.value(own.value.leaving(answer, to: body))
                    if own.value.world.storeFails(percent: 1) { own.value.die() }
                }
            }
        }
    }

    /// What really leaves; a cosignature is noted before anybody else has it.
    private func leaving(_ answer: WitnessAnswer, to body: [UInt8]) -> WitnessAnswer {
        guard case .cosigned = answer, character != .colluding else { return answer }
        do {
            let checkpoint = try AddCheckpointRequest(bytes: body).checkpoint
            guard character == .lying else {
                world.cosigned.cosigned(
                    checkpoint.head, by: name, recorded: disks.flatMap(\.recorded))
                return answer
            }
            let other = Checkpoint(
                origin: checkpoint.origin,
                head: TreeHead(size: checkpoint.head.size, root: SHA256.hash(body)))
            world.lastForgery =
                try signer.sign(other, at: SimulatedLedger.timeOfDay(world.time.now)).line + [0x0a]
            return .cosigned(world.lastForgery)
        } catch {
            world.report("\(name) cosigned what cannot be read: \(error)")
            return answer
        }
    }

    /// The answer as its status says it (tlog-witness).
    private static func answer(of witness: Witness, to body: [UInt8]) async -> WitnessAnswer {
        do throws(WitnessRefusal) {
            let lines = try await witness.addCheckpoint(body)
            return .cosigned(lines.flatMap { $0.line + [0x0a] })
        } catch {
            switch error {
            case .conflict(let recorded): return .conflict(recorded)
            case .inconsistent: return .inconsistent
            case .malformed, .oldSizeAboveNew, .wrongEmptyRoot:
                return .failed(.refused(status: 400))
            case .unknownLog: return .failed(.refused(status: 404))
            case .signature: return .failed(.refused(status: 403))
            default: return .failed(.refused(status: 500))
            }
        }
    }

    /// Shows the newest cosigned checkpoint to whoever asks at a site.
    func checkpoint(
        ofHash originHash: Digest, for site: Int, _ reply: @escaping ([UInt8]?) -> Void
    ) {
        let life = life
        act(life, "show") {
            let reply = Confined(reply)
            let (own, witness) = (Confined(self), self.witness(for: site))
            _ = self.world.executor.begin {
                do {
                    let note = try await witness.checkpoint(ofHash: originHash)
                    own.value.act(life, "show") { reply.value(note) }
                } catch {
                    own.value.world.time.note("\(own.value.name): \(error)")
                }
            }
        }
    }
}
