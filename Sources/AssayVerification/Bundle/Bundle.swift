public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// A bundle (formats.md section 9) as it was read: every part in its allowed form, nothing believed.
public struct Bundle: Hashable, Sendable {
    /// The most bytes of a bundle.
    public static let byteCountMax = 16 << 20
    /// The most entries of a bundle.
    public static let entryCountMax = 4096
    /// The file extension, without its dot.
    public static let fileExtension = "assay"
    /// The media type.
    public static let mediaType = "application/vnd.assay.bundle+json"

    /// The ledger it says it is from; a verifier compares this with the ledger it trusts.
    public let ledger: LedgerID
    /// The signed note with cosignatures, of which all proofs speak.
    public let checkpoint: [UInt8]
    /// The entries, ascending by index.
    public let entries: [Entry]
    /// The last checkpoints of former log keys and witness policies.
    public let handovers: [Handover]
    /// What the subject index says about completeness.
    public let lookups: [Lookup]
    /// Earlier tree heads that the checkpoint extends.
    public let pins: [Pin]
    /// Disclosures of withheld members (RFC 9901).
    public let disclosures: [Text]
    /// Opened samples.
    public let openings: [Opening]

    /// Creates a bundle from its parts.
    public init(
        ledger: LedgerID, checkpoint: [UInt8], entries: [Entry], handovers: [Handover] = [],
        lookups: [Lookup] = [], pins: [Pin] = [], disclosures: [Text] = [],
        openings: [Opening] = []
    ) {
        self.ledger = ledger
        self.checkpoint = checkpoint
        self.entries = entries
        self.handovers = handovers
        self.lookups = lookups
        self.pins = pins
        self.disclosures = disclosures
        self.openings = openings
    }

    /// What an entry is in the bundle for.
    public enum Role: String, Hashable, Sendable, CaseIterable {
        /// A charter or a change of member keys.
        case charter
        /// What the bundle is about.
        case claim
        /// A root of the subject index.
        case indexRoot = "index-root"
        /// An entry that refers to a claim, or that a claim refers to.
        case related
    }

    /// One entry with its audit path to the bundle's checkpoint.
    public struct Entry: Hashable, Sendable {
        /// Its position in the log.
        public let index: LeafIndex
        /// The logged bytes.
        public let entry: [UInt8]
        /// The audit path.
        public let proof: InclusionProof
        /// What it is here for.
        public let role: Role

        /// Creates an entry.
        public init(index: LeafIndex, entry: [UInt8], proof: InclusionProof, role: Role) {
            self.index = index
            self.entry = entry
            self.proof = proof
            self.role = role
        }
    }

    /// The last checkpoint under the keys and witnesses that an amendment replaces.
    public struct Handover: Hashable, Sendable {
        /// The index of the amendment.
        public let index: LeafIndex
        /// The note.
        public let checkpoint: [UInt8]
        /// The amendment's inclusion in it.
        public let proof: InclusionProof
        /// From it to the bundle's checkpoint.
        public let consistency: ConsistencyProof
    }

    /// The proof that a list of entries is all that an index root has under a key.
    public struct Lookup: Hashable, Sendable {
        /// The index of the entry that records the root.
        public let root: LeafIndex
        /// What kind of key.
        public let kind: Text
        /// The key's value.
        public let value: Text
        /// The entries, ascending; none proves absence.
        public let indexes: [LeafIndex]
        /// The hashes beside the walk from the root down.
        public let siblings: [Digest]
        /// What stands where the walk ends.
        public let end: End

        /// What stands where a walk through the map ends.
        public enum End: Hashable, Sendable {
            /// The leaf of the key that was looked up.
            case leaf
            /// The empty subtree.
            case empty
            /// The leaf of another key that shares the walked prefix, with its 40-byte value.
            case other(key: Digest, value: [UInt8])
        }

        /// Creates a lookup.
        public init(
            root: LeafIndex, kind: Text, value: Text, indexes: [LeafIndex], siblings: [Digest],
            end: End
        ) {
            self.root = root
            self.kind = kind
            self.value = value
            self.indexes = indexes
            self.siblings = siblings
            self.end = end
        }
    }

    /// An earlier tree head and the proof that the bundle's checkpoint extends it.
    public struct Pin: Hashable, Sendable {
        /// The earlier head.
        public let head: TreeHead
        /// From it to the bundle's checkpoint.
        public let proof: ConsistencyProof

        /// Creates a pin.
        public init(head: TreeHead, proof: ConsistencyProof) {
            self.head = head
            self.proof = proof
        }
    }

    /// One opened sample of a claim (formats.md section 11).
    public struct Opening: Hashable, Sendable {
        /// The claim's index in the log.
        public let entry: LeafIndex
        /// The sample's position in the sample tree.
        public let index: LeafIndex
        /// The salt, 16 bytes.
        public let salt: [UInt8]
        /// The canonical record.
        public let record: [UInt8]
        /// The record's audit path in the sample tree.
        public let proof: InclusionProof

        /// Creates an opening.
        public init(
            entry: LeafIndex, index: LeafIndex, salt: [UInt8], record: [UInt8],
            proof: InclusionProof
        ) {
            self.entry = entry
            self.index = index
            self.salt = salt
            self.record = record
            self.proof = proof
        }
    }
}
