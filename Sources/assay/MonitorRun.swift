import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayTLog
import AssayVerification
import Glibc

/// A monitor at work: looks, and looks again, until it is told to stop.
struct MonitorRun {
    let log: LogURL
    let trust: TrustedLedger
    let members: Set<Text>?
    let once: Bool
    let state: String?
    /// Seconds between looks.
    let interval: UInt64
    /// Seconds.
    let ageMax: UInt64?
    let addresses: [Text: LogURL]
    let delivery: AlertDelivery
    let fraud: FraudFiles

    /// How often a single look is repeated while a witness is ahead of the log, which witnesses
    /// are for a moment whenever a log grows.
    private static let looksMax = 4

    /// Follows the log; returns whether the last look told that something is wrong.
    func follow() async throws(CommandFailure) -> Bool {
        var limits = ClientLimits()
        limits.exchangeTimeout = .seconds(30)
        limits.attemptsMax = 2
        do {
            return try await LogClient.with(log, limits: limits) { client in
                try await follow(client)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.cannot, code: "network", "\(log): \(error)")
        }
    }

    private func follow(_ client: LogClient) async throws(CommandFailure) -> Bool {
        let secret = UInt64.random(in: 0...UInt64.max)
        var settings = Monitor.Settings(
            basis: LogAudit.Basis(trust: trust, secret: secret))
        settings.members = members
        settings.ageMax = ageMax
        if !once { settings.behindMax = max(settings.behindMax, 2 * interval) }
        var world = MonitorWorld(
            client: client, addresses: addresses, delivery: delivery, fraud: fraud,
            state: try state.map { path throws(CommandFailure) in
                try MonitorState(path: path, ledger: trust.ledger, secret: secret)
            })
        var monitor = Monitor(
            settings, from: world.state?.replay.place,
            memory: world.state?.memory ?? MonitorMemory())
        for look in 1... {
            if once, look == Self.looksMax { monitor.endPatience() }
            do throws(CommandFailure) {
                let outcome = try await monitor.look(&world)
                try world.state?.save(monitor.memory, trust.ledger)
                switch outcome {
                case .looked(_, isBehind: true) where once && look < Self.looksMax: break
                case .looked(let isWrong, _): if once { return isWrong }
                case .unreadable(let fault):
                    let words = EscapedText.escape(fault.description)
                    if once { throw CommandFailure(.cannot, code: "source-unreadable", words) }
                    world.note(words)
                }
            } catch {
                if once { throw error }
                // What was not told will be: the place was not kept.
                world.note("\(error.message) [\(error.code)]")
            }
            if Task.isCancelled { return false }
            await Waiting.pause(.seconds(once ? 1 : Int64(interval)))
            if Task.isCancelled { return false }
        }
        return false
    }
}
