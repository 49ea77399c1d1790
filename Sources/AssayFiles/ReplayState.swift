package import AssayAttestation
import AssayCrypto
package import AssayMonitor

/// Where the replay of a log stopped, in a file; and beside it, in `FILE.payloads`, what finds
/// entries that repeat an earlier one.
///
/// Crash windows: the payloads are durable before the file that counts them replaces the older
/// one, and a longer tail is cut off by the next opening.
package struct ReplayState: ~Copyable {
    private static let limitBytes = 16 << 20

    private let path: String
    private var payloads: GrowingFile
    /// Where an earlier run stopped, or this one was when it saved last; `nil` before the first.
    package private(set) var place: ReplayPlace?

    /// Reads the state at `path` of the ledger `ledger`, for this process alone.
    package init(
        path: String, ledger: LedgerID, secret: UInt64
    ) throws(ReplayStateFault) {
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
            throw .malformed(path, "\(error)")
        }
        let file = try Self.file(
            payloadsPath, keeping: Int(clamping: size) * SeenPayloads.storedBytes)
        let seen: SeenPayloads
        do throws(FileError) {
            seen = SeenPayloads(stored: try file.read(), secret: secret)
        } catch {
            throw .unreadable(error)
        }
        do throws(AttestationError) {
            place = try ReplayPlace(json, ledger: ledger, payloads: seen)
        } catch {
            throw .malformed(path, "\(error)")
        }
        payloads = file
    }

    /// Keeps a place whose entries have been processed.
    package mutating func save(_ place: ReplayPlace) throws(FileError) {
        // Not what the file has: an earlier call may have failed after it wrote there.
        let known = self.place?.payloads.count ?? 0
        try payloads.append(
            place.payloads.stored(from: known), after: known * SeenPayloads.storedBytes)
        try DurableFile.write(CompactJSON.serialize(place.json), to: path, existing: .replace)
        self.place = place
    }

    /// The JSON in a state file.
    package static func json(
        _ path: String, limitBytes: Int
    ) throws(ReplayStateFault) -> JSONValue {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile.read(path, limitBytes: limitBytes)
        } catch {
            throw .unreadable(error)
        }
        do throws(JSONError) {
            return try StrictJSON.parse(bytes)
        } catch {
            throw .malformed(path, "\(error)")
        }
    }

    private static func file(
        _ path: String, keeping byteCount: Int
    ) throws(ReplayStateFault) -> GrowingFile {
        do throws(FileError) {
            return try GrowingFile(path: path, keeping: byteCount)
        } catch {
            guard case .tooShort = error.reason else { throw .file(error) }
            throw .unreadable(error)
        }
    }
}

/// Why there is no state to go on from.
package enum ReplayStateFault: Error, Hashable, Sendable {
    /// The files cannot be opened or made.
    case file(FileError)
    /// A file is there and cannot be read whole.
    case unreadable(FileError)
    /// A file is not the state of a replay of this ledger.
    case malformed(String, String)
}

extension ReplayStateFault: CustomStringConvertible {
    /// What is wrong, for people.
    package var description: String {
        switch self {
        case .file(let error), .unreadable(let error): error.description
        case .malformed(let path, let words):
            "\(path): not the state of a replay of this ledger: \(words)"
        }
    }
}
