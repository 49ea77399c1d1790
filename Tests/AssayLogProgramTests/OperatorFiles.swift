import AssayAttestation
import AssayCrypto
import AssayFiles
import AssayLog
import AssayTestSupport
import Testing

/// What an operator has in a folder before the ledger exists: the signed charter and the keys.
struct OperatorFiles: ~Copyable {
    let folder: TemporaryFolder
    let fixture: LedgerFixture
    let charter: String
    let checkpointKey: String
    let entryKey: String
    let store: String

    init(hasWitnesses: Bool = false) throws {
        let fixture = try LedgerFixture(hasWitnesses: hasWitnesses)
        let folder = try TemporaryFolder()
        let checkpointKey = folder.path + "/checkpoints.pem"
        let entryKey = folder.path + "/entries.pem"
        try writeFile(fixture.checkpointKey.pem(), to: checkpointKey, mode: 0o600)
        try writeFile(fixture.entryKey.pem(), to: entryKey, mode: 0o600)
        let charter = folder.path + "/charter.json"
        try writeFile(fixture.genesis.bytes, to: charter)
        self.fixture = fixture
        self.charter = charter
        self.checkpointKey = checkpointKey
        self.entryKey = entryKey
        store = folder.path + "/store"
        self.folder = folder
    }

    /// Runs `assay-log` with arguments.
    func run(_ arguments: String...) throws -> ChildProcess {
        try ChildProcess.run([BuiltProgram.path("assay-log")] + arguments)
    }

    /// Runs `assay-log init`, with other files where they are named.
    func initialise(
        charter: String? = nil, checkpointKey: String? = nil, entryKey: String? = nil,
        _ more: String...
    ) throws -> ChildProcess {
        try ChildProcess.run(
            [
                BuiltProgram.path("assay-log"), "init", "--store", store, "--charter",
                charter ?? self.charter, "--key", checkpointKey ?? self.checkpointKey,
                "--entry-key", entryKey ?? self.entryKey,
            ] + more)
    }
}

extension ChildProcess {
    /// Standard error as text.
    var message: String { String(decoding: errors, as: UTF8.self) }
}
