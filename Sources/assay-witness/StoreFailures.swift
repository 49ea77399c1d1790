import AssayCommand
import AssayStore
import AssayWitness

extension CommandFailure {
    /// A store that did not do what it was asked.
    init(_ fault: TreeHeadFault, store path: String) {
        switch fault {
        case .damaged: self.init(.rejected, code: "store-damaged", "\(path): \(fault)")
        case .replayChanged:
            self.init(.badTrustInput, code: "replay-changed", "\(path): \(fault)")
        case .moved, .unknownLog, .failed:
            self.init(.cannot, code: "store-unavailable", "\(path): \(fault)")
        }
    }
}
