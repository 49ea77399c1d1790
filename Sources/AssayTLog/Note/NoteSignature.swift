import AssayCrypto

/// One signature line of a note: `— <name> <base64 of key ID and signature>` (signed-note).
public struct NoteSignature: Hashable, Sendable {
    /// The em dash and space that begin a line.
    static let prefix: [UInt8] = [0xe2, 0x80, 0x94, 0x20]

    /// The name of the key that is said to have signed.
    public let name: KeyName
    /// The hint which key of that name it is.
    public let keyID: NoteKeyID
    /// What follows the key ID: a signature, in cosignatures after a timestamp; not empty.
    public let signature: [UInt8]

    /// Creates a line.
    init(name: KeyName, keyID: NoteKeyID, signature: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.signature = signature
    }

    /// Reads one line, given without its final newline; anything but the one spelling of a line
    /// gives `nil`.
    public init?(line: some Collection<UInt8>) {
        guard line.starts(with: Self.prefix) else { return nil }
        let parts = line.dropFirst(Self.prefix.count).split(
            separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = KeyName(utf8: parts[0]),
            let decoded = Base64.decode(parts[1]), decoded.count > Limits.noteKeyIDBytes,
            let keyID = NoteKeyID(bytes: decoded.prefix(Limits.noteKeyIDBytes))
        else { return nil }
        self.init(
            name: name, keyID: keyID,
            signature: [UInt8](decoded.dropFirst(Limits.noteKeyIDBytes)))
    }

    /// The line without its final newline.
    public var line: [UInt8] {
        Self.prefix + name.text.utf8 + [UInt8(ascii: " ")]
            + Base64.encodeBytes(keyID.bytes + signature)
    }

    /// Whether the line says that `key` signed: same name and key ID.
    func names(_ key: VerifierKey) -> Bool { name == key.name && keyID == key.id }
}
