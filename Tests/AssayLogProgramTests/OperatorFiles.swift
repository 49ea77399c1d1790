import AssayAttestation
import AssayClient
import AssayCrypto
import AssayFiles
import AssayLog
import AssayTestSupport
import Glibc
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

    /// Where a backup of the store goes.
    var backup: String { folder.path + "/backup" }

    private func serve(_ store: String, _ more: [String]) -> [String] {
        [
            BuiltProgram.path("assay-log"), "serve", "--store", store, "--key", checkpointKey,
            "--entry-key", entryKey, "--listen", "127.0.0.1:0",
        ] + more
    }

    /// Runs `assay-log serve` where it is to refuse; where it does not, it is stopped.
    func serveRefused(_ store: String, _ more: String...) throws -> ChildProcess {
        try ChildProcess.run(["timeout", "30"] + serve(store, more))
    }

    /// Runs `assay-log serve` beside `body`, which is told where, and stops it.
    func serving(
        _ store: String, _ more: String..., body: (LogURL) async throws -> Void
    ) async throws {
        let process = try BackgroundProcess(
            serve(store, more), errorsPath: folder.path + "/serve.log")
        do {
            try await body(try process.listening())
        } catch {
            process.signal(SIGKILL)
            _ = try process.wait()
            throw error
        }
        process.signal(SIGTERM)
        #expect(try process.wait() == 0)
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

extension BackgroundProcess {
    /// Where the server listens, once it says so.
    func listening() throws -> LogURL {
        while true {
            let errors = try errors
            if let range = errors.firstRange(of: "listening on ") {
                let rest = errors[range.upperBound...]
                if let end = rest.firstIndex(where: { $0 == "\n" || $0 == "\"" }) {
                    return try #require(LogURL(Text(String(rest[..<end]))))
                }
            }
            try #require(!hasEnded, "\(errors)")
            // Nothing tells when a line is written to a file; the loop ends with the process.
            _ = poll(nil, 0, 5)
        }
    }
}

extension ChildProcess {
    /// Standard error as text.
    var message: String { String(decoding: errors, as: UTF8.self) }
}
