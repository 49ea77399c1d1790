import AssayCommand
import AssayStore
import AssayWitness

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
            case .copy: (.cannot, "store-restored")
            case .leftover: (.cannot, "store-present")
            case .inUse: (.cannot, "store-in-use")
            case .unreadable: (.rejected, "store-damaged")
            case .settingRefused, .system, .file, .database: (.cannot, "store-unavailable")
            }
        self.init(status, code: code, "\(path): \(error)")
    }

    /// A store that did not do what it was asked.
    init(_ fault: TreeHeadFault, store path: String) {
        switch fault {
        case .damaged: self.init(.rejected, code: "store-damaged", "\(path): \(fault)")
        case .moved, .unknownLog, .failed:
            self.init(.cannot, code: "store-unavailable", "\(path): \(fault)")
        }
    }
}
