/// Every bound of the wire formats of logs, each with the clause that sets it.
public enum Limits {
    /// The most signature lines of a note: signed-note asks for at least 16, Go's reader stops here.
    public static let noteSignatures = 100
    /// The most bytes of a note: 100 ML-DSA-44 lines with names of full length fit.
    public static let noteBytes = 512 << 10
    /// The most bytes of a key name: tlog-cosignature prefixes it with one length byte.
    public static let keyNameBytes = 255
    /// The most bytes of an origin: tlog-cosignature prefixes it with one length byte.
    public static let originBytes = 255
    /// The bytes of a note key ID (signed-note).
    public static let noteKeyIDBytes = 4
    /// The largest cosignature timestamp (tlog-cosignature): 2^63-1 POSIX seconds.
    public static let timestampSeconds = UInt64(Int64.max)
    /// The most hashes of a Merkle proof in a text: the path of a leaf among 2^63.
    public static let proofHashes = 63
    /// The most bytes of an entry: bundles give its length in 16 bits (tlog-tiles).
    public static let entryBytes = 65_535
    /// The hashes of a full tile, and the entries of a full bundle (tlog-tiles).
    public static let tileWidth = 256
    /// The levels of tiles, numbered from 0 (tlog-tiles).
    public static let tileLevels = 64
    /// The most bytes of a policy: 256 lines with ML-DSA-44 keys fit.
    public static let policyBytes = 512 << 10
    /// The most log lines of a policy: tlog-policy asks for at least 32.
    public static let policyLogs = 64
    /// The most witness lines of a policy: tlog-policy asks for at least 32.
    public static let policyWitnesses = 128
    /// The most group lines of a policy, which also bounds their nesting: tlog-policy asks for at
    /// least 32.
    public static let policyGroups = 128
    /// The most bytes of a tlog-proof: a note of full length, the hashes and some extra data.
    public static let tlogProofBytes = noteBytes + (128 << 10)
    /// The most bytes of an add-checkpoint body: a note of full length and the proof before it.
    public static let addCheckpointBytes = noteBytes + (8 << 10)
    /// The most sibling hashes of a subject-index proof: one for each bit of a key (formats.md 8).
    public static let indexSiblings = 256
    /// The most indexes that one lookup of the subject index may list.
    public static let lookupIndexes = 1 << 20
}
