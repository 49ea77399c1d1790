import AssayAttestation
import AssayCrypto
import AssayFiles
import AssayTestSupport
import Testing

@Suite struct InitCommandTests {
    /// A ledger is made once; the second run says so and changes nothing.
    @Test func makesALedgerOnce() throws {
        let files = try OperatorFiles()
        let identity = files.fixture.ledger.text.string
        let first = try files.initialise()
        #expect(first.status == 0, "\(first.message)")
        #expect(first.text == identity)
        #expect(first.errors.isEmpty)
        let bytes = try readFile(files.store)

        let second = try files.initialise()
        #expect(second.status == 0 && second.text == identity)
        #expect(second.message.contains("already"))
        #expect(try readFile(files.store) == bytes)

        let json = try StrictJSON.parse(files.initialise("--json").output)
        #expect(json["ledger"] == .string(files.fixture.ledger.text))
        #expect(json["origin"] == .string(AttestationFixtures.origin))
        #expect(json["created"] == .bool(false))

        let other = try OperatorFiles(hasWitnesses: true)
        let conflict = try files.initialise(charter: other.charter)
        #expect(conflict.status == 2 && conflict.message.contains("store-of-another-ledger"))
        #expect(try readFile(files.store) == bytes)
    }

    /// Whatever is wrong with the charter or the keys, nothing is left behind.
    @Test func leavesNothingBehindWhenSomethingIsWrong() throws {
        let files = try OperatorFiles()
        let path = files.folder.path
        let stranger = path + "/stranger.pem"
        try writeFile(AttestationFixtures.key("a stranger").pem(), to: stranger, mode: 0o600)
        let open = path + "/open.pem"
        try writeFile(files.fixture.checkpointKey.pem(), to: open, mode: 0o644)

        let genesis = files.fixture.genesis.envelope
        let incomplete = path + "/incomplete.json"
        try writeFile(
            Envelope(payload: genesis.payload, signatures: Array(genesis.signatures.dropLast()))
                .canonicalEntry, to: incomplete)
        var forged = genesis.signatures
        var signature = forged[0].bytes
        signature[3] ^= 4
        forged[0] = .init(keyID: forged[0].keyID, bytes: signature)
        let false_ = path + "/forged.json"
        try writeFile(
            Envelope(payload: genesis.payload, signatures: forged).canonicalEntry, to: false_)
        let text = path + "/text.json"
        try writeFile([UInt8]("no charter".utf8), to: text)
        let result = path + "/result.json"
        try writeFile(files.fixture.envelope(1).canonicalEntry, to: result)

        let cases: [(ChildProcess, Int32, String)] = [
            (try files.initialise(charter: incomplete), 2, "charter-invalid"),
            (try files.initialise(charter: false_), 2, "charter-invalid"),
            (try files.initialise(charter: result), 2, "charter-invalid"),
            (try files.initialise(charter: text), 3, "charter-malformed"),
            (try files.initialise(charter: path + "/absent"), 4, "file"),
            (try files.initialise(checkpointKey: stranger), 2, "key-not-in-charter"),
            (try files.initialise(entryKey: stranger), 2, "key-not-in-charter"),
            (try files.initialise(checkpointKey: open), 2, "key-readable-by-others"),
            (try files.initialise(checkpointKey: path + "/absent"), 4, "file"),
            (try files.run("init", "--store", files.store), 64, "Missing expected argument"),
        ]
        for (position, (end, status, code)) in cases.enumerated() {
            #expect(end.status == status, "case \(position): \(end.message)")
            #expect(end.message.contains(code), "case \(position): \(end.message)")
            #expect(end.output.isEmpty)
        }
        #expect(!DurableFile.exists(files.store))
        #expect(!DurableFile.exists(files.store + ".new"))
    }

    @Test func tellsItsVersion() throws {
        let files = try OperatorFiles()
        let version = try files.run("--version")
        #expect(version.status == 0 && version.text == "0.1.0")
        for command in ["init", "fsck", "publish"] {
            let help = try files.run(command, "--help")
            #expect(help.status == 0 && help.text.contains("Example:"))
        }
    }
}
