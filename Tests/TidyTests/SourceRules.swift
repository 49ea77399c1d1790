/// Something that must not stand in the code.
struct SourceRule: Sendable, CustomStringConvertible {
    /// Texts, any of which breaks the rule; they must begin at the start of a word.
    let banned: [String]
    /// Where the rule holds.
    let applies: @Sendable (SourceFile) -> Bool
    /// What it protects.
    let why: String

    /// The banned texts.
    var description: String { banned.joined(separator: ", ") }

    /// The numbers of the lines of `text` that break the rule.
    func violations(in text: SwiftText) -> [Int] {
        text.code.indices
            .filter { line in banned.contains { Self.occurs($0, in: text.code[line]) } }
            .map { $0 + 1 }
    }

    private static func occurs(_ word: String, in line: String) -> Bool {
        line.ranges(of: word).contains { range in
            guard let first = word.first, first.isLetter, range.lowerBound > line.startIndex
            else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || before == "_" || before == ".")
        }
    }
}

/// A file that may break a rule, and why.
struct Exemption: Sendable {
    let path: String
    let banned: String
    let reason: String
}

extension SourceRule {
    /// Whether a file is of a program: those print and make their own clocks and salts.
    static func isProgram(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/assay")
    }

    private static func isSource(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/")
    }

    private static func isAdapter(_ file: SourceFile) -> Bool {
        ["AssayStore", "AssayHTTP", "AssayClient", "AssayFiles", "AssayCommand"].contains(
            file.target)
    }

    static let all: [SourceRule] = [
        SourceRule(
            banned: ["try?", "try!", "as!"], applies: isSource,
            why: "an error is handled where it is known, and no remote input crashes a program"),
        SourceRule(
            banned: ["Task {", "Task(", "Task.detached", "Task<"], applies: isSource,
            why: "work that nobody awaits loses its errors and outlives a shutdown"),
        SourceRule(
            banned: ["print(", "debugPrint(", "dump(", "NSLog("],
            applies: { isSource($0) && !isProgram($0) },
            why: "results and messages are the programs' business"),
        SourceRule(
            banned: ["fatalError("], applies: isSource,
            why: "a broken invariant is a precondition, and anything else an error"),
        SourceRule(
            banned: [
                "Date()", "Date.now", "UUID()", "ContinuousClock", "SuspendingClock", "time(nil",
                "clock_gettime", "gettimeofday",
            ],
            applies: { isSource($0) && !isProgram($0) && !isAdapter($0) },
            why: "time comes in through a port, so that a run can be repeated"),
        SourceRule(
            banned: [
                ".random(", ".randomElement(", ".shuffled(", ".shuffle(", "SystemRandom",
                "SecureRandom.",
            ],
            applies: {
                isSource($0) && !isProgram($0) && !isAdapter($0) && $0.target != "AssayCrypto"
            },
            why: "chance comes in through a port, so that a run can be repeated"),
        SourceRule(
            banned: ["Task.sleep", "sleep(", "usleep(", "nanosleep(", "Thread.sleep"],
            applies: { $0.path.hasPrefix("Tests/") },
            why: "a test that sleeps is slow or flaky"),
        SourceRule(
            banned: ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"],
            applies: isSource,
            why: "what the compiler cannot check needs a written proof and a place in the list"),
    ]

    static let exemptions: [Exemption] = [
        Exemption(
            path: "Sources/AssayCrypto/KeyHandle.swift", banned: "@unchecked Sendable",
            reason: "owns a libcrypto key, which is only read after it is stored"),
        Exemption(
            path: "Sources/AssayCrypto/SecretBytes.swift", banned: "@unchecked Sendable",
            reason: "owns locked memory, which is only read after it is filled"),
    ]

    /// Files that may hold a function of more than 70 lines.
    static let longFunctions = [
        Exemption(
            path: "Tests/AssayAttestationTests/Envelope/EnvelopeTests.swift", banned: "length",
            reason: "one table of refused envelopes"),
        Exemption(
            path: "Tests/Support/AttestationFixtures.swift", banned: "length",
            reason: "one result with every field filled in"),
    ]

    /// Words that name no subject, as the start or end of a file's name.
    static let emptyNames = [
        "Utils", "Utilities", "Util", "Helpers", "Helper", "Manager", "Common", "Extensions",
        "Misc", "Shared", "Base",
    ]

    /// Whether a file's name says nothing about its contents.
    static func isEmptyName(_ stem: String) -> Bool {
        stem.split(separator: "+").contains { part in
            emptyNames.contains { part.hasSuffix($0) || part == $0 }
        }
    }

    /// The numbered plans and tickets that `line` mentions: history, which commits tell.
    static func history(in line: String) -> [String] {
        ["phase", "issue", "milestone", "sprint", "ticket", "session"].filter { word in
            line.lowercased().ranges(of: word).contains { range in
                let rest = line.lowercased()[range.upperBound...].drop { " #_-".contains($0) }
                return rest.first?.isNumber == true
            }
        }
    }

    /// The folders of one particular machine that `line` mentions.
    static func machinePaths(in line: String) -> [String] {
        ["work", "root", "Users"].map { "/\($0)/" }.filter { folder in
            line.ranges(of: folder).contains { range in
                guard range.lowerBound > line.startIndex else { return true }
                let before = line[line.index(before: range.lowerBound)]
                return !(before.isLetter || before.isNumber || "._-/}".contains(before))
            }
        }
    }
}
