import AssayCrypto

/// A note text, read as a checkpoint once for all the cosignatures under it.
struct NoteMessage {
    let text: Text
    let checkpoint: Result<Checkpoint, CheckpointError>

    init(text: Text) {
        self.text = text
        checkpoint = Result { () throws(CheckpointError) in
            try Checkpoint(noteText: text, extensionLines: .allowed)
        }
    }
}

extension VerifierKey {
    /// Checks one line that names this key, and gives the time it states, if any.
    func verify(
        _ line: NoteSignature, over message: NoteMessage
    ) throws(NoteSignatureError) -> UnixSeconds? {
        guard let cosignature = try Cosignature(line, by: self) else {
            guard line.signature.count == type.lineByteCount else {
                throw .wrongLength(actual: line.signature.count, expected: type.lineByteCount)
            }
            try verify(line.signature, of: message.text.utf8)
            return nil
        }
        switch message.checkpoint {
        case .success(let checkpoint): try cosignature.verify(over: checkpoint)
        case .failure(let error): throw .notACheckpoint(error)
        }
        return cosignature.timestamp == .unstated ? nil : cosignature.timestamp
    }

    /// Checks a bare signature over bytes.
    func verify(_ signature: [UInt8], of message: [UInt8]) throws(NoteSignatureError) {
        do throws(SignatureError) {
            switch type {
            case .ed25519, .ed25519Cosignature:
                try Ed25519.verify(signature, over: message, publicKey: publicKey)
            case .mlDSA44Cosignature:
                try MLDSA44.verify(signature, over: message, publicKey: publicKey)
            }
        } catch { throw .signature(error) }
    }
}
