import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayMonitor
import AssayVerification

/// Where the replay of a log stopped, in a file; and beside it, in `FILE.payloads`, what finds
/// entries that repeat an earlier one.
///
/// Crash windows: the payloads are durable before the file that counts them replaces the older
/// one, and a longer tail is cut off by the next opening.
struct ReplayState: ~Copyable {
    private static let limitBytes = 16 << 20

    private let path: String
    private var payloads: GrowingFile
    /// Where an earlier run stopped, or this one was when it saved last; `nil` before the first.
    private(set) var place: ReplayPlace?

    /// Reads the state at `path` of the ledger `ledger`, for this process alone.
    init(path: String, ledger: LedgerID, secret: UInt64) throws(CommandFailure) {
        self.path = path
        let payloadsPath = path + ".payloads"
        guard DurableFile.exists(path) else {
            payloads = try Self.file(payloadsPath, keeping: 0)
            place = nil
            return
        }
        let json = try Self.json(path, limitBytes: Self.limitBytes)
        let size: UInt64
        do throws(AttestationError) {
            size = try ReplayPlace.storedSize(json)
        } catch {
            throw Self.malformed(path, error)
        }
        let file = try Self.file(
            payloadsPath, keeping: Int(clamping: size) * SeenPayloads.storedBytes)
        let seen: SeenPayloads
        do throws(FileError) {
            seen = SeenPayloads(stored: try file.read(), secret: secret)
        } catch {
            throw CommandFailure(.badTrustInput, code: "state-unreadable", error.description)
        }
        do throws(AttestationError) {
            place = try ReplayPlace(json, ledger: ledger, payloads: seen)
        } catch {
            throw Self.malformed(path, error)
        }
        payloads = file
    }

    /// Keeps a place whose entries have been processed.
    mutating func save(_ place: ReplayPlace) throws(CommandFailure) {
        do throws(FileError) {
            let known = payloads.byteCount / SeenPayloads.storedBytes
            try payloads.append(place.payloads.stored(from: known))
            try DurableFile.write(
                CompactJSON.serialize(place.json), to: path, existing: .replace)
        } catch {
            throw CommandFailure(error)
        }
        self.place = place
    }

    /// The JSON in a state file.
    static func json(_ path: String, limitBytes: Int) throws(CommandFailure) -> JSONValue {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile.read(path, limitBytes: limitBytes)
        } catch {
            throw CommandFailure(.badTrustInput, code: "state-unreadable", error.description)
        }
        do throws(JSONError) {
            return try StrictJSON.parse(bytes)
        } catch {
            throw malformed(path, error)
        }
    }

    private static func file(
        _ path: String, keeping byteCount: Int
    ) throws(CommandFailure) -> GrowingFile {
        do throws(FileError) {
            return try GrowingFile(path: path, keeping: byteCount)
        } catch {
            guard case .tooShort = error.reason else { throw CommandFailure(error) }
            throw CommandFailure(.badTrustInput, code: "state-unreadable", error.description)
        }
    }

    /// A file that is not the state of this ledger.
    static func malformed(_ path: String, _ error: any Error) -> CommandFailure {
        CommandFailure(
            .badTrustInput, code: "state-malformed",
            "\(path): not the state of a replay of this ledger: "
                + EscapedText.escape("\(error)"))
    }
}
