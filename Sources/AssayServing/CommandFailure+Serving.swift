package import AssayCommand
import AssayHTTP
package import AssayStore

extension CommandFailure {
    /// A store that was not opened.
    package init(_ error: StoreOpenError, store path: String) {
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

    /// A server that ended otherwise than by being told to.
    package init(serving error: any Error) {
        // Each case of a server's error says where or which file.
        self.init(
            .cannot, code: error is ServerError ? "cannot-listen" : "server-failed", "\(error)")
    }
}
