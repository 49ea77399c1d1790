package import AssayCrypto
package import AssayTLog

/// A log that a witness watches.
package struct WitnessedLog: Hashable, Sendable {
    /// Its origin, which never changes and is never taken off the list.
    package let origin: Origin
    /// The keys that may sign its checkpoints; at least one.
    package let keys: [VerifierKey]
    /// How its entries are replayed before a cosignature; `nil` where only consistency is asked.
    package let replay: ReplayedLog?

    /// Creates a log; no keys, or a key of a type with which logs do not sign, gives `nil`.
    package init?(origin: Origin, keys: [VerifierKey], replay: ReplayedLog? = nil) {
        guard !keys.isEmpty, keys.allSatisfy({ $0.type != .ed25519Cosignature }),
            Set(keys).count == keys.count
        else { return nil }
        self.origin = origin
        self.keys = keys
        self.replay = replay
    }

    /// The hash under which monitors ask for the log (tlog-witness): SHA-256 of the origin.
    package var originHash: Digest { SHA256.hash(origin.text.utf8) }
}

/// An Assay ledger of which every entry is replayed before its log's checkpoint is cosigned.
package struct ReplayedLog: Hashable, Sendable {
    /// The ledger's identity: the leaf hash of entry 0.
    package let ledger: Digest
    /// Where its tiles are read, and nowhere else, whatever the log says.
    package let url: Text

    /// Creates a ledger.
    package init(ledger: Digest, url: Text) {
        self.ledger = ledger
        self.url = url
    }
}

/// What a witness knows of a log.
package struct LogRecord: Hashable, Sendable {
    /// The log.
    package let log: WitnessedLog
    /// The newest checkpoint that the witness cosigned; `nil` if it never did.
    package let latest: CosignedCheckpoint?

    /// Creates a record.
    package init(log: WitnessedLog, latest: CosignedCheckpoint?) {
        self.log = log
        self.latest = latest
    }
}

/// A checkpoint with the log's signatures that the witness verified, and its own cosignatures.
package struct CosignedCheckpoint: Hashable, Sendable {
    /// The size and root.
    package let head: TreeHead
    /// The bytes of the signed note.
    package let note: [UInt8]

    /// Creates a checkpoint.
    package init(head: TreeHead, note: [UInt8]) {
        self.head = head
        self.note = note
    }
}

/// A checkpoint that a log signed and that does not fit to what the witness has cosigned.
package struct WitnessEvidence: Hashable, Sendable {
    /// What does not fit.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It has the size of the cosigned tree and another root: two such notes prove a fork.
        case otherRoot = "other-root"
        /// The proof that came with it does not lead from the cosigned tree to it, which is the
        /// log's fault or the sender's.
        case unproven
        /// It says that the tree without leaves has another root than RFC 6962 gives it.
        case wrongEmptyRoot = "wrong-empty-root"
        /// The entries under it could not be replayed to its root, or one of them is forbidden.
        case wrongEntries = "wrong-entries"
    }

    /// What does not fit.
    package let kind: Kind
    /// The bytes of the signed note, with the log's lines only.
    package let note: [UInt8]

    /// Creates evidence.
    package init(kind: Kind, note: [UInt8]) {
        self.kind = kind
        self.note = note
    }

    /// How many pieces of one kind are kept for a log: anybody can send a good checkpoint with a
    /// bad proof again and again, and must not be able to fill the device.
    package static let keptPerKindMax = 256

    /// How many fraud proofs are kept for a log; one is enough to convince anybody.
    package static let proofsMax = 16
}
