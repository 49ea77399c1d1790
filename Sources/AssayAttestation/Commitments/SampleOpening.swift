public import AssayCrypto
public import AssayTLog

/// One sample record shown together with its salt and its proof, none of it believed yet.
public struct SampleOpening: Hashable, Sendable {
    /// The position of the record.
    public let index: LeafIndex
    /// The salt.
    public let salt: [UInt8]
    /// The record's bytes.
    public let record: [UInt8]
    /// The proof that `salt || record` stands at that position.
    public let proof: InclusionProof

    /// Creates an opening.
    public init(index: LeafIndex, salt: [UInt8], record: [UInt8], proof: InclusionProof) {
        self.index = index
        self.salt = salt
        self.record = record
        self.proof = proof
    }

    /// The record, once it is proven to be one that the result committed to.
    ///
    /// - Throws: `SampleOpeningError`.
    public func verified(
        against commitment: EvaluationResult.SampleCommitment
    ) throws(SampleOpeningError) -> SampleRecord {
        guard let count = commitment.count, let root = commitment.root else {
            throw .commitmentWithheld
        }
        guard salt.count == Limits.saltByteCount else { throw .wrongSaltLength(salt.count) }
        do {
            try proof.verify(
                leaf: MerkleTree.leafHash(of: salt + record), at: index,
                in: TreeHead(size: TreeSize(count), root: root))
        } catch {
            throw .notCommitted(error)
        }
        do {
            return try SampleRecord(bytes: record)
        } catch {
            throw .malformedRecord(error)
        }
    }

    /// The record, once it and the transcript are proven.
    ///
    /// - Parameters:
    ///   - transcript: the sample's bytes as the harness stored them, after decompression.
    ///   - transcriptSalt: the salt of the transcript's commitment.
    /// - Throws: `SampleOpeningError`.
    public func verified(
        against commitment: EvaluationResult.SampleCommitment, transcript: [UInt8],
        transcriptSalt: [UInt8]
    ) throws(SampleOpeningError) -> SampleRecord {
        let record = try verified(against: commitment)
        guard transcriptSalt.count == Limits.saltByteCount else {
            throw .wrongSaltLength(transcriptSalt.count)
        }
        guard let committed = record.transcript else { throw .transcriptNotCommitted }
        let computed = SHA256.hash(transcriptSalt + transcript)
        guard computed == committed else {
            throw .transcriptMismatch(computed: computed, committed: committed)
        }
        return record
    }
}

/// Why an opening was rejected.
public enum SampleOpeningError: Error, Hashable, Sendable {
    /// The result withholds the count or the root.
    case commitmentWithheld
    /// The salt does not have 16 bytes.
    case wrongSaltLength(Int)
    /// The record is not what the result committed to at this position.
    case notCommitted(ProofError)
    /// The record is not well-formed, although the result committed to it.
    case malformedRecord(AttestationError)
    /// The record does not commit to a transcript.
    case transcriptNotCommitted
    /// The transcript is not the committed one.
    case transcriptMismatch(computed: Digest, committed: Digest)
}
