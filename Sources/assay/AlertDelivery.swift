import AssayAttestation
import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayVerification

/// Brings alerts to where they are read: standard output always, and a command or an address.
struct AlertDelivery {
    let command: String?
    let webhook: LogURL?

    private static let patience: Duration = .seconds(60)

    /// Delivers an alert; when this returns it has arrived everywhere.
    func deliver(_ alert: Alert, _ client: LogClient) async throws(CommandFailure) {
        try Output.write(alert.json)
        let line = CompactJSON.serialize(alert.json) + [0x0a]
        if let command { try await run(command, line) }
        if let webhook {
            do throws(ClientError) {
                try await client.post(json: line, to: webhook)
            } catch {
                throw CommandFailure(
                    .cannot, code: "alert-not-delivered",
                    "\(webhook): \(EscapedText.escape("\(error)"))")
            }
        }
    }

    private func run(_ command: String, _ line: [UInt8]) async throws(CommandFailure) {
        let end: ChildCommand.End
        do throws(FileError) {
            end = try await ChildCommand.run(command, input: line, patience: Self.patience) {
                await Waiting.pause($0)
            }
        } catch {
            throw CommandFailure(error)
        }
        guard end == .exited(0) else {
            throw CommandFailure(
                .cannot, code: "alert-not-delivered", "the command of --exec failed: \(end)")
        }
    }
}

/// Waiting that ends early, and without an error, when the program is told to stop.
enum Waiting {
    static func pause(_ duration: Duration) async {
        do {
            try await ContinuousClock().sleep(for: duration)
        } catch {
            // Whoever waits looks whether it was told to stop.
        }
    }
}
