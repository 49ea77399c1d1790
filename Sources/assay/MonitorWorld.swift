import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayTLog
import AssayVerification
import Glibc

/// The world around a monitor: the log, the witnesses, the clock, files, and who is told.
struct MonitorWorld: ~Copyable, Monitor.Port {
    let client: LogClient
    /// Where witnesses are, for those that are not where the charter says.
    let addresses: [Text: LogURL]
    let delivery: AlertDelivery
    let fraud: FraudFiles
    /// What is kept, if anything is.
    var state: MonitorState?

    var log: TileSource { PublishedSource.source(PublishedURL(client)) }

    var now: UInt64 { UInt64(max(0, time(nil))) }

    func witnesses(of state: LedgerState) -> [Monitor.Witness] {
        let folder = "/" + SHA256.hash(state.charter.origin.text.utf8).hex
        return state.policy.witnesses.compactMap { witness in
            let address = addresses[witness.name] ?? witness.url.flatMap { LogURL($0) }
            guard let url = address.flatMap({ LogURL(Text($0.text.string + folder)) }) else {
                return nil
            }
            return Monitor.Witness(
                name: witness.name, source: TileSource(PublishedURL(client.speaking(to: url))))
        }
    }

    func write(_ proofs: [FraudProof]) throws(CommandFailure) -> [String] {
        try fraud.write(proofs)
    }

    mutating func tell(_ alert: Alert) async throws(CommandFailure) {
        try await delivery.deliver(alert, client)
    }

    mutating func keep(_ place: ReplayPlace) throws(CommandFailure) {
        try state?.replay.keep(place)
    }

    func note(_ words: String) { StandardError.write("assay: \(words)\n") }
}

/// What a monitor keeps: its place in the log, and in `FILE.heads` what it remembers of heads.
struct MonitorState: ~Copyable {
    private static let limitBytes = 64 << 20

    var replay: ReplayState
    let memory: MonitorMemory
    private let path: String

    /// Reads what is kept of the ledger at `path`.
    init(path: String, ledger: LedgerID, secret: UInt64) throws(CommandFailure) {
        let heads = path + ".heads"
        let memory =
            DurableFile.exists(heads)
            ? try Self.memory(in: heads, ledger) : MonitorMemory()
        replay = try ReplayState.open(path: path, ledger: ledger, secret: secret)
        self.memory = memory
        self.path = heads
    }

    private static func memory(
        in path: String, _ ledger: LedgerID
    ) throws(CommandFailure) -> MonitorMemory {
        let json: JSONValue
        do throws(ReplayStateFault) {
            json = try ReplayState.json(path, limitBytes: limitBytes)
        } catch {
            throw CommandFailure(error)
        }
        do throws(AttestationError) {
            return try MonitorMemory(json, ledger: ledger)
        } catch {
            throw CommandFailure(ReplayStateFault.malformed(path, "\(error)"))
        }
    }

    /// Keeps what is remembered of heads.
    func save(_ memory: MonitorMemory, _ ledger: LedgerID) throws(CommandFailure) {
        try Files.write(CompactJSON.serialize(memory.json(of: ledger)), to: path)
    }
}
