import AssayCrypto
public import AssayTLog

/// The Merkle tree over the salted records of a result's samples (formats.md section 11):
/// leaves `salt_i || record_i`, sorted by key.
public struct SampleTree: Sendable {
    /// The secret from which the salts are made.
    public let secret: SampleSecret
    /// The records in their order.
    public let records: [SampleRecord]
    /// The hashes of all perfect subtrees, by level and index.
    private let levels: [[Digest]]

    /// Creates the tree.
    ///
    /// A record's transcript commitment depends on the record's position: sort the keys first.
    ///
    /// - Parameter records: in the order of their keys, no key twice.
    /// - Throws: `SampleTreeError` at the first record that is out of order.
    public init(
        records: [SampleRecord], secret: SampleSecret
    ) throws(SampleTreeError) {
        for (position, pair) in zip(records, records.dropFirst()).enumerated() {
            guard pair.0.key < pair.1.key else {
                throw pair.0.key == pair.1.key
                    ? .duplicateKey(at: position + 1) : .outOfOrder(at: position + 1)
            }
        }
        self.records = records
        self.secret = secret
        var levels: [[Digest]] = []
        var level = records.enumerated().map { position, record in
            MerkleTree.leafHash(of: secret.salt(at: UInt64(position)) + record.bytes)
        }
        while !level.isEmpty {
            levels.append(level)
            level = (0..<level.count / 2).map {
                MerkleTree.nodeHash(level[2 * $0], level[2 * $0 + 1])
            }
        }
        self.levels = levels
    }

    /// The number of records.
    public var count: UInt64 { UInt64(records.count) }

    /// The root and the number of records.
    public var head: TreeHead {
        let root = ProofPlan.root(of: TreeSize(count)).path(hash(of:)).first
        return TreeHead(size: TreeSize(count), root: root ?? MerkleTree.emptyRoot)
    }

    /// What a result states about this tree.
    public func commitment(
        transcripts: EvaluationResult.Transcripts
    ) -> EvaluationResult.SampleCommitment {
        EvaluationResult.SampleCommitment(
            algorithm: .assaySamples1, count: count, root: head.root, transcripts: transcripts)
    }

    /// The opening of the record at `index`.
    ///
    /// - Throws: `leafOutOfRange`.
    public func opening(at index: LeafIndex) throws(ProofError) -> SampleOpening {
        let plan = try ProofPlan.inclusion(of: index, in: TreeSize(count))
        return SampleOpening(
            index: index, salt: secret.salt(at: index.value),
            record: records[Int(index.value)].bytes,
            proof: InclusionProof(path: plan.path(hash(of:))))
    }

    private func hash(of node: NodeCoordinate) -> Digest {
        levels[node.level][Int(node.index)]
    }
}

/// Why records do not make a tree.
public enum SampleTreeError: Error, Hashable, Sendable {
    /// The record at this position comes before the one ahead of it.
    case outOfOrder(at: Int)
    /// The record at this position has the key of the one ahead of it.
    case duplicateKey(at: Int)
}
