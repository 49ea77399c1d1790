import AssayCrypto
import AssayHTTP
import AssayLog
import AssayTLog
import Logging

/// Writes what happens with witnesses into the log's messages and metrics.
struct CosigningReport: Sendable {
    let logger: Logger
    let metrics: LogMetrics

    /// Takes note of an event.
    func note(_ event: CosigningEvent) {
        switch event {
        case .published(let head, let cosigners):
            metrics.published(treeSize: head.size, at: ContinuousClock().now)
            var fields: Logger.Metadata = [
                "size": "\(head.size.value)", "root": "\(head.root.base64)",
            ]
            if !cosigners.isEmpty { fields["cosigners"] = "\(Self.names(cosigners))" }
            logger.info("checkpoint", metadata: fields)
        case .cosigned(let witness, let duration):
            metrics.cosigned(by: witness.string, in: duration)
        case .failed(let witnesses, let problem, let pause):
            for witness in witnesses { metrics.witnessFailed(witness.string, problem.kind) }
            logger.warning(
                "a witness did not cosign",
                metadata: [
                    "witness": "\(Self.names(witnesses))", "problem": "\(problem)",
                    "pause": "\(pause)",
                ])
        case .ignored(let witnesses, let fault):
            for witness in witnesses { metrics.witnessFailed(witness.string, "line-ignored") }
            logger.warning(
                "a witness's line was ignored",
                metadata: ["witness": "\(Self.names(witnesses))", "problem": "\(fault)"])
        case .unreachable(let witness):
            logger.warning(
                "a witness of the charter has no address; name it with --witness",
                metadata: ["witness": "\(witness)"])
        case .notSaved:
            logger.warning("there is no room to store cosignatures; it is tried again")
        }
    }

    private static func names(_ witnesses: [Text]) -> String {
        witnesses.map(\.string).joined(separator: " ")
    }
}
