import Testing

/// The rules of the code, held against every file, and against planted breaches of themselves.
@Suite struct SourceRulesTests {
    @Test func thereIsSomethingToCheck() {
        #expect(SourceTree.swift.count > 30)
        #expect(SourceTree.texts.count > SourceTree.swift.count)
    }

    @Test(arguments: SourceRule.all)
    func codeKeepsTheRule(rule: SourceRule) {
        var breaches: [String] = []
        for file in SourceTree.swift where rule.applies(file) {
            let isExempt = SourceRule.exemptions.contains {
                $0.path == file.path && rule.banned.contains($0.banned)
            }
            guard !isExempt else { continue }
            breaches += rule.violations(in: file.parts).map { "\(file.path):\($0)" }
        }
        #expect(breaches == [], "\(rule.why)")
    }

    @Test(arguments: SourceRule.all)
    func ruleNoticesEachBreach(rule: SourceRule) {
        for banned in rule.banned {
            let sample = "func f() {\n    let x = 1; \(banned)\n}\n"
            let lead = banned.hasPrefix(".") ? sample.replacing("; .", with: "; y.") : sample
            #expect(rule.violations(in: SwiftText(lead)) == [2], "\(banned)")
            #expect(rule.violations(in: SwiftText("// \(banned)\n/* \(banned) */")) == [])
            #expect(rule.violations(in: SwiftText("let x = \"\(banned)\"")) == [])
        }
        let files = ["Sources/AssayCrypto/X.swift", "Tests/AssayCryptoTests/X.swift"]
            .map { SourceFile(path: $0, text: "") }
        let chance = rule.banned.contains("SecureRandom.")
        #expect(files.contains(where: rule.applies) || chance)
    }

    @Test func exemptionsAreNeededAndExplained() {
        for exemption in SourceRule.exemptions {
            let file = SourceTree.swift.first { $0.path == exemption.path }
            let rule = SourceRule.all.first { $0.banned.contains(exemption.banned) }
            let breaches = file.flatMap { rule?.violations(in: $0.parts) } ?? []
            #expect(!breaches.isEmpty, "\(exemption.path) does not need its exemption")
            #expect(!exemption.reason.isEmpty)
        }
        #expect(SourceRule.exemptions.count <= 8)
    }

    @Test func filesAreShort() {
        let long = SourceTree.swift.filter { Self.lineCount($0.text) > 500 }.map(\.path)
        #expect(long == [])
        #expect(Self.lineCount(String(repeating: "x\n", count: 501)) == 501)
    }

    private static func lineCount(_ text: String) -> Int {
        text.utf8.count { $0 == UInt8(ascii: "\n") }
    }

    @Test func functionsAreShort() {
        var long: [String] = []
        var found = 0
        for file in SourceTree.swift {
            let functions = file.parts.functions
            found += functions.count
            long += functions.filter { $0.count > 70 }.map { _ in file.path }
        }
        // Each breaking file must be in the list, and each file in the list must need it.
        #expect(Set(long) == Set(SourceRule.longFunctions.map(\.path)))
        #expect(found > 200)

        let body = String(repeating: "    f(\"}\") // }\n", count: 69)
        let sample = """
            protocol P {
                func without() -> Int
                func body(of: Int)
            }
            public func long(
                _ x: () -> Void = {}
            ) {
            \(body)}
            private init?() { self.x = [1: { 2 }] }

            """
        #expect(SwiftText(sample).functions.map(\.count) == [73, 1])
    }

    @Test func filesAreNamedAfterASubject() {
        #expect(SourceTree.swift.filter { SourceRule.isEmptyName($0.stem) }.map(\.path) == [])
        for name in ["Utils", "StringUtils", "String+Extensions", "KeyManager", "TestHelper"] {
            #expect(SourceRule.isEmptyName(name))
        }
        #expect(!SourceRule.isEmptyName("Base64"))
    }

    @Test func codeTellsNoHistory() {
        var mentions: [String] = []
        for file in SourceTree.swift where file.target != "TidyTests" {
            let text = file.parts
            for line in text.code.indices {
                for part in [text.code[line], text.comments[line]] {
                    mentions += SourceRule.history(in: part).map {
                        "\(file.path):\(line + 1) \($0)"
                    }
                }
            }
        }
        #expect(mentions == [])
        let told = ["see issue 7", "struct Phase2Sequencer", "func testIssue41()", "Phase #3"]
        #expect(told.allSatisfy { !SourceRule.history(in: $0).isEmpty })
        #expect(SourceRule.history(in: "issued 3 keys in two phases") == [])
    }

    @Test func nothingNamesOneMachine() {
        var mentions: [String] = []
        for file in SourceTree.texts where file.target != "TidyTests" {
            for (number, line) in file.text.split(separator: "\n").enumerated() {
                let folders = SourceRule.machinePaths(in: String(line))
                mentions += folders.map { "\(file.path):\(number + 1) \($0)" }
            }
        }
        #expect(mentions == [])
        let paths = ["open(\"/work/x\")", "/root/.config", "cd /Users/me/assay"]
        #expect(paths.allSatisfy { !SourceRule.machinePaths(in: $0).isEmpty })
        #expect(SourceRule.machinePaths(in: "see docs/work/plan and https://x.org/work/") == [])
    }
}
