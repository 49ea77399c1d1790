import AssayAttestation
import AssayCrypto
import AssayTLog

extension Rejection: CustomStringConvertible {
    /// What is wrong, in words; text from the evidence is escaped.
    public var description: String {
        switch self {
        case .format(let error): EscapedText.escape("\(error)")
        case .noGenesis: "the bundle does not hold entry 0, the genesis charter"
        case .otherLedger(let found): "entry 0 is the genesis of another ledger, \(found)"
        case .statedLedger(let stated): "the bundle says it is from another ledger, \(stated)"
        case .charter(let rejection): "the genesis charter is not valid: \(rejection)"
        case .handover(let index):
            "a handover for entry \(index.value), which changes neither keys nor witnesses"
        case .checkpoint(let rejection): rejection.description
        case .inclusion(let index, let error):
            "entry \(index.value) is not proven to stand at its index: \(error.words)"
        case .entry(let index, let rejection): "entry \(index.value): \(rejection)"
        case .role(let index, let role, let type):
            "entry \(index.value) has the role \(role.rawValue) but is "
                + "\(role == .charter ? "not a charter entry: " : "")\(EscapedText.escape(type))"
        case .lookup(let position, let rejection): "lookup \(position): \(rejection)"
        case .disclosure(let error): "a disclosure is not good: \(EscapedText.escape("\(error)"))"
        case .disclosureMalformed(let position, let error):
            "disclosure \(position): \(EscapedText.escape("\(error)"))"
        case .opening(let position, let rejection): "opening \(position): \(rejection)"
        case .pin(let position, let error):
            "pin \(position): the checkpoint is not shown to extend it: \(error.words)"
        case .pinMissing(let head):
            "no pin shows that the checkpoint extends the trusted head of size \(head.size.value)"
        case .fork(let trusted, let found):
            "fork: the log signed two roots for size \(found.size.value): \(trusted.root.base64) "
                + "is trusted, \(found.root.base64) is in the bundle"
        case .requirement(let requirement): requirement.description
        }
    }
}

extension Rejection.Requirement: CustomStringConvertible {
    /// What was asked for and is not so, in words.
    public var description: String {
        switch self {
        case .complete:
            "completeness was required and is not proven: a later correction or charter change "
                + "could be missing"
        case .claim: "the bundle claims nothing"
        case .signer(let index, let expected, let found):
            "entry \(index.value) was signed by \(found.map(EscapedText.escape) ?? "the ledger"), "
                + "not by \(EscapedText.escape(expected))"
        case .type(let index, let expected, let found):
            "entry \(index.value) is \(EscapedText.escape(found)), not "
                + EscapedText.escape(expected)
        case .artifact(let digest):
            "no claim has the file's SHA-256 \(digest) among its subjects or evidence"
        case .policy(.quorumNotMet(let evidence)):
            "the cosignatures do not satisfy the auditor's policy; there are "
                + (evidence.witnesses.isEmpty
                    ? "none"
                    : evidence.witnesses.map { EscapedText.escape($0.name) }
                        .joined(separator: ", "))
        case .policy(let rejection):
            "the auditor's policy: \(CheckpointRejection.policy(rejection))"
        case .policyConflict(let error):
            "the auditor's policy does not go with the charter's log keys: "
                + EscapedText.escape("\(error)")
        case .future(let observedBy, let notAfter):
            "the checkpoint was observed by \(UTCTime.text(of: observedBy)), as its witnesses say, "
                + "which is after \(UTCTime.text(of: notAfter))"
        case .age(let observedBy, let notBefore):
            (observedBy.map { "the checkpoint was observed by \(UTCTime.text(of: $0))" }
                ?? "no witness says when the checkpoint was observed")
                + "; it must not be before \(UTCTime.text(of: notBefore))"
        }
    }
}

extension LookupRejection: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .noIndexRoot(let index):
            "entry \(index.value), which should record the root, is not in the bundle as a valid "
                + "index root"
        case .malformed: "its kind and value are not a key of the subject index"
        case .concernsNothing: "its key names nothing in the bundle or the charter"
        case .proof(let error): "the proof does not hold: \(error)"
        case .entryNotShown(let index): "entry \(index.value) is listed but not in the bundle"
        case .entryNotListed(let index):
            "entry \(index.value) of the bundle belongs to the list and is not in it"
        case .entryNotOfKey(let index):
            "entry \(index.value) is listed but does not belong to the list"
        case .beyondSize(let index, let size):
            "entry \(index.value) is listed although the root covers only \(size.value) entries"
        }
    }
}

extension OpeningRejection: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .noCommitment(let index):
            "entry \(index.value) of the bundle commits to no samples, or is not in it"
        case .sample(let error): error.words
        }
    }
}

extension SampleOpeningError {
    /// What is wrong, in words; text from the record is escaped.
    var words: String {
        switch self {
        case .commitmentWithheld: "the result withholds its commitment to the samples"
        case .wrongSaltLength(let count): "the salt has \(count) bytes, not 16"
        case .notCommitted(let error): "the record is not the committed one: \(error.words)"
        case .malformedRecord(let error): EscapedText.escape("\(error)")
        case .transcriptNotCommitted: "the record does not commit to a transcript"
        case .transcriptMismatch(let computed, let committed):
            "the transcript has the digest \(computed), not \(committed)"
        }
    }
}

extension ProofError {
    /// What is wrong, in words.
    var words: String {
        switch self {
        case .leafOutOfRange(let index, let size):
            "index \(index.value) lies outside a tree of \(size.value)"
        case .wrongPathLength(let actual, let expected):
            "the proof has \(actual) hashes where \(expected) are needed"
        case .treeShrank(let from, let to):
            "the tree of \(to.value) is smaller than that of \(from.value)"
        case .emptyOldTree: "nothing can be proven from the empty tree"
        case .rootMismatch(let computed, let expected):
            "it leads to the root \(computed.base64), not \(expected.base64)"
        case .oldRootMismatch(let computed, let expected):
            "it leads to the earlier root \(computed.base64), not \(expected.base64)"
        }
    }
}
