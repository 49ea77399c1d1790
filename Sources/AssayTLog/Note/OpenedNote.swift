import AssayCrypto

/// What the known keys say about a note: at least one of them signed it, and none of them left a
/// signature that fails.
public struct OpenedNote: Hashable, Sendable {
    /// The note.
    public let note: SignedNote
    /// The keys that signed, each once, in the order of their first lines.
    public let verified: [VerifiedSignature]
    /// Keys that are said to have signed with an algorithm that this libcrypto lacks: nothing is
    /// known about these lines.
    public let unavailable: [VerifierKey]
    /// Lines of no known key, which prove nothing.
    public let unknown: [NoteSignature]
}

/// One key that signed a note.
public struct VerifiedSignature: Hashable, Sendable {
    /// The key.
    public let key: VerifierKey
    /// When the key says it cosigned, the earliest of its lines; `nil` for plain signatures and for
    /// cosignatures that make no statement about time (timestamp 0).
    public let time: UnixSeconds?
}

extension SignedNote {
    /// Checks every line whose name and key ID belong to one of `keys`.
    ///
    /// Lines of other keys are kept apart and prove nothing. Several lines of one key must all
    /// verify and count once.
    ///
    /// - Throws: `ambiguousKey` if two of `keys` fit one line; `rejectedSignature` for a line of a
    ///   known key that does not verify, which rejects the whole note; `algorithmUnavailable` if no
    ///   line verified but the libcrypto at hand could not check some; `noKnownSignature` if no
    ///   line is by a known key; `libraryFault`.
    public func open(with keys: [VerifierKey]) throws(NoteError) -> OpenedNote {
        var verified: [VerifiedSignature] = []
        var unavailable: [VerifierKey] = []
        var unknown: [NoteSignature] = []
        let message = NoteMessage(text: text)
        for signature in signatures {
            let known = keys.filter(signature.names)
            guard let key = known.first else {
                unknown.append(signature)
                continue
            }
            guard known.count == 1 else { throw .ambiguousKey(key.name, key.id) }
            do throws(NoteSignatureError) {
                let time = try key.verify(signature, over: message)
                Self.record(VerifiedSignature(key: key, time: time), in: &verified)
            } catch {
                switch error {
                case .signature(.algorithmUnavailable):
                    if !unavailable.contains(key) { unavailable.append(key) }
                case .signature(.libraryFault): throw .libraryFault
                default: throw .rejectedSignature(key.name, key.id, error)
                }
            }
        }
        guard !verified.isEmpty else {
            if let key = unavailable.first { throw .algorithmUnavailable(key.type.algorithm) }
            throw .noKnownSignature
        }
        return OpenedNote(
            note: self, verified: verified, unavailable: unavailable, unknown: unknown)
    }

    /// Adds `new`, or makes the earlier of two times stand if its key is there already.
    private static func record(_ new: VerifiedSignature, in list: inout [VerifiedSignature]) {
        guard let position = list.firstIndex(where: { $0.key == new.key }) else {
            list.append(new)
            return
        }
        if let time = new.time, time < list[position].time ?? .latest {
            list[position] = new
        }
    }
}
