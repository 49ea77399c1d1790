import AssayCrypto

/// The 32-bit hint beside a key name in a note (signed-note): an index into the known keys, not a
/// hash to rely on.
public struct NoteKeyID: Hashable, Sendable {
    /// The hint as a big-endian number.
    public let value: UInt32

    /// Creates a key ID.
    public init(_ value: UInt32) { self.value = value }

    /// Creates a key ID from exactly 4 bytes; any other count gives `nil`.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Limits.noteKeyIDBytes else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The ID of a key: the first 4 bytes of SHA-256 of the name, a newline, the type and the
    /// public key (signed-note).
    public init(name: KeyName, type: SignatureType, publicKey: [UInt8]) {
        var computation = SHA256()
        computation.update(name.text.utf8)
        computation.update(UInt8(ascii: "\n"))
        computation.update(type.rawValue)
        computation.update(publicKey)
        value = computation.finalize().bytes.prefix(Limits.noteKeyIDBytes).reduce(0) {
            $0 << 8 | UInt32($1)
        }
    }

    /// The 4 bytes.
    public var bytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    /// The 8 lower-case hex digits.
    public var hex: String { Hex.encode(bytes) }
}

extension NoteKeyID: Comparable {
    /// Orders key IDs by their bytes.
    public static func < (left: NoteKeyID, right: NoteKeyID) -> Bool { left.value < right.value }
}

extension NoteKeyID: CustomStringConvertible {
    /// The hex digits.
    public var description: String { hex }
}
