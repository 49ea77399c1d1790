public import AssayAttestation
public import AssayCrypto
public import AssayTLog

/// A file that accuses a key of a misdeed and holds what shows it (formats.md section 10); read,
/// and nothing of it believed.
///
///     { "fraud": "assay/v1", "kind": …, "accused": …, "evidence": {…} }
public struct FraudProof: Hashable, Sendable {
    /// The most bytes of a fraud proof: two bundles of the largest size.
    public static let byteCountMax = 2 * Bundle.byteCountMax

    /// Whom it accuses: a verifier key, or a keyid.
    public let accused: Text
    /// Of what, and what shows it.
    public let evidence: Evidence

    /// The kinds of misdeeds, each with what shows it.
    public enum Evidence: Hashable, Sendable {
        /// A log signed two roots of one size.
        case forkSameSize(Notes)
        /// A log signed two heads that have different entries at one index.
        case forkInclusion(Notes, Difference)
        /// A witness cosigned both sides of such a fork.
        case witnessFork(Notes, Difference?)
        /// A log signed over an entry that the charter in force forbids, the last of the bundle; with
        /// all entries from 0 to it, where the bundle does not hold them.
        case unauthorisedEntry(Bundle, entries: [[UInt8]]?)
        /// The ledger recorded a root that is not that of its subject index.
        case badIndexRoot(Bundle)

        /// The kind's name in the file.
        public var kind: Kind {
            switch self {
            case .forkSameSize: .forkSameSize
            case .forkInclusion: .forkInclusion
            case .witnessFork: .witnessFork
            case .unauthorisedEntry: .unauthorisedEntry
            case .badIndexRoot: .badIndexRoot
            }
        }
    }

    /// The names of the kinds.
    public enum Kind: String, Hashable, Sendable, CaseIterable, ClosedWord {
        /// Two signed checkpoints of one size with different roots.
        case forkSameSize = "fork-same-size"
        /// Two signed checkpoints with different leaves at one index.
        case forkInclusion = "fork-inclusion"
        /// One witness's cosignatures on such a pair.
        case witnessFork = "witness-fork"
        /// An included entry that the charter forbids.
        case unauthorisedEntry = "unauthorised-entry"
        /// A recorded index root that the log contradicts.
        case badIndexRoot = "bad-index-root"
    }

    /// Two signed notes.
    public struct Notes: Hashable, Sendable {
        /// The bytes of the first.
        public let a: [UInt8]
        /// The bytes of the second.
        public let b: [UInt8]

        /// Creates a pair.
        public init(a: [UInt8], b: [UInt8]) {
            self.a = a
            self.b = b
        }
    }

    /// What stands at one index in the trees of two notes.
    public struct Difference: Hashable, Sendable {
        /// The index.
        public let index: LeafIndex
        /// What stands there in the tree of the first note.
        public let inA: Leaf
        /// What stands there in the tree of the second note.
        public let inB: Leaf

        /// Creates a difference.
        public init(index: LeafIndex, inA: Leaf, inB: Leaf) {
            self.index = index
            self.inA = inA
            self.inB = inB
        }
    }

    /// An entry with its audit path.
    public struct Leaf: Hashable, Sendable {
        /// The logged bytes.
        public let entry: [UInt8]
        /// The audit path.
        public let proof: InclusionProof

        /// Creates a leaf.
        public init(entry: [UInt8], proof: InclusionProof) {
            self.entry = entry
            self.proof = proof
        }
    }

    /// Creates a proof.
    public init(accused: Text, evidence: Evidence) {
        self.accused = accused
        self.evidence = evidence
    }
}
