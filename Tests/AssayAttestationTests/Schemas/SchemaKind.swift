import AssayAttestation
import AssayCrypto
import AssayTestSupport
import AssayVerification
import Testing

/// A kind of document that has a schema and a Swift type.
enum SchemaKind: String, CaseIterable {
    case envelope, statement, charter
    case memberKeys = "member-keys"
    case indexRoot = "index-root"
    case evaluationResult = "evaluation-result"
    case correction, bundle

    /// Why the Swift type refuses `value`, or `nil`.
    func refusal(of value: JSONValue) -> AttestationError? {
        do throws(AttestationError) {
            let bytes = CompactJSON.serialize(value)
            let cursor = JSONCursor(value, in: .statement)
            switch self {
            case .envelope: _ = try Envelope(parsing: bytes)
            case .statement: _ = try Statement(parsing: bytes)
            case .charter: _ = try Charter(reading: cursor)
            case .memberKeys: _ = try MemberKeys(reading: cursor)
            case .indexRoot: _ = try IndexRoot(reading: cursor)
            case .correction: _ = try Correction(reading: cursor)
            case .evaluationResult:
                let model = Subject(digest: AttestationFixtures.digest("model"))
                _ = try Statement(subjects: [model], type: .evaluationResult, predicate: value)
            case .bundle: _ = try Bundle(reading: JSONCursor(value, in: .bundle))
            }
            return nil
        } catch { return error }
    }
}

/// The schemas of the repository, and what they say by way of Python's `jsonschema`.
enum Schemas {
    static let folder = SharedFolder.packageRoot + "/schemas"

    static func schema(_ name: String) throws -> JSONValue {
        try StrictJSON.parse(try readFile("\(folder)/\(name).v1.schema.json"))
    }

    /// For each value whether its schema takes it.
    static func verdicts(_ values: [(kind: SchemaKind, value: JSONValue)]) throws -> [Bool] {
        var lines: [UInt8] = []
        for (kind, value) in values {
            lines += CompactJSON.serialize(
                ["schema": .string(kind.rawValue), "instance": value])
            lines.append(UInt8(ascii: "\n"))
        }
        let tool = SharedFolder.packageRoot + "/tools/schemas/validate"
        let answer = try ChildProcess.run(["python3", tool, "--lines"], input: lines)
        let complaint = String(decoding: answer.errors, as: UTF8.self)
        try #require(answer.status == 0, "tools/schemas/validate failed: \(complaint)")
        let verdicts = String(decoding: answer.output, as: UTF8.self).split(separator: "\n")
        try #require(verdicts.count == values.count)
        return verdicts.map { $0 == "valid" }
    }
}

extension Malformation {
    /// Whether a JSON Schema has no way to say that this is wrong, or ours leave it to the readers.
    var isBeyondSchemas: Bool {
        switch self {
        case .duplicate, .unacceptableKey, .unacceptableVerifierKey, .unsuitableKeyType,
            .noKeyOfType, .unacceptablePolicy, .noRule, .forkable, .mismatch,
            .withheldWithoutDigest:
            true
        // 120.0 is an integer for JSON Schema.
        case .notACount(let text): text.utf8.contains(UInt8(ascii: "."))
        // February has no day 30.
        case .notWritten(.timestamp, _): true
        // The order of indexes in a bundle.
        case .outOfRange(_, let range): range.upperBound == .max
        default: false
        }
    }
}
