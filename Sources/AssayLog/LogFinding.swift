package import AssayAttestation
package import AssayCrypto
package import AssayTLog
package import AssayVerification

/// The first thing that is wrong in a store, as precisely as it can be named.
package enum LogFinding: Error, Hashable, Sendable {
    /// The store cannot be read there.
    case unreadable(StoreFault)
    /// There is no tree head, or no checkpoint.
    case empty
    /// The store says that it belongs to this ledger, but entry 0 is the genesis of another.
    case otherLedger(stated: Digest, found: LedgerID)
    /// The log ends before the stored tree head does.
    case missingEntry(LeafIndex)
    /// The entry is not an envelope in canonical form.
    case malformedEntry(LeafIndex, AttestationError)
    /// Entry 0 is not a valid genesis charter.
    case genesis(CharterRejection)
    /// The entry may not stand at its index.
    case rejectedEntry(LeafIndex, EntryRejection)
    /// Two entries have one payload.
    case duplicate(first: LeafIndex, second: LeafIndex)
    /// There is no tile where the tree has one.
    case missingTile(TilePosition)
    /// The tile has another number of hashes than the tree has there.
    case wrongTileWidth(TilePosition, actual: Int, expected: Int)
    /// The hash at this place of the tile is not the one that the entries give.
    case wrongHash(TilePosition, at: Int)
    /// The root at this size is not the one that was signed or stored.
    case wrongRoot(StoredItem, computed: Digest, stored: Digest)
    /// The note filed under this size is not a checkpoint of the log.
    case badCheckpoint(TreeSize, CheckpointFault)
    /// The newest checkpoint is not of the stored tree head.
    case headWithoutCheckpoint(head: TreeSize, checkpoint: TreeSize?)
    /// A checkpoint of a size that the log has not reached.
    case surplusCheckpoint(TreeSize)
    /// Something is stored that the log, at its size, does not have.
    case wrongCount(StoredKind, actual: UInt64, expected: UInt64)
    /// Looking for the entry by its payload does not find it.
    case notFoundByPayload(LeafIndex)
    /// Looking for the entry by its leaf hash does not find it.
    case notFoundByHash(LeafIndex)
    /// The record of charter entries lacks this one, or has it without reason.
    case wrongStateRecord(LeafIndex)
    /// The database itself is damaged, in its own words.
    case database(String)
}

/// The kinds of items that a store counts.
package enum StoredKind: String, Hashable, Sendable {
    /// Entries.
    case entries
    /// Tiles of hashes.
    case tiles
    /// Records of charter and member-keys entries.
    case stateRecords = "records of charter entries"
}

/// Why a note is not a checkpoint of the log.
package enum CheckpointFault: Error, Hashable, Sendable {
    /// It is not a signed note, or a signature in it does not verify.
    case note(NoteError)
    /// Its text is not a checkpoint.
    case text(CheckpointError)
    /// It is of another log.
    case otherOrigin(Origin)
    /// It is of another size than it is filed under.
    case otherSize(TreeSize)
    /// The log's Ed25519 key has not signed.
    case unsigned
    /// A line by a key that the charter does not know.
    case unknownLine(KeyName, NoteKeyID)
    /// The note is not spelled as the log spells it.
    case notCanonical
    /// The charter does not accept it.
    case rejected(CheckpointRejection)
}

extension LogFinding: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .unreadable(let fault): fault.description
        case .empty: "the store holds no log"
        case .otherLedger(let stated, let found):
            "the store says that it is of ledger \(LedgerID(stated)), but entry 0 makes it \(found)"
        case .missingEntry(let index): "entry \(index.value) is missing"
        case .malformedEntry(let index, let error): "entry \(index.value) is damaged: \(error)"
        case .genesis(let error): "entry 0 is not a valid charter: \(error)"
        case .rejectedEntry(let index, let error): "entry \(index.value) may not stand: \(error)"
        case .duplicate(let first, let second):
            "entries \(first.value) and \(second.value) have the same payload"
        case .missingTile(let position): "\(StoredItem.tile(position)) is missing"
        case .wrongTileWidth(let position, let actual, let expected):
            "\(StoredItem.tile(position)) has \(actual) hashes, but the tree has \(expected) there"
        case .wrongHash(let position, let place):
            "hash \(place) of \(StoredItem.tile(position)) is not what the entries give"
        case .wrongRoot(let item, let computed, let stored):
            "\(item) says root \(stored), but the entries give \(computed)"
        case .badCheckpoint(let size, let fault):
            "\(StoredItem.checkpoint(size.value)) is not good: \(fault)"
        case .headWithoutCheckpoint(let head, let checkpoint):
            """
            the tree has size \(head.value), but the newest checkpoint has size \
            \(checkpoint.map { "\($0.value)" } ?? "none")
            """
        case .surplusCheckpoint(let size):
            "there is a checkpoint of size \(size.value), which the log has not reached"
        case .wrongCount(let kind, let actual, let expected):
            "there are \(actual) \(kind.rawValue), but the log has \(expected)"
        case .notFoundByPayload(let index):
            "looking for the payload of entry \(index.value) does not find it"
        case .notFoundByHash(let index):
            "looking for the leaf hash of entry \(index.value) does not find it"
        case .wrongStateRecord(let index):
            "the record of charter entries is wrong about entry \(index.value)"
        case .database(let words): "the database is damaged: \(words)"
        }
    }
}

extension CheckpointFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .note(let error): "\(error)"
        case .text(let error): "\(error)"
        case .otherOrigin(let origin): "it is of log \(origin)"
        case .otherSize(let size): "it is of size \(size.value)"
        case .unsigned: "the log's Ed25519 key has not signed it"
        case .unknownLine(let name, let keyID):
            "it has a line by \(name) \(keyID), a key that the charter does not know"
        case .notCanonical: "it is not spelled as the log spells it"
        case .rejected(let rejection): "\(rejection)"
        }
    }
}
