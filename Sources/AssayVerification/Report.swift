public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// One line of a report: a step of the argument and what was found.
public struct Check: Hashable, Sendable {
    /// The steps of formats.md section 9, in their order.
    public enum Step: String, Hashable, Sendable, CaseIterable {
        /// The file is the one representation of a bundle.
        case format
        /// Entry 0 is the trusted ledger.
        case ledger
        /// The charter entries, replayed.
        case charter
        /// The checkpoint's origin, signatures and cosignatures.
        case checkpoint
        /// Each entry stands at its index.
        case inclusion
        /// Each entry's signatures, and its signers' rights at that index.
        case entry
        /// What the subject index proves to be all.
        case lookup
        /// Disclosed fields and opened samples.
        case disclosure
        /// Earlier heads that this one extends.
        case pin
        /// What the caller asked for beside.
        case requirement
    }

    /// How a check came out.
    public enum Outcome: String, Hashable, Sendable {
        /// It holds.
        case ok
        /// It does not hold.
        case failed
        /// It could not be decided.
        case undecided
    }

    /// The step.
    public let step: Step
    /// How it came out.
    public let outcome: Outcome
    /// What was found, already escaped for display.
    public let finding: String

    /// Creates a check.
    init(_ step: Step, _ outcome: Outcome, _ finding: String) {
        self.step = step
        self.outcome = outcome
        self.finding = finding
    }
}

/// What one bundle was found to prove: the verdict, each check, and what is not shown.
///
/// Only ``BundleVerifier`` makes one.
public struct Report: Hashable, Sendable {
    /// The headline.
    public internal(set) var verdict: Verdict
    /// The first reason of the headline's kind; `nil` when the claim is verified.
    public internal(set) var rejection: Rejection?
    /// The identity of the trusted ledger.
    public let ledger: LedgerID
    /// Each check that was made, in order.
    public internal(set) var checks: [Check] = []
    /// The claims that were verified.
    public internal(set) var claims: [VerifiedClaim] = []
    /// The tree head that the bundle's checkpoint signs, once that is verified.
    public internal(set) var head: TreeHead?
    /// The bundle's checkpoint note, once verified.
    public internal(set) var checkpointNote: [UInt8]?
    /// The log's Ed25519 key that signed the checkpoint, once verified.
    public internal(set) var logKey: VerifierKey?
    /// The heads of the bundle's pins, which the checkpoint was shown to extend.
    public internal(set) var extendedHeads: [TreeHead] = []
    /// What the witness quorum withstands; without a quorum, nothing.
    public internal(set) var quorumBound: QuorumBound?
    /// The earliest time by which a quorum had seen the checkpoint, seconds since 1970.
    public internal(set) var observedBy: UInt64?
    /// What this evidence does not show, one sentence each, already escaped.
    public internal(set) var notShown: [String] = []

    /// Whether a check has failed already.
    var hasReason = false

    init(ledger: LedgerID) {
        verdict = .undecided
        self.ledger = ledger
    }
}

extension Report {
    /// Adds a check that holds.
    mutating func found(_ step: Check.Step, _ finding: String) {
        checks.append(Check(step, .ok, finding))
    }

    /// Adds a check that does not hold.
    mutating func reject(_ rejection: Rejection) {
        let outcome: Check.Outcome = rejection.verdict == .undecided ? .undecided : .failed
        checks.append(Check(rejection.step, outcome, rejection.description))
        // The headline is the least favourable one, and the reason is the first of that headline.
        if !hasReason || rejection.verdict.severity > verdict.severity {
            verdict = rejection.verdict
            self.rejection = rejection
        }
        claims = []
        hasReason = true
    }

    /// Turns the report into a rejection: the log stands by another root for a size that was seen.
    public mutating func refuseFork(remembered head: TreeHead, found: TreeHead) {
        reject(.fork(trusted: head, found: found))
    }

    /// Adds something that the evidence does not show; `sentence` must be escaped already.
    public mutating func addLimit(_ sentence: String) {
        notShown.append(sentence)
    }
}

/// What a witness quorum withstands (formats.md section 7).
public struct QuorumBound: Hashable, Sendable {
    /// The least number of dishonest witnesses with which a dishonest log can fork.
    public let split: Int
    /// The least number of absent witnesses that stops the log.
    public let halt: Int
    /// The cheapest set of witnesses with which a dishonest log can fork.
    public let cheapestSplit: [Text]
}

/// An entry that a bundle claims, after every check on it passed.
public struct VerifiedClaim: Hashable, Sendable {
    /// Its position in the log.
    public let index: LeafIndex
    /// Its leaf hash, by which other entries refer to it.
    public let leafHash: Digest
    /// The predicate type.
    public let type: Text
    /// The member that signed; `nil` for entries of the ledger itself.
    public let member: Text?
    /// The statement.
    public let statement: Statement
}
