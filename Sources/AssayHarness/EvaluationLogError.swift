package import AssayAttestation
package import AssayCrypto

/// Why a file could not be read as an evaluation log.
package enum EvaluationLogError: Error, Hashable, Sendable {
    /// The file cannot be opened, by the system's error number.
    case cannotOpen(path: Text, errno: Int32)
    /// The path names a folder, device, pipe or socket.
    case notRegularFile(path: Text)
    /// Reading failed, by the system's error number.
    case cannotRead(errno: Int32)
    /// The file became shorter or was changed while it was read.
    case changedWhileRead
    /// The content is no log of a harness that is supported.
    case unknownHarness
    /// A log of a harness that is known and not supported.
    case unsupportedHarness(KnownHarness)
    /// The archive is damaged or ambiguous, in the member named if it is in one.
    case archive(ArchiveFault, member: Text?)
    /// The text is not acceptable JSON, in the member named if it is in one.
    case json(JSONError, member: Text?)
    /// A bound was exceeded.
    case exceeds(ReadingBound, limit: UInt64, member: Text?)
    /// A field that is needed is absent.
    case missing(LogPath)
    /// A field has a type or value that it cannot have.
    case unexpected(LogPath)
    /// The run ended before it wrote its header (`header.json`), as after a crash.
    case noHeader
    /// The log's format has a version that is not known; known are 1 to 3 and none.
    case unknownVersion(Text)
    /// Two records of one sample and epoch.
    case duplicateSample(id: SampleID, epoch: UInt64)
    /// A member among the samples that is neither a sample nor part of one.
    case strayMember(Text)
    /// A metric of the header is not what the samples give.
    case metricMismatch(MetricMismatch)
}

/// A harness that is known by its files and not read.
package enum KnownHarness: String, Hashable, Sendable {
    /// EleutherAI's lm-evaluation-harness.
    case lmEvaluationHarness = "lm-evaluation-harness"
    /// A record of Every Eval Ever.
    case everyEvalEver = "Every Eval Ever"
    /// Stanford's HELM.
    case helm = "HELM"
}

/// What is wrong with an archive.
package enum ArchiveFault: Hashable, Sendable {
    /// The end of the archive is missing: it was cut short or is no ZIP archive.
    case noEndRecord
    /// The archive says that it has several parts.
    case severalParts
    /// The end record and its ZIP64 form contradict each other, or do not point at the directory.
    case badEndRecord
    /// The directory is damaged.
    case badDirectory
    /// A member's name is not UTF-8.
    case nameNotUTF8
    /// A member is encrypted.
    case encrypted
    /// A compression method other than 0, 8 and 93.
    case unsupportedMethod(UInt16)
    /// The member's own header contradicts the directory.
    case badLocalHeader
    /// Two members share bytes.
    case overlappingMembers
    /// The compressed data is damaged.
    case badCompressedData
    /// The compressed data ends early.
    case truncatedData
    /// Bytes follow the end of the compressed data.
    case trailingData
    /// The member has another size than stated.
    case wrongSize
    /// The member has another CRC-32 than stated.
    case wrongChecksum
}

/// The place of a field in a log, with dots between the names.
package struct LogPath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The path.
    package let description: String

    /// Creates a path.
    package init(stringLiteral value: String) { description = value }

    /// Creates a path.
    package init(_ description: String) { self.description = description }

    /// The path of a member of this place.
    package func appending(_ name: String) -> LogPath { LogPath(description + "." + name) }
}

/// A metric of the header that the samples contradict.
package struct MetricMismatch: Hashable, Sendable {
    /// The name of the score.
    package let score: Text
    /// How epochs were reduced, if the header says so.
    package let reducer: Text?
    /// The metric.
    package let metric: Text
    /// The number in the header, as it is written there.
    package let stated: String
    /// The number that the samples give.
    package let recomputed: Double
}
