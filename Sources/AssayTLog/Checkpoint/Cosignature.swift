public import AssayCrypto

/// A timestamped signature of a witness, a mirror or the log itself on a checkpoint
/// (tlog-cosignature).
public struct Cosignature: Hashable, Sendable {
    /// The key that is said to have signed, which is of a cosignature type.
    public let key: VerifierKey
    /// When.
    public let timestamp: UnixSeconds
    /// The bare signature.
    public let signature: [UInt8]

    /// Reads a signature line of `key`, unverified.
    ///
    /// The line of another key, and of a key that is not of a cosignature type, gives `nil`.
    ///
    /// - Throws: `wrongLength` or `timestampOutOfRange`.
    public init?(_ line: NoteSignature, by key: VerifierKey) throws(NoteSignatureError) {
        guard line.names(key), key.type.isCosignature else { return nil }
        guard line.signature.count == key.type.lineByteCount,
            let seconds = UInt64(bigEndianBytes: line.signature.prefix(8))
        else {
            throw .wrongLength(actual: line.signature.count, expected: key.type.lineByteCount)
        }
        guard let timestamp = UnixSeconds(seconds) else { throw .timestampOutOfRange }
        self.key = key
        self.timestamp = timestamp
        signature = [UInt8](line.signature.dropFirst(8))
    }

    /// Returns normally only if the cosignature is `checkpoint`'s.
    ///
    /// - Throws: `uncoveredExtensionLines` or `signature`.
    public func verify(over checkpoint: Checkpoint) throws(NoteSignatureError) {
        switch key.type {
        case .ed25519, .ed25519Cosignature:
            try key.verify(
                signature, of: Self.timedMessage(checkpoint.noteText, at: timestamp))
        case .mlDSA44Cosignature:
            guard checkpoint.extensions.isEmpty else { throw .uncoveredExtensionLines }
            try key.verify(
                signature,
                of: Self.treeMessage(checkpoint, by: key.name, at: timestamp))
        }
    }

    /// What an Ed25519 cosigner signs: a header, the time, and the whole text of the checkpoint.
    ///
    /// The cosigner's name is not in it, so two names must never share a key.
    public static func timedMessage(_ noteText: Text, at timestamp: UnixSeconds) -> [UInt8] {
        [UInt8]("cosignature/v1\ntime \(timestamp.value)\n".utf8) + noteText.utf8
    }

    /// What an ML-DSA-44 cosigner signs: `cosigned_message` over the whole tree, leaves 0 to size.
    ///
    /// Extension lines are not in it, so a checkpoint that has any is never signed this way.
    public static func treeMessage(
        _ checkpoint: Checkpoint, by cosigner: KeyName, at timestamp: UnixSeconds
    ) -> [UInt8] {
        let name = cosigner.text.utf8
        let origin = checkpoint.origin.text.utf8
        var message = [UInt8]("subtree/v1\n\u{0}".utf8)
        message.append(UInt8(name.count))
        message += name
        message += timestamp.value.bigEndianBytes
        message.append(UInt8(origin.count))
        message += origin
        message += UInt64(0).bigEndianBytes
        message += checkpoint.head.size.value.bigEndianBytes
        message += checkpoint.head.root.bytes
        return message
    }
}
