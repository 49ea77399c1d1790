public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// Why a bundle does not prove its claim, with the evidence.
public enum Rejection: Error, Hashable, Sendable {
    /// The bytes are not the one representation of a bundle.
    case format(AttestationError)
    /// The bundle does not hold entry 0.
    case noGenesis
    /// Entry 0 is the genesis of another ledger.
    case otherLedger(found: LedgerID)
    /// The bundle says that it is from another ledger than its entry 0.
    case statedLedger(LedgerID)
    /// Entry 0 is not a valid genesis charter.
    case charter(CharterRejection)
    /// A handover for an entry that is no amendment of keys or witnesses.
    case handover(LeafIndex)
    /// The checkpoint is not one that the charter accepts.
    case checkpoint(CheckpointRejection)
    /// The entry does not stand at its index.
    case inclusion(LeafIndex, ProofError)
    /// The entry may not stand at its index.
    case entry(LeafIndex, EntryRejection)
    /// The entry is of a type that its role in the bundle does not have.
    case role(LeafIndex, Bundle.Role, type: Text)
    /// A lookup, by its position, does not prove its list.
    case lookup(Int, LookupRejection)
    /// A disclosure, by its position, is not in its allowed form.
    case disclosureMalformed(Int, DisclosureError)
    /// A disclosure does not belong to an entry of the bundle.
    case disclosure(DisclosureError)
    /// An opened sample, by its position, is not one that its entry committed to.
    case opening(Int, OpeningRejection)
    /// The checkpoint does not extend the head of a pin, by its position.
    case pin(Int, ProofError)
    /// The checkpoint is not shown to extend the head that the caller trusts.
    case pinMissing(TreeHead)
    /// The checkpoint contradicts a head of the same size that the caller trusts: a fork.
    case fork(trusted: TreeHead, found: TreeHead)
    /// Something that the caller asked for beside is not so.
    case requirement(Requirement)

    /// What a caller can ask for.
    public enum Requirement: Hashable, Sendable {
        /// Completeness is not proven.
        case complete
        /// The bundle claims nothing.
        case claim
        /// A claim was signed by another member.
        case signer(LeafIndex, expected: Text, found: Text?)
        /// A claim is of another type.
        case type(LeafIndex, expected: Text, found: Text)
        /// No claim has this digest among its subjects or evidence.
        case artifact(Digest)
        /// The caller's own quorum does not accept the checkpoint.
        case policy(PolicyRejection)
        /// The caller's quorum and the charter's log keys have a key in common.
        case policyConflict(PolicyError)
        /// The checkpoint was observed too long ago, or carries no time at all.
        case age(observedBy: UInt64?, notBefore: UInt64)
        /// The checkpoint says that it was observed in the future.
        case future(observedBy: UInt64, notAfter: UInt64)
    }
}

/// Why a lookup does not prove its list.
public enum LookupRejection: Error, Hashable, Sendable {
    /// The entry that should record the root is not in the bundle as an index root.
    case noIndexRoot(LeafIndex)
    /// The key or the proof is not in its allowed form.
    case malformed
    /// The key names nothing that is in the bundle or the charter.
    case concernsNothing
    /// The proof does not lead to the recorded root.
    case proof(SubjectIndexError)
    /// An entry of the list is not in the bundle.
    case entryNotShown(LeafIndex)
    /// An entry of the bundle has the key and is not in the list.
    case entryNotListed(LeafIndex)
    /// The list names an entry of the bundle that does not have the key.
    case entryNotOfKey(LeafIndex)
    /// The list names an entry at or beyond the size that the root covers.
    case beyondSize(LeafIndex, TreeSize)
}

/// Why an opened sample is not one that its entry committed to.
public enum OpeningRejection: Error, Hashable, Sendable {
    /// The entry is not one of the bundle that commits to samples.
    case noCommitment(LeafIndex)
    /// The salt, record or proof is not good.
    case sample(SampleOpeningError)
}

extension Rejection {
    /// The headline that this reason leads to.
    public var verdict: Verdict {
        switch self {
        case .format(.tooLarge): .undecided
        case .format: .malformed
        case .noGenesis, .otherLedger, .statedLedger, .handover, .inclusion, .role, .pin,
            .pinMissing, .fork:
            .rejected
        case .charter(let rejection): rejection.verdict
        case .checkpoint(let rejection): rejection.verdict
        case .entry(_, let rejection): rejection.verdict
        case .lookup(_, .malformed), .disclosureMalformed: .malformed
        case .lookup, .disclosure, .opening: .rejected
        case .requirement(.policy(.quorumUndecided)),
            .requirement(.policy(.logSignatureUnavailable)):
            .undecided
        case .requirement(.policy(.note(let error))) where error.verdict == .undecided: .undecided
        case .requirement(.policyConflict): .badTrustInput
        case .requirement: .rejected
        }
    }

    /// The stable code of the reason.
    public var code: String {
        switch self {
        case .format(.tooLarge): "too-large"
        case .format: "malformed"
        case .noGenesis: "no-genesis"
        case .otherLedger, .statedLedger: "wrong-ledger"
        case .charter(.algorithmUnavailable): "algorithm-unavailable"
        case .charter: "charter-invalid"
        case .handover: "handover-unexpected"
        case .checkpoint(let rejection): rejection.code
        case .inclusion: "not-included"
        case .entry(_, let rejection): rejection.code
        case .role: "wrong-role"
        case .lookup: "lookup-invalid"
        case .disclosure, .disclosureMalformed: "disclosure-invalid"
        case .opening: "opening-invalid"
        case .pin: "pin-invalid"
        case .pinMissing: "pin-missing"
        case .fork: "fork"
        case .requirement(.complete): "incomplete"
        case .requirement(.claim): "no-claim"
        case .requirement(.signer): "wrong-signer"
        case .requirement(.type): "wrong-type"
        case .requirement(.artifact): "wrong-artifact"
        case .requirement(.policy), .requirement(.policyConflict): "policy-not-met"
        case .requirement(.age): "too-old"
        case .requirement(.future): "in-the-future"
        }
    }

    /// The step of the argument at which this reason arises.
    public var step: Check.Step {
        switch self {
        case .format: .format
        case .noGenesis, .otherLedger, .statedLedger: .ledger
        case .charter, .handover: .charter
        case .checkpoint: .checkpoint
        case .inclusion: .inclusion
        case .entry, .role: .entry
        case .lookup: .lookup
        case .disclosure, .disclosureMalformed, .opening: .disclosure
        case .pin, .pinMissing, .fork: .pin
        case .requirement: .requirement
        }
    }
}

extension CharterRejection {
    /// How a bundle with such a genesis counts.
    var verdict: Verdict {
        switch self {
        case .algorithmUnavailable, .libraryFault: .undecided
        case .malformed: .malformed
        default: .rejected
        }
    }
}

extension EntryRejection {
    /// How a bundle with such an entry counts.
    var verdict: Verdict {
        switch self {
        case .malformed: .malformed
        case .algorithmUnavailable, .libraryFault, .typeNotSupported,
            .charterConflict(.changeNotSupported):
            .undecided
        case .otherLedger, .signerUnknown, .keyNotInForce, .signatureInvalid, .notEntitled,
            .charterConflict(.secondGenesis):
            .rejected
        }
    }
}
