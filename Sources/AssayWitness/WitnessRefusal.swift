package import AssayTLog

/// Every no of a witness, as tlog-witness names it.
package enum WitnessRefusal: Error, Hashable, Sendable {
    /// The body is not an add-checkpoint request.
    case malformed(AddCheckpointRequestError)
    /// The witness does not watch a log with this origin.
    case unknownLog(Origin)
    /// No key of the log signed the checkpoint, a line of one does not verify, or the libcrypto at
    /// hand cannot tell.
    case signature(NoteError)
    /// The old size is larger than the checkpoint's.
    case oldSizeAboveNew(old: TreeSize, new: TreeSize)
    /// The old size is not that of the newest cosigned checkpoint, which is this one.
    case conflict(recorded: TreeSize)
    /// The checkpoint gives the tree without leaves a root that it does not have.
    case wrongEmptyRoot
    /// The proof does not lead from the newest cosigned checkpoint to this one.
    case inconsistent(ProofError)
    /// The entries are being replayed, and so many are: the same request succeeds later.
    case replaying(done: TreeSize)
    /// What the log serves of its entries cannot be read now.
    case unreadable(String)
    /// The entries are not what the checkpoint says, or the charter forbids one.
    case wrongEntries(code: String, detail: String)
    /// The record could not be read or made durable, so that nothing was signed.
    case storage(TreeHeadFault)
    /// The cosignature could not be made.
    case signing(NoteSignatureError)
    /// The clock says that it is not later than 1970, and a cosignature must say when it was made.
    case noTime
}

extension WitnessRefusal {
    /// What is wrong and what to do, for people.
    package var detail: String {
        switch self {
        case .malformed(let error): error.description
        case .unknownLog(let origin):
            "this witness does not watch a log with the origin \(origin)"
        case .signature(let error): error.description
        case .oldSizeAboveNew(let old, let new):
            "the old size \(old.value) is larger than the checkpoint's, \(new.value)"
        case .conflict(let recorded):
            "the newest cosigned checkpoint has size \(recorded.value); prove from there"
        case .wrongEmptyRoot: "the tree without leaves has another root (RFC 6962 section 2.1)"
        case .inconsistent(let error): "the consistency proof does not verify: \(error)"
        case .replaying(let done):
            "\(done.value) entries are replayed and the others will be; send it again"
        case .unreadable(let words): "the log's entries cannot be read: \(words); send it again"
        case .wrongEntries(_, let detail): detail
        case .storage(let fault): "the witness's record failed: \(fault)"
        case .signing(let error): "the witness could not sign: \(error)"
        case .noTime: "the witness's clock is not set"
        }
    }
}
