import AssayAttestation
import AssayFiles
import AssayMonitor
import AssayTLog
import AssayTestSupport
import AssayVerification
import Glibc
import Testing

@Suite struct ReplayStateTests {
    /// A place that could not be kept is forgotten, and a smaller one can be kept after it.
    @Test func goesOnAfterAFailure() async throws {
        var log = try PublishedFixture()
        try log.grow(to: 10)
        let folder = try TemporaryFolder()
        let path = folder.path + "/replay"
        func open() throws -> ReplayState {
            try ReplayState(path: path, ledger: log.ledger, secret: 1)
        }
        func place(_ size: Int, from place: ReplayPlace?) async throws -> ReplayPlace {
            var audit = try await LogAudit(
                TileSource(MemoryFiles(try log.files(size))),
                basis: LogAudit.Basis(trust: TrustedLedger(log.ledger), secret: 1), from: place)
            while try await audit.next() != nil {}
            return audit.place
        }
        let large = try await place(9, from: nil)
        let small = try await place(6, from: nil)
        do {
            var state = try open()
            // A folder that is not empty gives way to no file.
            let made = [path, path + "/full"].map { (name: String) in unsafe mkdir(name, 0o755) }
            #expect(made == [0, 0])
            #expect(throws: FileError.self) { try state.save(large) }
            #expect(state.place == nil)
            let removed = [path + "/full", path].map { (name: String) in unsafe rmdir(name) }
            #expect(removed == [0, 0])
            try state.save(small)
        }
        #expect(try open().place?.size == TreeSize(6))
        do {
            var state = try open()
            try state.save(try await place(10, from: state.place))
        }
        let state = try open()
        #expect(state.place?.head == log.head(10))
        #expect(
            state.place?.payloads.stored(from: 0)
                == (try await place(10, from: nil))
                .payloads.stored(from: 0))
    }
}
