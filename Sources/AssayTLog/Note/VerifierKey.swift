public import AssayCrypto

/// A key that checks notes: `<name>+<8 hex digits of the key ID>+<base64 of type byte and key>`
/// (signed-note).
public struct VerifierKey: Hashable, Sendable {
    /// Whose key it is.
    public let name: KeyName
    /// What signature lines carry beside the name; always computed from name, type and key.
    public let id: NoteKeyID
    /// The algorithm and what is signed.
    public let type: SignatureType
    /// The raw public key.
    public let publicKey: [UInt8]

    /// Creates a verifier key.
    ///
    /// - Throws: `wrongKeyLength`, or `unacceptableKey` for Ed25519 keys that are not canonical or
    ///   of small order.
    public init(
        name: KeyName, type: SignatureType, publicKey: [UInt8]
    ) throws(VerifierKeyError) {
        guard publicKey.count == type.publicKeyByteCount else {
            throw .wrongKeyLength(type, actual: publicKey.count)
        }
        if type.algorithm == .ed25519, !Ed25519.isAcceptable(publicKey: publicKey) {
            throw .unacceptableKey
        }
        self.name = name
        self.type = type
        self.publicKey = publicKey
        id = NoteKeyID(name: name, type: type, publicKey: publicKey)
    }

    /// Reads the text form, and compares the key ID that it states.
    ///
    /// - Throws: every case of `VerifierKeyError`.
    public init(text: Text) throws(VerifierKeyError) {
        // Base64 may hold `+`, names and hex may not: the first two separate.
        let parts = text.utf8.split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .notThreeParts }
        guard let name = KeyName(utf8: parts[0]) else { throw .malformedName }
        guard let idBytes = Hex.decode(parts[1]), let id = NoteKeyID(bytes: idBytes) else {
            throw .malformedKeyID
        }
        guard let typed = Base64.decode(parts[2]), let typeByte = typed.first else {
            throw .malformedBase64
        }
        guard let type = SignatureType(rawValue: typeByte) else {
            throw .unsupportedType(typeByte)
        }
        try self.init(name: name, type: type, publicKey: [UInt8](typed.dropFirst()))
        guard self.id == id else { throw .keyIDMismatch(stated: id, computed: self.id) }
    }

    /// The text form.
    public var text: Text {
        Text("\(name)+\(id)+\(Base64.encode([type.rawValue] + publicKey))")
    }
}

/// Why a text or some bytes are not a verifier key.
public enum VerifierKeyError: Error, Hashable, Sendable {
    /// The text is not three parts joined by `+`.
    case notThreeParts
    /// The name breaks a rule of `KeyName`.
    case malformedName
    /// The key ID is not 8 lower-case hex digits.
    case malformedKeyID
    /// The third part is not the base64 of at least one byte.
    case malformedBase64
    /// The type byte names nothing that Assay checks.
    case unsupportedType(UInt8)
    /// The public key has the wrong number of bytes for its type.
    case wrongKeyLength(SignatureType, actual: Int)
    /// The Ed25519 key is not canonical or of small order.
    case unacceptableKey
    /// The key ID does not belong to this name, type and key.
    case keyIDMismatch(stated: NoteKeyID, computed: NoteKeyID)
}
