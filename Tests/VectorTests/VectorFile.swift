import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// The repository's own vectors, which `tools/vectors` makes from the specifications.
enum VectorFile {
    /// The cases of `schemas/vectors/<name>`, of which there must be exactly `count`.
    static func cases(
        _ name: String, count: Int, _ location: SourceLocation = #_sourceLocation
    ) throws -> [JSONValue] {
        let bytes = try readFile(SharedFolder.packageRoot + "/schemas/vectors/" + name)
        let cases = try StrictJSON.parse(bytes).list("cases", location)
        #expect(cases.count == count, "cases in \(name)", sourceLocation: location)
        return cases
    }

    /// Runs `judge` on every case and expects it to say what the case expects.
    ///
    /// That is `accept`, or class and reason as in `malformed: base64`; `judge` answers with all
    /// wordings that fit what it found.
    static func compare(
        _ name: String, count: Int, _ location: SourceLocation = #_sourceLocation,
        judge: (JSONValue) throws -> Set<String>
    ) throws {
        var differing: [String] = []
        for vector in try cases(name, count: count, location) {
            let wanted = try vector.expected
            let found = try judge(vector)
            if !found.contains(wanted) {
                let title = try vector.string("name", location)
                differing.append("\(title): wanted \(wanted), found \(found.sorted())")
            }
        }
        #expect(differing == [], sourceLocation: location)
    }
}

extension JSONValue {
    /// What the case expects: `accept`, or class and reason.
    var expected: String {
        get throws {
            let verdict = try string("expect").string
            guard let reason = self["reason"]?.text else { return verdict }
            return "\(verdict): \(reason)"
        }
    }

    /// The bytes of the member `name`: a string, or hex in the member `nameHex`.
    func raw(_ name: String) throws -> [UInt8] {
        if let text = self[Text(name)]?.text { return text.utf8 }
        return try hex(name + "Hex")
    }

    /// The bytes of the base64 member `name`.
    func base64(_ name: String) throws -> [UInt8] {
        try #require(Base64.decode(string(name).utf8), "\(name) is not base64")
    }

    /// The base64 digests of the array `name`; `nil` if one of them is not 32 bytes.
    func digests(_ name: String) throws -> [Digest]? {
        let items = try strings(name)
        let digests = items.compactMap { Digest(base64: $0.utf8) }
        return digests.count == items.count ? digests : nil
    }

    /// The 64-bit numbers of the array `name`, written as strings.
    func counts(_ name: String) throws -> [UInt64] {
        try strings(name).map { try #require(UInt64(canonicalDecimal: $0.utf8)) }
    }

    /// Whether the case needs an algorithm that the libcrypto at hand lacks.
    var isUndecidable: Bool {
        get throws {
            guard let name = self["needs"]?.text else { return false }
            return !(try #require(SignatureAlgorithm(rawValue: name.string))).isAvailable
        }
    }
}
