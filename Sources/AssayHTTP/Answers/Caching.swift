import AssayCrypto
import HTTPTypes

extension Answer {
    /// What never changes (C2SP tlog-tiles: immutable, with a long caching time).
    static let immutable = "public, max-age=31536000, immutable"
    /// What changes with every batch.
    static let momentary = "public, max-age=1"

    /// The answer with `caching` and an entity tag from its body, or 304 with no body where the
    /// client has it already (RFC 9110 section 13.1.2).
    func cached(_ caching: String, ifNoneMatch condition: String?) -> Answer {
        var answer = self
        let tag = "\"\(Hex.encode(SHA256.hash(bytes).bytes.prefix(16)))\""
        answer.fields[.cacheControl] = caching
        answer.fields[.eTag] = tag
        guard let condition, Self.matches(condition, tag) else { return answer }
        answer.status = .notModified
        answer.fields[.contentType] = nil
        answer.fields[.contentLength] = nil
        answer.fields[.contentEncoding] = nil
        answer.bytes = []
        return answer
    }

    /// Whether `condition`, a list of entity tags or `*`, has `tag`, by the weak comparison.
    private static func matches(_ condition: String, _ tag: String) -> Bool {
        condition.split(separator: ",").contains { option in
            let option = option.drop { $0 == " " }
            return option == "*" || option == tag || option == "W/" + tag
                || option.split(separator: " ").first.map { $0 == tag || $0 == "W/" + tag } ?? false
        }
    }
}
