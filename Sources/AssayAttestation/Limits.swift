/// The bounds of the formats in this module, each with the clause or the reason that sets it.
public enum Limits {
    /// The most bytes of an entry: entry bundles carry its length in 16 bits (formats.md 2).
    public static let entryByteCountMax = 65_535
    /// The most bytes of a payload (formats.md section 2).
    public static let payloadByteCountMax = 45_000
    /// The most bytes of an envelope on input, white space included: the body limit of the service.
    public static let submissionByteCountMax = 131_072
    /// The most signatures of an envelope; of the shortest ones hardly more would fit an entry.
    public static let signatureCountMax = 256
    /// The most subjects of a statement; more would not fit a payload.
    public static let subjectCountMax = 512
    /// The first integer that counts must stay below: 2^53, the end of exact doubles.
    public static let countEnd: UInt64 = 1 << 53
    /// The number of bytes of a salt (formats.md section 11).
    public static let saltByteCount = 16
    /// The number of bytes of the secret from which a statement's sample salts are made.
    public static let secretByteCount = 32
    /// The most bytes of one sample record: digests and scores, never the sample itself.
    public static let recordByteCountMax = 1 << 20
    /// The most bytes of one disclosure's text: it stands for a part of a payload.
    public static let disclosureByteCountMax = 131_072
}
