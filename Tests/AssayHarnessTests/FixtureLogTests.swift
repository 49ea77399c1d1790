import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@testable import AssayHarness

/// Logs that lie in the repository: one exercise of four institutes under three versions of
/// Inspect, and one with scores that are missing.
@Suite
struct FixtureLogTests {
    private static let folder = SharedFolder.packageRoot + "/Tests/Fixtures/inspect/"

    @Test func fourInstitutesFollowOneProtocol() throws {
        let expected: [(String, String, String)] = [
            ("northland", "0.3.285", "0.825"), ("eastmark", "0.3.180", "0.7666666666666667"),
            ("isleton", "0.3.140", "0.7583333333333333"),
            ("southport", "0.3.285", "0.6333333333333333"),
        ]
        var digests: Set<[Digest]> = []
        for (institute, version, accuracy) in expected {
            let log = try EvaluationLog.read(path: Self.folder + institute + "-atlas-2.eval")
            let draft = try AttestationDraft.make(from: log, testOptions())
            #expect(draft.result.harness?.version == Text(version))
            #expect(draft.result.results?.first?.value?.text == Text(accuracy))
            #expect(draft.result.counts?.scored == 120)
            #expect(log.metricCheck.findings.allSatisfy { $0.gap == nil })
            digests.insert([log.itemsRoot, log.protocolDigest])
        }
        #expect(digests.count == 1)
    }

    @Test func missingScoresAreCounted() throws {
        let log = try EvaluationLog.read(path: Self.folder + "unscored.eval")
        let result = try AttestationDraft.make(from: log, testOptions()).result
        #expect(result.counts?.scored == 20)
        #expect(result.counts?.unscored == 5)
        #expect(result.results?.first?.value?.text == "0.65")
        #expect(result.results?.first?.n == 20)
    }

    /// Cut at many places and changed at many, a real archive is refused or read alike.
    @Test func damagedArchivesAreRefused() throws {
        let bytes = try readFile(Self.folder + "unscored.eval")
        var generator = SplitMix(state: 3)
        var accepted = 0
        for _ in 0..<300 {
            let count = Int.random(in: 0..<bytes.count, using: &generator)
            if reading(Array(bytes[..<count])).error == nil { accepted += 1 }
        }
        #expect(accepted == 0)
        let root = try EvaluationLog.read(bytes: bytes).itemsRoot
        for _ in 0..<100 {
            var copy = bytes
            let position = Int.random(in: copy.indices, using: &generator)
            copy[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            if case .success(let log) = reading(copy) { #expect(log.itemsRoot == root) }
        }
    }

    @Test func readsFilesAndPipesAlike() throws {
        let path = Self.folder + "unscored.eval"
        let file = try EvaluationLog.read(path: path)
        let piped = try EvaluationLog.read(bytes: try readFile(path))
        #expect(file.digest == piped.digest)
        #expect(file.samples == piped.samples)
        var limits = ReadingLimits()
        limits.standardInputBytes = 10
        #expect(throws: EvaluationLogError.self) {
            try EvaluationLog.read(bytes: try readFile(path), limits: limits)
        }
    }
}
