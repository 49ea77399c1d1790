import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folders policies and quorums.
@Suite struct QuorumVectorSuite {
    static func word(_ reason: PolicyError.Reason) -> String {
        switch reason {
        case .forbiddenByte: "bytes"
        case .notUTF8: "utf8"
        case .noFinalNewline: "newline"
        case .unknownKeyword, .lineNotAllowed, .blankOrComment: "keyword"
        case .wrongItemCount: "fields"
        case .verifierKey: "vkey"
        case .unsuitableKeyType: "key-type"
        case .duplicateKey: "duplicate-key"
        case .duplicateName: "duplicate-name"
        case .reservedName: "reserved-name"
        case .malformedThreshold: "threshold"
        case .undefinedName: "unknown-member"
        case .repeatedMember: "repeated-member"
        case .noQuorum: "quorum-missing"
        case .secondQuorum: "quorum-repeated"
        case .tooLarge, .tooManyLines, .inlineComment: "\(reason)"
        }
    }

    @Test func policies() throws {
        try VectorFile.compare("policies/policies.json", count: 70) { vector in
            guard let text = Text(validating: try vector.raw("policy")) else {
                return ["malformed: utf8"]
            }
            do {
                let policy = try TrustPolicy(text: text)
                let same =
                    try policy.logs.map(\.key.name.text) == vector.strings("logs")
                    && policy.witnesses.map(\.name) == vector.strings("witnesses")
                    && UInt64(policy.quorum?.split ?? 0) == vector.count("split")
                    && policy.quorum?.halt == vector.optionalInt("halt")
                let again = try TrustPolicy(text: policy.text)
                return [same && again == policy ? "accept" : "read otherwise"]
            } catch let error as PolicyError {
                return ["malformed: \(Self.word(error.reason))"]
            }
        }
    }

    @Test func quorumTexts() throws {
        try VectorFile.compare("quorums/texts.json", count: 14) { vector in
            let text = try vector.string("quorum")
            let leaves = try vector.strings("leaves")
            do throws(PolicyError) {
                _ = try QuorumText(text: text, leaves: leaves)
                return ["accept"]
            } catch { return ["malformed: \(Self.word(error.reason))"] }
        }
    }

    /// Every set of leaves of every generated quorum, and both numbers, which brute force found.
    @Test func generatedQuorums() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("quorums/quorums.json", count: 302) {
            let title = try vector.string("name").string
            let leaves = try vector.strings("leaves")
            let quorum = try QuorumText(text: try vector.string("quorum"), leaves: leaves).quorum
            if try UInt64(quorum?.split ?? 0) != vector.count("split") {
                wrong.append("\(title): split")
            }
            if try quorum?.halt != vector.optionalInt("halt") { wrong.append("\(title): halt") }
            let sets = try vector.list("splitSets").map { set in
                Set(try #require(set.array).compactMap(\.text))
            }
            if !sets.contains(Set(quorum?.cheapestSplit ?? [])) {
                wrong.append("\(title): cheapest split")
            }
            let satisfied = try vector.string("satisfied").utf8
            for mask in 0..<(1 << leaves.count) {
                let names = Set(leaves.indices.filter { mask >> $0 & 1 == 1 }.map { leaves[$0] })
                let digit = satisfied[satisfied.count - 1 - mask / 4]
                let bits = try #require(UInt8(String(decoding: [digit], as: UTF8.self), radix: 16))
                if (quorum?.isSatisfied(by: names) ?? true) != (bits >> (mask % 4) & 1 == 1) {
                    wrong.append("\(title): set \(mask)")
                }
            }
            if let quorum, quorum.isSatisfied(by: Set(leaves).subtracting(quorum.cheapestHalt)) {
                wrong.append("\(title): cheapest halt")
            }
        }
        #expect(wrong == [])
    }

    @Test func observedBy() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("quorums/observed.json", count: 120) {
            let leaves = try vector.strings("leaves")
            let quorum = try #require(
                try QuorumText(text: try vector.string("quorum"), leaves: leaves).quorum)
            var times: [Text: UnixSeconds] = [:]
            for member in try #require(vector["times"]?.object).members {
                let digits = try #require(member.value.text).utf8
                times[member.name] = UnixSeconds(try #require(UInt64(canonicalDecimal: digits)))
            }
            let found = quorum.observed(by: times)?.value
            let wanted = vector["observedBy"]?.text.flatMap {
                UInt64(canonicalDecimal: $0.utf8)
            }
            if found != wanted { wrong.append(try vector.string("name").string) }
        }
        #expect(wrong == [])
    }
}

extension JSONValue {
    /// The small number called `name`, or `nil` where it is null.
    func optionalInt(_ name: String) throws -> Int? {
        let member = try #require(self[Text(name)], "no \(name)")
        return member == .null ? nil : Int(try #require(member.number?.count))
    }
}
