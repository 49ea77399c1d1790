package import AssayCrypto
package import AssayTLog

/// The first thing that is wrong with a log that somebody serves, as precisely as it can be named.
package enum ReplayFinding: Error, Hashable, Sendable {
    /// The checkpoint is not one that the charter accepts.
    case checkpoint(CheckpointRejection)
    /// What is served as the checkpoint cannot be read.
    case checkpointText(CheckpointError)
    /// The checkpoint is of the tree without entries, which no ledger has.
    case empty
    /// Entry 0 is not a valid genesis charter.
    case genesis(CharterRejection)
    /// The log now shows a tree that is smaller than one that it signed.
    case rollback(seen: TreeHead, shown: TreeHead)
    /// The signed tree does not begin with another one that was signed, or is trusted.
    case fork(seen: TreeHead, shown: TreeHead)
    /// There is no such file, although a tree of this size has it.
    case missing(TileCoordinate)
    /// The file is not a tile or a bundle of its width.
    case malformed(TileCoordinate, TileError)
    /// The tiles of the right edge do not lead to the signed root.
    case wrongRoot(TreeSize, computed: Digest, signed: Digest)
    /// The tile is not the one that leads to the signed root.
    case wrongTile(TilePosition)
    /// The entry that is served is not the one that leads to the signed root.
    case wrongEntry(LeafIndex)
    /// The entry may not stand at its index.
    case rejectedEntry(LeafIndex, EntryRejection)
    /// The entry records a root of the subject index, and this version cannot recompute those.
    case indexRoot(LeafIndex)
    /// Two entries have one payload.
    case duplicate(first: LeafIndex, second: LeafIndex)
}

extension ReplayFinding {
    /// The headline that the finding leads to.
    package var verdict: Verdict {
        switch self {
        case .checkpoint(let rejection): rejection.verdict
        case .genesis(let rejection): rejection.verdict
        case .checkpointText, .malformed: .malformed
        case .indexRoot: .undecided
        // The log signed over an entry that cannot be read: it is the log that is wrong.
        case .rejectedEntry(_, .malformed): .rejected
        case .rejectedEntry(_, let rejection): rejection.verdict
        case .empty, .rollback, .fork, .missing, .wrongRoot, .wrongTile, .wrongEntry, .duplicate:
            .rejected
        }
    }

    /// The stable code of the reason.
    package var code: String {
        switch self {
        case .checkpoint(let rejection): rejection.code
        case .checkpointText: "checkpoint-malformed"
        case .empty: "empty"
        case .genesis(.algorithmUnavailable): "algorithm-unavailable"
        case .genesis: "charter-invalid"
        case .rollback: "rollback"
        case .fork: "fork"
        case .missing(let file): file.content == .entries ? "bundle-missing" : "tile-missing"
        case .malformed(let file, _):
            file.content == .entries ? "bundle-malformed" : "tile-malformed"
        case .wrongRoot: "root-mismatch"
        case .wrongTile: "tile-mismatch"
        case .wrongEntry: "entry-mismatch"
        case .rejectedEntry(_, let rejection): rejection.code
        case .indexRoot: "index-root-unchecked"
        case .duplicate: "duplicate"
        }
    }

    /// The entry that is wrong, where it is one.
    package var index: LeafIndex? {
        switch self {
        case .wrongEntry(let index), .rejectedEntry(let index, _), .indexRoot(let index),
            .duplicate(_, let index):
            index
        case .genesis: LeafIndex(0)
        default: nil
        }
    }
}

extension ReplayFinding: CustomStringConvertible {
    /// What is wrong, in words; text from the log is escaped.
    package var description: String {
        switch self {
        case .checkpoint(let rejection): rejection.description
        case .checkpointText(let error): "what is served as the checkpoint is none: \(error)"
        case .empty: "the checkpoint is of a log without entries"
        case .genesis(let rejection): "entry 0 is not a valid charter: \(rejection)"
        case .rollback(let seen, let shown):
            "the log shows a tree of size \(shown.size.value), but it signed one of size "
                + "\(seen.size.value)"
        case .fork(let seen, let shown):
            "the signed tree of size \(shown.size.value) and root \(shown.root.base64) does not "
                + "begin with the tree of size \(seen.size.value) and root \(seen.root.base64)"
        case .missing(let file): "\(file.path) is missing, and the signed tree has it"
        case .malformed(let file, let error): "\(file.path) is damaged: \(error)"
        case .wrongRoot(let size, let computed, let signed):
            "the tiles of the tree of size \(size.value) give root \(computed.base64), but root "
                + "\(signed.base64) was signed"
        case .wrongTile(let position):
            "tile \(position.index) of level \(position.level) does not lead to the signed root"
        case .wrongEntry(let index):
            "entry \(index.value) is not the one that the signed tree has there"
        case .rejectedEntry(let index, let rejection):
            "entry \(index.value) may not stand: \(rejection)"
        case .indexRoot(let index):
            "entry \(index.value) records a root of the subject index, which this version cannot "
                + "recompute"
        case .duplicate(let first, let second):
            "entries \(first.value) and \(second.value) have the same payload"
        }
    }
}
