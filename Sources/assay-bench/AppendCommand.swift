import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayLog
import AssayStore
import AssayTLog
import Glibc

/// Measures the engine alone: durable appends of opaque entries, duplicates refused, checkpoints
/// signed.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "append",
        abstract: "Measures durable appends of opaque entries in process.",
        discussion: "Example: assay-bench append --folder /var/tmp --callers 64 --seconds 2")

    @Option(help: "A folder for the store; what it makes there it removes.")
    var folder: String

    @Option(help: "How many callers wait for their receipts at once.")
    var callers: Int

    @Option(help: "How long, in seconds.")
    var seconds = 2

    @Option(help: "The size of the tree before the clock starts.")
    var preload = 0

    @Option(help: "Bytes of an entry, at least 16.")
    var bytes = 1024

    func validate() throws {
        guard callers > 0, seconds > 0, preload >= 0, (16...65_535).contains(bytes) else {
            throw ValidationError("a number is out of range")
        }
    }

    func run() async throws {
        try await reporting(as: "assay-bench") { () async throws(CommandFailure) in
            let path = folder + "/append"
            defer {
                for suffix in ["", "-wal", "-shm", "-lock"] { _ = unsafe unlink(path + suffix) }
            }
            let log = try await OpaqueLog(path: path)
            try await log.preload(preload, bytes: bytes)
            let before = await log.size
            let used = Measure.processorSeconds
            let load = try await log.load(
                callers: callers, for: .seconds(seconds), bytes: bytes)
            let added = await log.size - before
            let processor = (Measure.processorSeconds - used) / Double(added)
            try Measure.report([
                "callers": .count(UInt64(callers)),
                "preload": .count(UInt64(preload)),
                "bytes": .count(UInt64(bytes)),
                "appendsPerSecond": Measure.number(Double(added) / load.seconds),
                "processorNanoseconds": Measure.number(processor * 1e9),
                "p50Microseconds": Measure.microseconds(
                    Measure.percentile(0.5, of: load.latencies)),
                "p99Microseconds": Measure.microseconds(
                    Measure.percentile(0.99, of: load.latencies)),
                "peakMemoryBytes": .count(Measure.peakMemoryBytes),
                "storeBytes": .count(try log.storeBytes()),
                "entries": .count(await log.size),
            ])
        }
    }
}

/// A log of opaque entries in a new store.
private struct OpaqueLog: Sendable {
    private let path: String
    private let sequencer: Sequencer<OpaqueRules>

    /// What callers saw.
    struct Load: Sendable {
        var seconds = 0.0
        var latencies: [Double] = []
    }

    init(path: String) async throws(CommandFailure) {
        self.path = path
        guard let name = KeyName("bench.example"), let origin = Origin("bench.example") else {
            preconditionFailure("the name is well-formed")
        }
        do {
            let key = try SignerKey(name: name, type: .ed25519, seed: SHA256.hash([2]).bytes)
            let sign: Sequencer<OpaqueRules>.Signing = { head throws(SigningFault) in
                let checkpoint = Checkpoint(origin: origin, head: head)
                do {
                    return try SignedNote(
                        text: checkpoint.noteText,
                        signatures: [key.sign(checkpoint, at: .unstated)]
                    ).bytes
                } catch {
                    throw SigningFault(reason: "\(error)")
                }
            }
            var edge = TreeEdge()
            let genesis = try OpaqueRules.read([0])
            edge.append(genesis.leafHash)
            let note = try sign(edge.head)
            try SQLiteLogStore.create(
                at: path, ledger: genesis.leafHash,
                first: AppendBatch(
                    previous: nil, next: edge.head,
                    entries: [
                        NewEntry(
                            bytes: genesis.entry, leafHash: genesis.leafHash,
                            payload: genesis.payload, changesState: true)
                    ],
                    tiles: edge.takeUpdates(), checkpoint: note))
            sequencer = Sequencer(
                rules: OpaqueRules(), edge: edge,
                published: StoredCheckpoint(size: edge.size, note: note),
                store: try SQLiteLogStore(path: path), sign: sign)
        } catch {
            throw CommandFailure(.cannot, code: "store", "\(path): \(error)")
        }
    }

    var size: UInt64 {
        get async { await sequencer.published.size.value }
    }

    /// The bytes of the store's files, as the disk holds them.
    func storeBytes() throws(CommandFailure) -> UInt64 {
        var sum: UInt64 = 0
        for suffix in ["", "-wal"] {
            var status = stat()
            guard unsafe stat(path + suffix, &status) == 0 else {
                throw CommandFailure(.cannot, code: "file", "\(path + suffix): error \(errno)")
            }
            sum += UInt64(status.st_size)
        }
        return sum
    }

    func preload(_ count: Int, bytes: Int) async throws(CommandFailure) {
        let callers = 4096
        try await run(callers: callers) { caller throws(Refusal) in
            for number in stride(from: caller, to: count, by: callers) {
                _ = try await sequencer.submit(
                    OpaqueRules.read(Self.entry(kind: 1, number, caller, bytes)))
            }
            return Load()
        }
    }

    /// Lets `callers` submit, each its next entry once it has the receipt of the last.
    func load(
        callers: Int, for time: Duration, bytes: Int
    ) async throws(CommandFailure) -> Load {
        let clock = ContinuousClock()
        let start = clock.now
        var load = try await run(callers: callers) { caller throws(Refusal) in
            var load = Load()
            var number = 0
            var now = clock.now
            while now - start < time {
                let began = now
                _ = try await sequencer.submit(
                    OpaqueRules.read(Self.entry(kind: 2, number, caller, bytes)))
                now = clock.now
                load.latencies.append(Measure.seconds(now - began))
                number += 1
            }
            return load
        }
        load.seconds = Measure.seconds(clock.now - start)
        return load
    }

    @discardableResult
    private func run(
        callers: Int, _ body: @escaping @Sendable (Int) async throws(Refusal) -> Load
    ) async throws(CommandFailure) -> Load {
        let outcomes = await withTaskGroup(of: Result<Load, Refusal>.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    do throws(Refusal) {
                        return .success(try await body(caller))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var sum = Load()
        for outcome in outcomes {
            switch outcome {
            case .success(let load): sum.latencies += load.latencies
            case .failure(let refusal):
                throw CommandFailure(.cannot, code: "refused", "\(refusal)")
            }
        }
        return sum
    }

    /// An entry that no other caller and no other number has.
    private static func entry(kind: UInt8, _ number: Int, _ caller: Int, _ bytes: Int) -> [UInt8] {
        var entry = [UInt8](repeating: kind, count: bytes)
        for position in 0..<7 {
            entry[1 + position] = UInt8(truncatingIfNeeded: number >> (8 * position))
            entry[8 + position] = UInt8(truncatingIfNeeded: caller >> (8 * position))
        }
        return entry
    }
}
