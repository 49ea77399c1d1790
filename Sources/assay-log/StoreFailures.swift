import AssayAttestation
import AssayCommand
import AssayLog
import AssayStore
import AssayVerification

extension CommandFailure {
    /// A store that was not opened.
    init(_ error: StoreOpenError, store path: String) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .absent: (.cannot, "store-absent")
            case .alreadyPresent: (.cannot, "store-present")
            case .notAStore: (.malformed, "not-a-store")
            case .unknownVersion: (.cannot, "store-version")
            case .alteredSchema: (.rejected, "store-altered")
            case .inUse: (.cannot, "store-in-use")
            case .unreadable: (.rejected, "store-damaged")
            case .settingRefused, .system, .file, .database: (.cannot, "store-unavailable")
            }
        self.init(status, code: code, "\(path): \(error)")
    }

    /// The first thing that is wrong in a store.
    init(_ finding: LogFinding, store path: String) {
        if case .unreadable(.failed) = finding {
            self.init(.cannot, code: "store-unavailable", "\(path): \(finding)")
        } else {
            self.init(.rejected, code: "store-damaged", "\(path): \(finding)")
        }
    }

    /// A charter and keys with which a ledger cannot begin.
    init(_ fault: GenesisFault, charter path: String) {
        switch fault {
        case .envelope:
            self.init(.malformed, code: "charter-malformed", "\(path): \(fault)")
        case .charter(let rejection):
            if case .malformed(_) = rejection {
                self.init(.malformed, code: "charter-malformed", "\(path): \(fault)")
                return
            }
            self.init(.badTrustInput, code: "charter-invalid", "\(path): \(fault)")
        case .keys: self.init(.badTrustInput, code: "key-not-in-charter", "\(fault)")
        case .signing: self.init(.cannot, code: "signing-failed", "\(fault)")
        }
    }

    /// A ledger that was not opened.
    init(_ fault: LedgerOpenFault, store path: String) {
        switch fault {
        case .finding(let finding): self.init(finding, store: path)
        case .keys(let mismatch):
            self.init(.badTrustInput, code: "key-not-in-charter", "\(mismatch)")
        }
    }

    /// A folder that was not published.
    init(_ fault: PublishFault, store path: String) {
        switch fault {
        case .finding(let finding): self.init(finding, store: path)
        case .file(let error): self.init(error)
        case .otherLog: self.init(.rejected, code: "folder-of-another-log", "\(fault)")
        case .ahead: self.init(.rejected, code: "store-rolled-back", "\(path): \(fault)")
        }
    }
}
