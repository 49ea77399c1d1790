import AssayAttestation
import AssayCrypto
import AssayLog
import AssayStore
import AssayTLog
import AssayTestSupport
import Glibc
import Testing

/// A program that is killed while it writes loses nothing that it acknowledged.
@Suite struct CrashTests {
    @Test func losesNothingWhenItIsKilled() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        let envelopes = files.folder.path + "/envelopes"
        var lines: [UInt8] = []
        for number in 0..<400 {
            lines += try files.fixture.envelope(number).canonicalEntry + [UInt8(ascii: "\n")]
        }
        try writeFile(lines, to: envelopes)
        var generator = SeededGenerator(seed: 7)
        var acknowledged: [String: UInt64] = [:]
        var kills = 0
        // How long a start takes depends on how busy the machine is.
        var longestSeconds = 0.2
        var rounds = 0
        while kills < 8, rounds < 16 {
            rounds += 1
            let round = rounds
            let delay = Double.random(in: 0.1..<1, using: &generator) * longestSeconds
            let end = try ChildProcess.run([
                "timeout", "--signal=KILL", "\(delay)", BuiltProgram.path("store-writer"),
                files.store, files.checkpointKey, files.entryKey, envelopes,
            ])
            // The last line may have been cut.
            for line in String(decoding: end.output, as: UTF8.self).split(separator: "\n") {
                let parts = line.split(separator: " ")
                guard parts.count == 2, parts[1].count == 64, let index = UInt64(parts[0]) else {
                    continue
                }
                let known = acknowledged.updateValue(index, forKey: String(parts[1]))
                #expect(known == nil || known == index, "round \(round)")
            }
            if end.output.isEmpty { longestSeconds *= 1.5 }
            if end.status != 0, !end.output.isEmpty { kills += 1 }
            let fsck = try files.run("fsck", "--store", files.store)
            #expect(fsck.status == 0, "round \(round): \(fsck.message)")
        }
        #expect(kills >= 3, "\(rounds) rounds")
        let reader = try SQLiteLogReader(path: files.store)
        var lost: [UInt64] = []
        for (leafHash, index) in acknowledged {
            let entry = try await reader.entries(index..<index + 1).first ?? []
            if MerkleTree.leafHash(of: entry).hex != leafHash { lost.append(index) }
        }
        #expect(lost == [])
    }

    /// While one process has the store, no other may write.
    @Test func refusesASecondProcess() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        let ledger = try await files.fixture.open(SQLiteLogStore(path: files.store))
        try writeFile([], to: files.folder.path + "/none")
        let second = try ChildProcess.run([
            BuiltProgram.path("store-writer"), files.store, files.checkpointKey, files.entryKey,
            files.folder.path + "/none",
        ])
        #expect(second.status == 4)
        #expect(second.message.contains("another process is writing"))
        #expect(try await ledger.submit(files.fixture.envelope(1).canonicalEntry).isNew)
    }
}
