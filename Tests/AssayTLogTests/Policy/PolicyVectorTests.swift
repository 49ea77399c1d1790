import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published policies.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct PolicyVectorTests {
    /// Where tlog-policy is silent or its readers differ, the stricter choice, with the reason.
    static let refused: [Text: PolicyError.Reason] = [
        // tlog-policy wants a cosignature key on a witness line.
        "formats: tidy": .unsuitableKeyType(.ed25519),
        "formats: whitespace and inline comments": .inlineComment,
        "formats: name is keyword all": .reservedName("all"),
        "threshold with leading zero": .malformedThreshold,
        "Ed25519 cosignature key (0x04) on a log line": .unsuitableKeyType(.ed25519Cosignature),
        "last line without newline": .noFinalNewline,
    ]

    @Test func policies() throws {
        let cases = try SharedFolder.json("vectors/policy/policy.json").list("cases")
        var wrong: [String] = []
        var accepted = 0
        var stricter = 0
        for vector in cases {
            let id = try vector.string("id")
            let text = try vector.string("policy")
            do {
                let policy = try TrustPolicy(text: text)
                accepted += 1
                if try vector.string("expect") != "accept" { wrong.append("\(id): accepted") }
                if try TrustPolicy(text: policy.text) != policy { wrong.append("\(id): rewritten") }
            } catch let error as PolicyError {
                if let reason = Self.refused[id] {
                    stricter += 1
                    if error.reason != reason { wrong.append("\(id): \(error)") }
                } else if try vector.string("expect") != "reject" {
                    wrong.append("\(id): \(error)")
                }
            }
        }
        #expect(wrong == [])
        #expect(cases.count == 36)
        #expect(accepted == 7)
        #expect(stricter == Self.refused.count)
    }
}
