public import AssayCrypto

/// The private counterpart of a verifier key: signs notes and checkpoints.
public struct SignerKey: Sendable {
    private enum Secret: Sendable {
        case ed25519Seed([UInt8])
    }

    /// The public counterpart.
    public let verifierKey: VerifierKey
    private let secret: Secret

    /// Creates an Ed25519 signer from a seed of 32 bytes; another count of bytes, and the type
    /// ML-DSA-44, give `nil`.
    public init?(name: KeyName, type: SignatureType, ed25519Seed seed: [UInt8]) {
        guard type.algorithm == .ed25519, seed.count == Ed25519.seedByteCount else { return nil }
        do throws(VerifierKeyError) {
            verifierKey = try VerifierKey(
                name: name, type: type, publicKey: Ed25519.publicKey(seed: seed))
        } catch { return nil }
        secret = .ed25519Seed(seed)
    }

    /// The line by which this key signs `checkpoint`.
    ///
    /// A key of type 0x01 signs the text alone and leaves `time` out.
    ///
    /// - Throws: `uncoveredExtensionLines` for ML-DSA-44 keys, or `signature`.
    public func sign(
        _ checkpoint: Checkpoint, at time: UnixSeconds
    ) throws(NoteSignatureError) -> NoteSignature {
        switch verifierKey.type {
        case .ed25519:
            return line(try sign(checkpoint.noteText.utf8))
        case .ed25519Cosignature:
            let message = Cosignature.timedMessage(checkpoint.noteText, at: time)
            return line(time.value.bigEndianBytes + (try sign(message)))
        case .mlDSA44Cosignature:
            guard checkpoint.extensions.isEmpty else { throw .uncoveredExtensionLines }
            let message = Cosignature.treeMessage(checkpoint, by: verifierKey.name, at: time)
            return line(time.value.bigEndianBytes + (try sign(message)))
        }
    }

    /// The line by which this key, which must be of type 0x01, signs any text.
    ///
    /// Keys of the other types sign checkpoints only: `nil`.
    ///
    /// - Throws: `signature`.
    public func sign(text: Text) throws(NoteSignatureError) -> NoteSignature? {
        guard verifierKey.type == .ed25519 else { return nil }
        return line(try sign(text.utf8))
    }

    private func line(_ signature: [UInt8]) -> NoteSignature {
        NoteSignature(name: verifierKey.name, keyID: verifierKey.id, signature: signature)
    }

    private func sign(_ message: [UInt8]) throws(NoteSignatureError) -> [UInt8] {
        switch secret {
        case .ed25519Seed(let seed): Ed25519.sign(message, seed: seed)
        }
    }
}
