import AssayCrypto
import AssayTLog

/// An address at which one or more witnesses of the charter are asked, and where it stands.
///
/// It has at most one request under way. A witness with an Ed25519 and an ML-DSA key is two lines
/// of the policy at one address, and answers for both.
struct WitnessPlace: Sendable {
    /// The witnesses there.
    let witnesses: [TrustPolicy.Witness]
    /// The size that it has cosigned, as far as the log knows.
    var known = TreeSize.zero
    /// The size of the checkpoint that it cosigned last: what it left unsigned of that, with
    /// another of its keys, it would leave unsigned again.
    var answered: TreeSize?
    /// The request under way.
    var request: CosignatureCollector.Request?
    /// Whether what it shows of the log is being compared with the store.
    var isInspected = false
    /// How often in a row asking failed.
    var failures = 0
    /// How often in a row it named another size than the one that the proof began at.
    var conflicts = 0
    /// It is not asked before then.
    var pausedUntil: Duration?

    init(_ witnesses: [TrustPolicy.Witness]) {
        self.witnesses = witnesses
    }

    /// The names that the charter gives the witnesses there.
    var names: [Text] { witnesses.map(\.name) }

    /// Whether it may still cosign a checkpoint of `size` that has the cosignatures of `cosigners`.
    func lacks(_ size: TreeSize, cosigners: Set<Text>) -> Bool {
        known <= size && answered != size && !names.allSatisfy(cosigners.contains)
    }

    /// Whether it can be asked now.
    func isFree(at now: Duration) -> Bool {
        request == nil && !isInspected && (pausedUntil.map { $0 <= now } ?? true)
    }
}
