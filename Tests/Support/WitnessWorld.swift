import AssayCrypto
package import AssayTLog
package import AssayWitness
import Testing

/// A log that grows leaf by leaf and signs what it is told, for a witness to judge.
package struct WitnessWorld: Sendable {
    /// The log's origin.
    package let origin: Origin
    /// The log as a witness knows it.
    package let log: WitnessedLog
    /// The witness's keys: Ed25519, and ML-DSA-44 where libcrypto has it.
    package let signers: [SignerKey]
    private let logSigner: SignerKey
    private let leaves: [Digest]

    /// Makes a log of `leafCount` leaves.
    package init(leafCount: Int = 64, isFork: Bool = false) throws {
        origin = try #require(Origin("log.example/witnessed"))
        logSigner = try NoteFixtures.signer("log.example/witnessed", .ed25519)
        log = try #require(WitnessedLog(origin: origin, keys: [logSigner.verifierKey]))
        var signers = [try NoteFixtures.signer("witness.example/w", .ed25519Cosignature)]
        if MLDSA44.isAvailable {
            signers.append(try NoteFixtures.signer("witness.example/w", .mlDSA44Cosignature))
        }
        self.signers = signers
        leaves = (0..<leafCount).map {
            MerkleTree.leafHash(of: Array((isFork ? "fork \($0)" : "leaf \($0)").utf8))
        }
    }

    /// The time at which the witness of this world signs.
    package static let time: UInt64 = 1_790_000_000

    /// A witness of the log over `store`.
    package func witness(_ store: some TreeHeadStore) async throws -> Witness {
        _ = try await store.put(log)
        let time = try #require(UnixSeconds(Self.time))
        return Witness(store: store, signers: signers) { time }
    }

    /// The tree head at `size`.
    package func head(_ size: Int) -> TreeHead {
        TreeHead(size: TreeSize(UInt64(size)), root: ReferenceTree.root(leaves[..<size]))
    }

    /// The request that leads from `old` to `new`.
    package func request(_ old: Int, _ new: Int) throws -> [UInt8] {
        let path = old == 0 ? [] : ReferenceTree.consistency(old, leaves[..<new])
        let checkpoint = Checkpoint(origin: origin, head: head(new))
        let note = try SignedNote(
            text: checkpoint.noteText,
            signatures: [logSigner.sign(checkpoint, at: .unstated)])
        return try AddCheckpointRequest(
            oldSize: TreeSize(UInt64(old)), proof: ConsistencyProof(path: path), note: note
        ).bytes
    }
}
