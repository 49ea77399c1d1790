import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog
import AssayStore
import AssayTLog
import Glibc

/// Opens a ledger and submits the envelopes of a file, sixteen at once.
///
/// After each acknowledgement it writes a line `INDEX LEAFHASH`. Tests kill it at any moment.
///
/// Arguments: store, checkpoint key, entry key, file with one envelope a line.
@main
enum StoreWriter {
    static func main() async {
        do {
            try await submitAll()
        } catch {
            StandardError.write("store-writer: \(error)\n")
            exit(ExitStatus.cannot.rawValue)
        }
    }

    private static func submitAll() async throws {
        let arguments = CommandLine.arguments
        precondition(arguments.count == 5, "four arguments")
        let store = try SQLiteLogStore(path: arguments[1])
        let ledger = try await Ledger(
            store: store, stated: store.ledger,
            checkpointKeys: [KeyFile.readPrivate(arguments[2])],
            entryKey: KeyFile.readPrivate(arguments[3]))
        let bodies = try InputFile.read(arguments[4], limitBytes: 64 << 20)
            .split(separator: UInt8(ascii: "\n")).map { [UInt8]($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for body in bodies.indices where body % 16 == worker {
                        let receipt = try await ledger.submit(bodies[body], wait: .signed)
                        try Output.write("\(receipt.index.value) \(receipt.leafHash)\n")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
