public import AssayCrypto

/// The private counterpart of a verifier key: signs notes and checkpoints.
public struct SignerKey: Sendable {
    /// The public counterpart.
    public let verifierKey: VerifierKey
    private let privateKey: PrivateKey

    /// Creates a signer; a private key of another algorithm than the type's gives `nil`.
    public init?(name: KeyName, type: SignatureType, privateKey: PrivateKey) {
        guard privateKey.algorithm == type.algorithm else { return nil }
        let raw = privateKey.publicKey.rawEd25519 ?? privateKey.publicKey.rawMLDSA44
        guard let raw else { return nil }
        do throws(VerifierKeyError) {
            verifierKey = try VerifierKey(name: name, type: type, publicKey: raw)
        } catch { return nil }
        self.privateKey = privateKey
    }

    /// Creates a signer from a seed of 32 bytes, which the caller wipes.
    ///
    /// - Throws: `KeyError.malformedPrivateKey` for another count of bytes,
    ///   `KeyError.algorithmUnavailable` for ML-DSA-44 where libcrypto lacks it,
    ///   `KeyError.libraryFault`.
    public init(name: KeyName, type: SignatureType, seed: [UInt8]) throws(KeyError) {
        let privateKey = try PrivateKey(seed: seed, algorithm: type.algorithm)
        guard let signer = SignerKey(name: name, type: type, privateKey: privateKey) else {
            throw .libraryFault
        }
        self = signer
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
        do throws(SignatureError) {
            return try privateKey.sign(message)
        } catch { throw .signature(error) }
    }
}
