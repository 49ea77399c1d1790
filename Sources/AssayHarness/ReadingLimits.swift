/// The bounds within which logs of evaluation harnesses are read; beyond one, reading stops.
///
/// A log comes from another institute or an auditor's mail: everything it declares is a claim.
package struct ReadingLimits: Hashable, Sendable {
    /// The most members of an archive.
    ///
    /// A run of 100,000 samples in the chunked layout, with 8 members each, fits; the directory of
    /// as many takes about 100 MB.
    package var members: UInt64 = 1_000_000
    /// The most bytes of an archive's directory: 256 for each of the most members.
    package var directoryBytes: UInt64 = 256_000_000
    /// The most bytes of one member after decompression.
    ///
    /// The largest samples known, long agent runs, have some hundred megabytes.
    package var memberBytes: UInt64 = 4 << 30
    /// The most bytes of all members together; harness documentation speaks of "multiple GB".
    package var totalBytes: UInt64 = 256 << 30
    /// How many times larger than its compressed form a member may become.
    ///
    /// Repetitive JSON reaches some hundreds; deflate ends at 1,032 and a bomb uses it all.
    package var expansion: UInt64 = 1000
    /// The size below which expansion does not matter: one small member is never a bomb.
    package var expansionFloor: UInt64 = 4 << 20
    /// The most bytes of one JSON value that is held in memory whole, such as a sample's input or
    /// answer with images inside.
    ///
    /// Longer ones that are not needed are passed over.
    package var valueBytes: Int = 64 << 20
    /// The most values inside one JSON value that is held in memory whole.
    package var values: Int = 1 << 21
    /// The deepest nesting of JSON.
    ///
    /// Inspect's writer itself ends at 254.
    package var depth: Int = 256
    /// The most samples: each takes about 1 kB of memory while a statement is made.
    package var samples: Int = 1_000_000
    /// The most bytes read from standard input, which is held in memory whole.
    package var standardInputBytes: UInt64 = 1 << 30

    /// Creates the default limits.
    package init() {}
}

/// What a log exceeded.
package enum ReadingBound: String, Hashable, Sendable {
    /// Members of the archive.
    case members
    /// Bytes of the archive's directory.
    case directoryBytes = "directory bytes"
    /// Bytes of one member.
    case memberBytes = "bytes of one member"
    /// Bytes of all members together.
    case totalBytes = "bytes of all members"
    /// Growth of a member by decompression.
    case expansion = "times its compressed size"
    /// Bytes of one JSON value.
    case valueBytes = "bytes of one JSON value"
    /// Nesting of JSON.
    case depth = "levels of nesting"
    /// Samples.
    case samples
    /// Members of one JSON object.
    case objectMembers = "members of one JSON object"
    /// Bytes from standard input.
    case standardInputBytes = "bytes of standard input"
}
