import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// `split`, `halt` and `observed` against their definitions, tried on every set of leaves.
@Suite struct QuorumTests {
    /// A rule over leaves `w0`, `w1`, … of which each occurs once.
    static func randomQuorum(
        leaves: ArraySlice<Text>, depth: Int, using random: inout SeededGenerator
    ) -> Quorum? {
        if leaves.count == 1, depth == 0 || Bool.random(using: &random) {
            return leaves.first.map(Quorum.leaf)
        }
        var members: [Quorum] = []
        var rest = leaves
        while !rest.isEmpty {
            let width = depth == 0 ? 1 : Int.random(in: 1...rest.count, using: &random)
            guard
                let member = randomQuorum(
                    leaves: rest.prefix(width), depth: max(0, depth - 1), using: &random)
            else { return nil }
            members.append(member)
            rest = rest.dropFirst(width)
        }
        let threshold = Int.random(in: 1...members.count, using: &random)
        return QuorumGroup(name: "g", threshold: threshold, members: members).map(Quorum.group)
    }

    static func names(_ set: Int, of leaves: [Text]) -> Set<Text> {
        Set(leaves.indices.filter { set >> $0 & 1 == 1 }.map { leaves[$0] })
    }

    @Test func costsAgreeWithBruteForce() throws {
        var random = SeededGenerator(seed: 0xa55a_2026)
        var wrong: [String] = []
        var deepest = 0
        let policies = 3_200
        for _ in 0..<policies {
            let count = Int.random(in: 1...8, using: &random)
            let leaves = (0..<count).map { Text("w\($0)") }
            let quorum = try #require(
                Self.randomQuorum(
                    leaves: leaves[...], depth: Int.random(in: 1...3, using: &random),
                    using: &random))
            deepest = max(deepest, count)
            let everybody = 1 << count - 1
            let satisfying = (0...everybody).filter {
                quorum.isSatisfied(by: Self.names($0, of: leaves))
            }
            // Rules are monotone, so the smallest satisfying sets are enough to look at.
            let minimal = satisfying.filter { set in
                !leaves.indices.contains {
                    set >> $0 & 1 == 1 && satisfying.contains(set & ~(1 << $0))
                }
            }
            var split = count + 1
            for left in minimal {
                for right in minimal { split = min(split, (left & right).nonzeroBitCount) }
            }
            let stopping = (0...everybody).filter { !satisfying.contains(everybody & ~$0) }
            let halt = stopping.map(\.nonzeroBitCount).min()

            if quorum.split != split { wrong.append("split \(quorum)") }
            if quorum.halt != halt { wrong.append("halt \(quorum)") }
            let colluders = leaves.indices.filter { quorum.cheapestSplit.contains(leaves[$0]) }
                .reduce(0) { $0 | 1 << $1 }
            let forks = minimal.contains { left in
                minimal.contains { left & $0 & ~colluders == 0 }
            }
            if !forks || colluders.nonzeroBitCount != split { wrong.append("set \(quorum)") }
            let absent = Set(leaves).subtracting(quorum.cheapestHalt)
            if quorum.isSatisfied(by: absent) || quorum.cheapestHalt.count != halt {
                wrong.append("blocking \(quorum)")
            }
        }
        #expect(wrong == [])
        #expect(deepest == 8)
    }

    @Test func observedTimesAgreeWithBruteForce() throws {
        var random = SeededGenerator(seed: 7)
        var wrong: [String] = []
        var unobserved = 0
        for _ in 0..<3_000 {
            let count = Int.random(in: 1...8, using: &random)
            let leaves = (0..<count).map { Text("w\($0)") }
            let quorum = try #require(
                Self.randomQuorum(leaves: leaves[...], depth: 2, using: &random))
            var times: [Text: UnixSeconds] = [:]
            for leaf in leaves where Int.random(in: 0..<5, using: &random) > 0 {
                times[leaf] = UnixSeconds(UInt64.random(in: 1...9, using: &random))
            }
            let expected = times.values.sorted().first { limit in
                quorum.isSatisfied(by: Set(times.filter { $0.value <= limit }.keys))
            }
            unobserved += expected == nil ? 1 : 0
            if quorum.observed(by: times) != expected { wrong.append("\(quorum) \(times)") }
        }
        #expect(wrong == [])
        #expect(unobserved > 100)
    }

    @Test(
        arguments: [
            ("quorum none\n", nil, nil),
            ("quorum a\n", 1, 1),
            ("group g all a b c\nquorum g\n", 3, 1),
            ("group g any a b c\nquorum g\n", 0, 3),
            ("group g 2 a b c\nquorum g\n", 1, 2),
            ("group x any a b\ngroup y 2 c d e\ngroup g all x y\nquorum g\n", 1, 2),
        ] as [(Text, Int?, Int?)])
    func knownCosts(text: Text, split: Int?, halt: Int?) throws {
        let parsed = try QuorumText(text: text, leaves: ["a", "b", "c", "d", "e"])
        #expect(parsed.quorum?.split == split)
        #expect(parsed.quorum?.halt == halt)
    }

    /// Names are bytes: the Kelvin sign and the letter K are two leaves (RFC 8785 and Swift differ).
    @Test func namesThatLookEqualCountApart() throws {
        let parsed = try QuorumText(
            text: "group g all K \u{212a}\nquorum g\n", leaves: ["K", "\u{212a}"])
        let quorum = try #require(parsed.quorum)
        #expect(!quorum.isSatisfied(by: ["K"]))
        #expect(quorum.isSatisfied(by: ["K", "\u{212a}"]))
    }

    @Test(
        arguments: [
            ("", nil, .noFinalNewline),
            ("quorum a", nil, .noFinalNewline),
            ("\nquorum a\n", 1, .blankOrComment),
            ("# c\nquorum a\n", 1, .blankOrComment),
            ("quorum a # c\n", 1, .inlineComment),
            ("quorum a\r\n", 1, .forbiddenByte(13)),
            ("quorum a\u{0}\n", 1, .forbiddenByte(0)),
            ("quorum z\n", 1, .undefinedName("z")),
            ("quorum a b\n", 1, .wrongItemCount(2)),
            ("quorum\n", 1, .wrongItemCount(0)),
            ("group g any a\n", nil, .noQuorum),
            ("quorum a\nquorum a\n", 2, .secondQuorum),
            ("quorum none\nquorum a\n", 2, .secondQuorum),
            ("witness a b\nquorum a\n", 1, .lineNotAllowed),
            ("Group g any a\nquorum a\n", 1, .unknownKeyword),
            ("group g any\nquorum a\n", 1, .wrongItemCount(2)),
            ("group g 0 a\nquorum g\n", 1, .malformedThreshold),
            ("group g 2 a\nquorum g\n", 1, .malformedThreshold),
            ("group g 01 a\nquorum g\n", 1, .malformedThreshold),
            ("group g +1 a\nquorum g\n", 1, .malformedThreshold),
            ("group g 18446744073709551615 a\nquorum g\n", 1, .malformedThreshold),
            ("group a any b\nquorum a\n", 1, .duplicateName("a")),
            ("group all any b\nquorum b\n", 1, .reservedName("all")),
            ("group g any g\nquorum a\n", 1, .undefinedName("g")),
            ("group g any h\ngroup h any a\nquorum g\n", 1, .undefinedName("h")),
            ("group g any a a\nquorum g\n", 1, .repeatedMember("a")),
            ("group g any a\ngroup h any b a\nquorum g\n", 2, .repeatedMember("a")),
            ("group g any a\ngroup h any g\ngroup i any g\nquorum h\n", 3, .repeatedMember("g")),
        ] as [(Text, Int?, PolicyError.Reason)])
    func refusedTexts(text: Text, line: Int?, reason: PolicyError.Reason) {
        let error = #expect(throws: PolicyError.self) {
            try QuorumText(text: text, leaves: ["a", "b", "c"])
        }
        #expect(error?.line == line)
        #expect(error?.reason == reason)
    }

    /// Nesting is bounded by the number of groups.
    @Test func tenThousandNestedGroupsAreRefused() throws {
        func nested(_ depth: Int) -> Text {
            let groups = (0..<depth).map { "group g\($0) any \($0 == 0 ? "a" : "g\($0 - 1)")\n" }
            return Text(groups.joined() + "quorum g\(depth - 1)\n")
        }
        let deepest = try QuorumText(text: nested(Limits.policyGroups), leaves: ["a"])
        #expect(deepest.quorum?.leaves == ["a"])
        #expect(deepest.quorum?.halt == 1)
        let error = #expect(throws: PolicyError.self) {
            try QuorumText(text: nested(10_000), leaves: ["a"])
        }
        #expect(error?.reason == .tooManyLines)
    }

    /// Every text with one byte changed, left out or doubled is refused or has another meaning.
    @Test func everyChangedByteChangesTheMeaning() throws {
        let text: Text = "group x any a b\ngroup y 2 c d e\ngroup g all x y\nquorum g\n"
        let leaves: [Text] = ["a", "b", "c", "d", "e"]
        let original = try QuorumText(text: text, leaves: leaves)
        #expect(original.text == Text("group x 1 a b\ngroup y 2 c d e\ngroup g 2 x y\nquorum g\n"))
        #expect(try QuorumText(text: original.text, leaves: leaves) == original)
        var same: [String] = []
        for changed in Mutations.ofEveryByte(text.utf8) {
            guard let changedText = Text(validating: changed) else { continue }
            do throws(PolicyError) {
                let parsed = try QuorumText(text: changedText, leaves: leaves)
                if parsed == original { same.append(changedText.string) }
            } catch {}
        }
        // Spaces and tabs may be doubled or exchanged.
        #expect(same.allSatisfy { $0.contains("  ") || $0.contains("\t") || $0.hasSuffix(" \n") })
    }
}
