public import AssayCrypto

/// What a statement is about: an in-toto resource descriptor, matched by its SHA-256 only.
public struct Subject: Hashable, Sendable {
    /// A name for people; two subjects may share it.
    public let name: Text?
    /// `digest.sha256`.
    public let digest: Digest

    /// Creates a subject.
    public init(name: Text? = nil, digest: Digest) {
        self.name = name
        self.digest = digest
    }
}

extension Subject: JSONConvertible {
    enum Member: String, MemberName { case name, digest }
    enum DigestMember: String, MemberName { case sha256 }

    /// Reads `name` and `digest.sha256`; other members are ignored, as in-toto asks.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        name = try cursor.optional(Member.name)
        digest = try cursor.member(Member.digest).required(DigestMember.sha256)
    }

    /// The descriptor as JSON.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.name, name)
        object.append("digest", ["sha256": digest.json])
        return .object(object)
    }
}
