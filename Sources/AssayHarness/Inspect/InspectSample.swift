package import AssayCrypto

/// One sample of an Inspect log, reduced to what statements, records and metrics need.
package struct InspectSample: Hashable, Sendable {
    /// The sample in its data set.
    package let id: SampleID
    /// Which of the sample's runs this is, from 1.
    package let epoch: UInt64
    /// SHA-256 of the canonical item: id, input, choices and target.
    package let itemDigest: Digest
    /// The leaf hash of the canonical item.
    package let itemLeafHash: Digest
    /// SHA-256 of the completion's UTF-8 bytes.
    package let outputDigest: Digest
    /// The model that says it answered.
    package let respondingModel: Text?
    /// The back ends that answered the model calls, with how many each.
    package let backends: [Text: UInt64]
    /// The tools that were offered with the first model call.
    package let offeredTools: [Text]
    /// The scores by the scorer's name, in the log's order.
    package let scores: [SampleScore]
    /// Whether the sample ended in an error.
    package let hasError: Bool
    /// The kind of limit that ended the sample.
    package let limit: Text?
    /// Whether the sample was marked invalid after the run.
    package let isInvalidated: Bool
    /// The sample's place among the log's samples, in the order of the log.
    package var order: Int
    /// Where the bytes of the sample are.
    package let location: SampleLocation
}

/// One score of one sample.
package struct SampleScore: Hashable, Sendable {
    /// The name of the scorer.
    package let scorer: Text
    /// The value.
    package let value: ScoreValue
    /// SHA-256 of the answer's UTF-8 bytes, if there is one.
    package let answerDigest: Digest?
    /// Whether the score was edited after the run.
    package let isEdited: Bool
}

/// Where the bytes of a sample are.
package enum SampleLocation: Hashable, Sendable {
    /// In these members of the archive, one after another.
    case members([ArchiveMember])
    /// At these positions of the file.
    case stretch(Range<UInt64>)
}
