public import AssayCrypto

/// Why an envelope could not be signed.
public enum SigningError: Error, Hashable, Sendable {
    /// The envelope would not be well-formed.
    case envelope(AttestationError)
    /// The key could not sign.
    case key(KeyID, SignatureError)
}

extension EnvelopeDraft {
    /// The draft with a signature by `key`.
    ///
    /// - Throws: `envelope` if the key has signed already or the entry would be too large, `key` if
    ///   the key could not sign.
    public func signed(by key: PrivateKey) throws(SigningError) -> EnvelopeDraft {
        let keyID = key.publicKey.keyID
        let signature: [UInt8]
        do {
            signature = try key.sign(preAuthEncoding)
        } catch {
            throw .key(keyID, error)
        }
        do {
            return try adding(Envelope.Signature(keyID: keyID, bytes: signature))
        } catch {
            throw .envelope(error)
        }
    }
}

extension Envelope {
    /// An envelope of `payload`, signed by each of `keys`, of which there must be one.
    public static func sign(
        _ payload: [UInt8], with keys: [PrivateKey]
    ) throws(SigningError) -> Envelope {
        var draft: EnvelopeDraft
        do {
            draft = try EnvelopeDraft(payload: payload)
        } catch {
            throw .envelope(error)
        }
        for key in keys { draft = try draft.signed(by: key) }
        do {
            return try draft.envelope()
        } catch {
            throw .envelope(error)
        }
    }
}
