package import AssayCrypto
package import AssayLog
package import AssayTLog

/// Rules for tests: an entry is `PAYLOAD|MARK`, and the mark says how it is judged.
///
/// - `good` is always good, `bad` never.
/// - `old` is good until the first `amend` is on record, as an entry by a key that is revoked then.
/// - `amend` changes the state and ends its growth step; `change` changes the state only.
package struct MarkedRules: EntryRules {
    /// How often the state has changed.
    package private(set) var changes = 0

    /// Creates the first state.
    package init() {}

    package static func read(_ body: [UInt8]) throws(Refusal) -> Submission<Text> {
        let parts = body.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
        guard parts.count == 2, let mark = Text(validating: parts[1]) else {
            throw .malformed("not PAYLOAD|MARK")
        }
        return Submission(entry: body, payload: SHA256.hash([UInt8](parts[0])), content: mark)
    }

    package func judge(
        _ submission: Submission<Text>, at _: LeafIndex
    ) throws(Refusal) -> Judgement<Void> {
        switch submission.content {
        case "good": Judgement(judged: (), changesState: false, endsBatch: false)
        case "change": Judgement(judged: (), changesState: true, endsBatch: false)
        case "amend": Judgement(judged: (), changesState: true, endsBatch: true)
        case "old" where changes == 0:
            Judgement(judged: (), changesState: false, endsBatch: false)
        case "old": throw .keyNotInForce("the state has changed")
        default: throw .signatureInvalid("marked \(submission.content)")
        }
    }

    package mutating func apply(_: Void, of _: Submission<Text>, at _: LeafIndex) {
        changes += 1
    }
}
