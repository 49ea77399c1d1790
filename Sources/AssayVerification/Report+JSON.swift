public import AssayAttestation
import AssayCrypto
import AssayTLog

extension Report {
    /// The report as one JSON value of stable shape.
    ///
    ///     { "verdict", "exitStatus", "ledger", "reason": {"code","step","detail"} or null,
    ///       "checkpoint": {"size","root"} or null, "observedBy": time or null,
    ///       "quorum": {"split","halt","cheapestSplit"} or null,
    ///       "checks": [{"step","outcome","finding"}],
    ///       "claims": [{"index","leafHash","type","member","subjects","predicate"}], "notShown": [text] }
    public var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue),
            "exitStatus": .count(UInt64(verdict.exitStatus)),
            "ledger": .string(ledger.text),
            "reason": rejection.map { rejection in
                [
                    "code": .string(rejection.code), "step": .string(rejection.step.rawValue),
                    "detail": .string(rejection.description),
                ]
            } ?? .null,
            "checkpoint": head.map { head in
                ["size": .count(head.size.value), "root": .string(head.root.base64)]
            } ?? .null,
            "observedBy": observedBy.map { .string(UTCTime.text(of: $0)) } ?? .null,
            "quorum": quorumBound.map { bound in
                [
                    "split": .count(UInt64(bound.split)), "halt": .count(UInt64(bound.halt)),
                    "cheapestSplit": .array(bound.cheapestSplit.map(JSONValue.string)),
                ]
            } ?? .null,
            "checks": .array(
                checks.map { check in
                    [
                        "step": .string(check.step.rawValue),
                        "outcome": .string(check.outcome.rawValue),
                        "finding": .string(check.finding),
                    ]
                }),
            "claims": .array(claims.map(\.json)),
            "notShown": .array(notShown.map { .string($0) }),
        ]
    }
}

extension VerifiedClaim {
    fileprivate var json: JSONValue {
        [
            "index": .count(index.value), "leafHash": .string(leafHash.hex),
            "type": .string(type), "member": member.map(JSONValue.string) ?? .null,
            "subjects": .array(statement.subjects.map { .string($0.digest.hex) }),
            "predicate": statement.predicateJSON,
        ]
    }
}
