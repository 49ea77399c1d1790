import AssayCrypto
package import AssayTLog
package import Testing

/// Test keys of notes, made from seeds that say what they are.
package enum NoteFixtures {
    /// The signer called `name` whose seed is the hash of its name and type.
    package static func signer(_ name: String, _ type: SignatureType) throws -> SignerKey {
        let seed = SHA256.hash([UInt8]("test key of \(name), type \(type.rawValue)".utf8)).bytes
        let keyName = try #require(KeyName(Text(name)))
        return try SignerKey(name: keyName, type: type, seed: seed)
    }

    /// A checkpoint of `origin` at `size` with a root made from the size.
    package static func checkpoint(_ origin: String, size: UInt64) throws -> Checkpoint {
        Checkpoint(
            origin: try #require(Origin(Text(origin))),
            head: TreeHead(
                size: TreeSize(size), root: MerkleTree.leafHash(of: size.bigEndianBytes)))
    }

    /// What to say when tests are skipped for lack of ML-DSA-44.
    package static let mlDSA44Comment: Comment =
        "skipped: the libcrypto at hand has no ML-DSA-44"
}
