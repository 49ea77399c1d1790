package import AssayCrypto
package import AssayTLog

/// What happens while cosignatures are collected, for logs and metrics.
package enum CosigningEvent: Hashable, Sendable {
    /// A checkpoint is published, with the cosignatures of these witnesses.
    case published(TreeHead, cosigners: [Text])
    /// A witness cosigned, so long after it was asked.
    case cosigned(by: Text, after: Duration)
    /// Asking the witnesses at one address failed; they are left alone for `pause`.
    case failed([Text], WitnessProblem, pause: Duration)
    /// A witness answered a line that does not count beside one that does.
    case ignored([Text], CosignatureFault)
    /// A witness of the charter has no address, so it is never asked.
    case unreachable(Text)
    /// There was no room to store cosignatures.
    case notSaved
}
