import AssayCrypto
import AssayLog
import AssayTLog

/// Rules that take every entry, so that the engine is measured and not the judgement.
struct OpaqueRules: EntryRules {
    static func read(_ body: [UInt8]) throws(Refusal) -> Submission<Void> {
        Submission(entry: body, payload: SHA256.hash(body), content: ())
    }

    func judge(_: Submission<Void>, at _: LeafIndex) throws(Refusal) -> Judgement<Void> {
        Judgement(judged: (), changesState: false, endsBatch: false)
    }

    mutating func apply(_: Void, of _: Submission<Void>, at _: LeafIndex) {}
}
