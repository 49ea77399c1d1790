public import AssayCrypto

/// The name of a served model: `developer/name@snapshot` (formats.md section 4), or `developer/name`
/// where no snapshot is known.
public struct ModelID: Hashable, Sendable {
    /// The whole name.
    public let text: Text
    /// What stands before the first `/`.
    public let developer: Text
    /// What stands between the first `/` and the last `@`.
    public let name: Text
    /// What stands after the last `@`, if there is one.
    public let snapshot: Text?

    /// Creates a name; text of another shape gives `nil`.
    ///
    /// Each part must have characters, none of them white space or control.
    public init?(_ text: Text) {
        let isPlain = text.string.unicodeScalars.allSatisfy { scalar in
            scalar.properties.generalCategory != .control && !scalar.properties.isWhitespace
        }
        guard isPlain, let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let rest = text.utf8[(slash + 1)...]
        let at = rest.lastIndex(of: UInt8(ascii: "@"))
        guard let developer = Text(validating: text.utf8[..<slash]), !developer.isEmpty,
            !developer.utf8.contains(UInt8(ascii: "@")),
            let name = Text(validating: rest[..<(at ?? rest.endIndex)]), !name.isEmpty
        else { return nil }
        let snapshot = at.flatMap { Text(validating: rest[($0 + 1)...]) }
        guard snapshot?.isEmpty != true else { return nil }
        self.text = text
        self.developer = developer
        self.name = name
        self.snapshot = snapshot
    }
}

extension ModelID: CustomStringConvertible {
    /// The whole name.
    public var description: String { text.string }
}

/// The model that statements are about, by a digest that is equal in all of them (formats.md
/// section 4).
public enum ModelSubject: Hashable, Sendable {
    /// Weights at hand, by their OpenSSF Model Signing root digest.
    case weights(rootDigest: Digest)
    /// A served model, by its name.
    case served(ModelID)
    /// A model that is not named, by a code that participants of an exercise can recompute.
    case undisclosed(Digest)

    /// The code for a model that is not named: `HMAC-SHA256(exercise key, "model" || digest)`.
    ///
    /// - Parameter subject: the digest that would otherwise stand for the model.
    public static func undisclosed(subject: Digest, exerciseKey: [UInt8]) -> ModelSubject {
        .undisclosed(
            HMACSHA256.code(key: exerciseKey, message: [UInt8]("model".utf8) + subject.bytes))
    }

    /// The subject's `digest.sha256`.
    public var digest: Digest {
        switch self {
        case .weights(let rootDigest): rootDigest
        case .served(let id): SHA256.hash([UInt8]("assay-model/1".utf8) + [0] + id.text.utf8)
        case .undisclosed(let code): code
        }
    }

    /// The subject element of a statement: a served model is named, the others only if a name is
    /// given.
    public func subject(name: Text? = nil) -> Subject {
        if case .served(let id) = self { return Subject(name: id.text, digest: digest) }
        return Subject(name: name, digest: digest)
    }
}
