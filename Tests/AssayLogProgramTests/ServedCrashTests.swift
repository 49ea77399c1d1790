import AssayAttestation
import AssayClient
import AssayCrypto
import AssayStore
import AssayTLog
import AssayTestSupport
import Glibc
import Synchronization
import Testing

/// A server that is killed while many clients submit loses nothing that it answered.
@Suite struct ServedCrashTests {
    /// A server process and where it listens.
    private struct Server {
        let process: BackgroundProcess
        let url: LogURL
    }

    private func start(_ files: borrowing OperatorFiles) throws -> Server {
        let process = try BackgroundProcess(
            [
                BuiltProgram.path("assay-log"), "serve", "--store", files.store, "--key",
                files.checkpointKey, "--entry-key", files.entryKey, "--listen", "127.0.0.1:0",
            ], errorsPath: files.folder.path + "/serve.log")
        return Server(process: process, url: try process.listening())
    }

    /// Killed while clients submit, and started again: whatever a client was told is on record.
    @Test func losesNothingOfWhatItAnswered() async throws {
        let files = try OperatorFiles()
        try #require(files.initialise().status == 0)
        let fixture = files.fixture
        let answered = AnsweredSubmissions()
        for round in 0..<3 {
            let server = try start(files)
            let goal = answered.all.count + 20
            try await LogClient.with(server.url) { client in
                await withTaskGroup(of: Bool.self) { group in
                    for number in round * 100..<round * 100 + 120 {
                        group.addTask {
                            do {
                                let receipt = try await client.submit(
                                    fixture.envelope(number).canonicalEntry)
                                let (known, count) = answered.add(receipt, number)
                                #expect(known == nil || known?.index == receipt.index)
                                if count == goal { server.process.signal(SIGKILL) }
                                return count == goal
                            } catch {
                                // The connection broke: this one may or may not be on record.
                                return false
                            }
                        }
                    }
                    for await isKilled in group where isKilled { group.cancelAll() }
                }
            }
            #expect(try server.process.wait() == 128 + SIGKILL)
            let fsck = try files.run("fsck", "--store", files.store)
            #expect(fsck.status == 0, "\(fsck.message)")
        }
        let reader = try SQLiteLogReader(path: files.store)
        let all = answered.all
        #expect(all.count >= 60)
        for receipt in all.values {
            let entry = try await reader.entries(receipt.index.value..<receipt.index.value + 1)
            #expect(entry.first.map { MerkleTree.leafHash(of: $0) } == receipt.leafHash)
        }
    }
}

/// What a server has answered, by the number of the submission.
private final class AnsweredSubmissions: Sendable {
    private let receipts = Mutex<[Int: SubmissionReceipt]>([:])

    /// Adds an answer; returns the one before, and how many submissions were answered.
    func add(_ receipt: SubmissionReceipt, _ number: Int) -> (SubmissionReceipt?, Int) {
        receipts.withLock { ($0.updateValue(receipt, forKey: number), $0.count) }
    }

    var all: [Int: SubmissionReceipt] { receipts.withLock { $0 } }
}
