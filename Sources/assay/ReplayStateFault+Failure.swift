import AssayAttestation
import AssayCommand
import AssayFiles
import AssayMonitor
import AssayVerification

extension CommandFailure {
    /// A state that a command cannot go on from.
    init(_ fault: ReplayStateFault) {
        switch fault {
        case .file(let error): self.init(error)
        case .unreadable(let error):
            self.init(.badTrustInput, code: "state-unreadable", error.description)
        case .malformed:
            self.init(
                .badTrustInput, code: "state-malformed", EscapedText.escape(fault.description))
        }
    }
}

extension ReplayState {
    /// Opens the state of a command.
    static func open(
        path: String, ledger: LedgerID, secret: UInt64
    ) throws(CommandFailure) -> ReplayState {
        do throws(ReplayStateFault) {
            return try ReplayState(path: path, ledger: ledger, secret: secret)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Keeps a place whose entries have been processed.
    mutating func keep(_ place: ReplayPlace) throws(CommandFailure) {
        do throws(FileError) {
            try save(place)
        } catch {
            throw CommandFailure(error)
        }
    }
}
