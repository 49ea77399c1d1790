import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import Glibc

/// Measures what the machine can do at most.
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Measures Ed25519, SHA-256, fdatasync and raw SQLite.",
        discussion: "Example: assay-bench limits --folder /var/tmp --batch 1024")

    @Option(help: "A folder on the device that is measured.")
    var folder: String

    @Option(help: "Rows in one transaction of raw SQLite; may be repeated.")
    var batch: [Int] = [1, 16, 64, 256, 1024]

    @Option(help: "Bytes of a row.")
    var bytes = 1024

    func run() async throws {
        try await reporting(as: "assay-bench") { () async throws(CommandFailure) in
            var rates = JSONObject()
            for rows in batch {
                // A second or so of each.
                let count = max(rows, min(150_000, rows * 4000))
                let rate = try RawSQLite.rate(
                    path: folder + "/raw-\(rows)", count: count, batch: rows, bytes: bytes)
                rates.append(Text("\(rows)"), Measure.number(rate))
            }
            try Measure.report([
                "processors": .count(UInt64(Measure.processors)),
                "ed25519PerSecond": Measure.number(SignatureLoad().rate(count: 20_000)),
                "ed25519AllPerSecond": Measure.number(
                    await SignatureLoad().rateOnAllProcessors(count: 20_000)),
                "sha256PerSecond": Measure.number(Self.hashRate(count: 400_000, bytes: bytes)),
                "fdatasyncPerSecond": Measure.number(
                    try Self.syncRate(folder + "/fdatasync", count: 1000)),
                "sqlitePerSecond": .object(rates),
            ])
        }
    }

    /// Hashes a second of messages of `bytes`.
    private static func hashRate(count: Int, bytes: Int) -> Double {
        var message = [UInt8](repeating: 7, count: bytes)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            message[0] = SHA256.hash(message).bytes[0]
        }
        return Double(count) / Measure.seconds(clock.now - start)
    }

    /// Appends of 4 KiB with a sync each, a second.
    private static func syncRate(_ path: String, count: Int) throws(CommandFailure) -> Double {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(.cannot, code: "file", "\(path): open failed with \(errno)")
        }
        defer {
            _ = close(descriptor)
            _ = unsafe unlink(path)
        }
        let block = [UInt8](repeating: 1, count: 4096)
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count {
            guard unsafe write(descriptor, block, block.count) == block.count,
                fdatasync(descriptor) == 0
            else { throw CommandFailure(.cannot, code: "file", "\(path): error \(errno)") }
        }
        return Double(count) / Measure.seconds(clock.now - start)
    }
}
