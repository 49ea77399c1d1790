import AssayTestSupport
import Testing

/// Imports point down, and nothing below the adapters reaches the world.
@Suite struct LayeringTests {
    private static let ground: Set<String> = ["AssayCrypto"]
    private static let logs = ground.union(["AssayTLog"])
    private static let statements = logs.union(["AssayAttestation"])
    private static let evidence = statements.union(["AssayVerification"])
    private static let roles = evidence.union([
        "AssayLog", "AssayHarness", "AssayMonitor", "AssayWitness",
    ])
    private static let adapters = roles.union([
        "AssayFiles", "AssayStore", "AssayHTTP", "AssayClient", "AssayCommand",
    ])
    private static let service: Set<String> = [
        "ArgumentParser", "Glibc", "Logging", "ServiceLifecycle", "Synchronization",
        "UnixSignals",
    ]

    /// What each target may import.
    ///
    /// The C fences hold no Swift.
    static let allowed: [String: Set<String>] = [
        // Pure: no file, socket, clock or log.
        "AssayCrypto": ["COpenSSL", "CSodium"],
        "AssayTLog": ground,
        "AssayAttestation": logs,
        "AssayVerification": statements,
        // Roles: decisions, and the ports they need.
        "AssayLog": evidence.union(["Synchronization"]),
        "AssayMonitor": evidence,
        "AssayWitness": evidence,
        "AssayHarness": evidence.union(["CZlib", "CZstd", "Glibc", "Synchronization"]),
        // Adapters.
        "AssayFiles": evidence.union(["AssayMonitor", "Glibc"]),
        "AssayStore": roles.union([
            "AssayFiles", "CSQLite", "Dispatch", "Glibc", "Synchronization",
        ]),
        "AssayHTTP": roles.union([
            "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOHTTPTypes",
            "NIOPosix", "NIOSSL", "HummingbirdTLS", "Logging", "ServiceLifecycle",
            "Synchronization", "Glibc", "CZlib",
            "UnixSignals",
        ]),
        "AssayClient": roles.union([
            "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOHTTPCompression",
        ]),
        // What the programs share: exit statuses, failures, output.
        "AssayCommand": evidence.union(["AssayFiles", "ArgumentParser", "Glibc"]),
        // What the serving programs share: options, and how their failures end.
        "AssayServing": [
            "AssayCommand", "AssayHTTP", "AssayStore", "ArgumentParser", "Logging", "CMalloc",
        ],
        // Programs. The verifier links nothing that can reach a network.
        "assay-verify": evidence.union([
            "AssayFiles", "AssayCommand", "ArgumentParser", "Glibc",
        ]),
        "assay-bench": evidence.union([
            "AssayLog", "AssayStore", "AssayFiles", "AssayCommand", "ArgumentParser", "CSQLite",
            "Glibc",
        ]),
        "assay": adapters.subtracting(["AssayStore", "AssayHTTP"]).union(service),
        "assay-log": adapters.union(["AssayServing"]).union(service),
        "assay-witness": adapters.union(["AssayServing"]).union(service),
    ]

    /// Targets that the repository cannot be without.
    static let present = ["AssayCrypto", "AssayTLog", "AssayAttestation", "AssayFiles"]
    private static let fences: Set<String> = [
        "COpenSSL", "CSodium", "CSQLite", "CZlib", "CZstd", "CMalloc",
    ]

    @Test(arguments: allowed.keys.sorted())
    func targetImportsOnlyWhatLiesBelow(target: String) throws {
        let files = SourceTree.swift.filter { $0.path.hasPrefix("Sources/\(target)/") }
        if Self.present.contains(target) { #expect(!files.isEmpty) }
        let allowed = try #require(Self.allowed[target])
        var breaches: [String] = []
        for file in files {
            breaches += file.parts.imports.filter { !allowed.contains($0) }
                .map { "\(file.path) imports \($0)" }
        }
        #expect(breaches == [])
    }

    @Test func everyTargetHasItsLayer() {
        let targets = Set(SourceTree.texts.filter { $0.path.hasPrefix("Sources/") }.map(\.target))
        let unknown = targets.subtracting(Self.allowed.keys.map { $0 })
            .subtracting(Self.fences.map { $0 })
        #expect(unknown == [])
    }

    /// The table itself: no cycle, and no way from the pure half to the world.
    @Test func tableKeepsThePureHalfPure() throws {
        let pure = ["AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification"]
        for (position, target) in pure.enumerated() {
            let below = Set(pure[..<position]).union(["COpenSSL", "CSodium"])
            #expect(try #require(Self.allowed[target]).isSubset(of: below))
        }
        for target in pure + [
            "AssayFiles", "AssayLog", "AssayHarness", "AssayMonitor", "AssayWitness",
            "assay-verify",
        ] {
            let imports = try #require(Self.allowed[target])
            let world = imports.filter {
                $0.hasPrefix("Foundation") || $0.hasPrefix("NIO") || $0.hasPrefix("Hummingbird")
                    || $0 == "Dispatch" || $0 == "AsyncHTTPClient"
            }
            #expect(world == [], "\(target)")
        }
    }

    @Test func importsAreFoundHoweverTheyAreWritten() {
        let sample = """
            // import Nothing
            import Foundation
            public import NIOCore
            @testable import AssayCrypto
            @preconcurrency package import struct Hummingbird.Router
            let text = "import Nothing"
            """
        #expect(
            SwiftText(sample).imports == ["Foundation", "NIOCore", "AssayCrypto", "Hummingbird"])
    }

    /// `public` is for the pure targets, which others may build on.
    @Test func onlyPureTargetsArePublic() {
        let pure: Set<String?> = [
            "AssayCrypto", "AssayTLog", "AssayAttestation", "AssayVerification",
        ]
        var breaches: [String] = []
        for file in SourceTree.swift where !pure.contains(file.target) {
            let code = file.parts.code
            let lines = code.indices.filter { Self.declaresPublic(code[$0]) }
            breaches += lines.map { "\(file.path):\($0 + 1)" }
        }
        #expect(breaches == [])
        #expect(Self.declaresPublic("    public func f() {"))
        #expect(!Self.declaresPublic("let publication = 1"))
    }

    private static func declaresPublic(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return words.contains("public") || words.starts(with: ["open", "class"])
    }
}
