import AssayCommand
import AssayHarness
import AssayVerification

extension CommandFailure {
    /// Why the log at `path` was not read.
    init(_ error: EvaluationLogError, _ path: String) {
        let (status, code): (ExitStatus, String) =
            switch error {
            case .cannotOpen, .notRegularFile, .cannotRead: (.cannot, "file")
            case .changedWhileRead: (.cannot, "log-changed")
            case .exceeds: (.cannot, "log-too-large")
            case .unknownHarness, .unsupportedHarness: (.malformed, "log-unknown-harness")
            case .unknownVersion: (.malformed, "log-unknown-version")
            case .archive: (.malformed, "log-archive-damaged")
            case .json, .missing, .unexpected, .duplicateSample, .strayMember:
                (.malformed, "log-malformed")
            case .noHeader: (.rejected, "log-unfinished")
            case .metricMismatch: (.rejected, "log-metric-mismatch")
            }
        self.init(status, code: code, "\(path): \(EscapedText.escape("\(error)"))")
    }
}
