package import AssayCrypto
package import AssayTLog

/// What a log asks of an entry before it gives it an index.
///
/// A value of this type is the state that judges the entry at one index: it is changed only by
/// applying entries that it found good, in the order of the log.
package protocol EntryRules: Sendable {
    /// What reading a submission yields beside its bytes.
    associatedtype Content: Sendable
    /// What judging an entry yields for applying it.
    associatedtype Judged: Sendable

    /// Reads what was sent: everything that can be said about it without the state.
    static func read(_ body: [UInt8]) throws(Refusal) -> Submission<Content>

    /// Judges an entry that is to stand at `index` or later. This is where signatures are verified.
    ///
    /// What is good at one index is good at every later one that the same state judges.
    func judge(
        _ submission: Submission<Content>, at index: LeafIndex
    ) throws(Refusal) -> Judgement<Judged>

    /// Moves on to the state after an entry that `judge` found good, now at `index`.
    mutating func apply(_ judged: Judged, of submission: Submission<Content>, at index: LeafIndex)
}

/// A submission as it was read, not yet judged.
package struct Submission<Content: Sendable>: Sendable {
    /// The bytes that become the entry.
    package let entry: [UInt8]
    /// The leaf hash of `entry`.
    package let leafHash: Digest
    /// SHA-256 of the payload bytes: submissions with one payload are one (formats.md section 2).
    package let payload: Digest
    /// What the rules need for judging it.
    package let content: Content

    /// Creates a submission.
    package init(entry: [UInt8], payload: Digest, content: Content) {
        self.entry = entry
        leafHash = MerkleTree.leafHash(of: entry)
        self.payload = payload
        self.content = content
    }
}

/// That an entry is good at the next index, and what follows from that.
package struct Judgement<Judged: Sendable>: Sendable {
    /// What applying the entry needs; `nil` if later entries are judged by the same state.
    package let change: Judged?
    /// Whether the growth step must end with this entry, so that a checkpoint covers it and
    /// nothing later (formats.md section 5, handover).
    package let endsBatch: Bool

    /// Whether later entries are judged by another state than this one.
    package var changesState: Bool { change != nil }

    /// Creates a judgement.
    package init(judged: Judged, changesState: Bool, endsBatch: Bool) {
        // What is not applied is not kept: it is a large value, and thousands may be waiting.
        change = changesState ? judged : nil
        self.endsBatch = endsBatch
    }
}
