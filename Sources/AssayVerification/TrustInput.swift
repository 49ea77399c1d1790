public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// All that a verifier is told beside the evidence: whom to trust, and what to insist on.
public struct TrustInput: Hashable, Sendable {
    /// The ledger's identity, the only thing that an auditor must obtain out of band.
    public let ledger: LedgerID
    /// A tree head that the ledger is known to have had; the checkpoint must extend it.
    public var pin: TreeHead?
    /// The auditor's own quorum, asked for beside the charter's.
    public var policy: TrustPolicy?
    /// Whether a claim whose completeness is not proven is refused.
    public var requiresCompleteness = false
    /// The member that must have signed each claim.
    public var signer: Text?
    /// The predicate type that each claim must have.
    public var type: Text?
    /// A digest that each claim must have among its subjects or its evidence.
    public var artifact: Digest?
    /// The latest `observed by` time that is too old, seconds since 1970.
    public var notObservedBefore: UInt64?
    /// The earliest `observed by` time that cannot be, seconds since 1970; asked with the one above.
    public var notObservedAfter: UInt64?
    /// Disclosures given beside the bundle.
    public var disclosures: [Text] = []
    /// Opened samples given beside the bundle.
    public var openings: [Bundle.Opening] = []

    /// Creates the input that trusts `ledger` and asks for nothing more.
    public init(ledger: LedgerID) {
        self.ledger = ledger
    }
}
