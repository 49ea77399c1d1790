import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayLog
import AssayServing
import AssayStore
import AssayTLog
import AssayVerification

extension CommandFailure {
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

    /// A store that does not fit what the witnesses have cosigned.
    init(_ fault: WitnessedFault, store path: String) {
        switch fault {
        case .storeBehind:
            self.init(
                .cannot, code: "store-behind",
                """
                \(path): \(fault). Signing now would make a second history. Fetch the missing \
                entries with --published FOLDER, or put the newest store back
                """)
        case .otherHistory:
            self.init(.rejected, code: "log-forked", "\(path): \(fault)")
        case .store(let fault):
            self.init(.cannot, code: "store-unavailable", "\(path): \(fault)")
        }
    }

    /// A folder that was not published.
    init(_ fault: PublishFault, store path: String) {
        switch fault {
        case .finding(let finding): self.init(finding, store: path)
        case .file(let error): self.init(error)
        case .otherLog: self.init(.rejected, code: "folder-of-another-log", "\(fault)")
        case .notCosigned: self.init(.cannot, code: "no-quorum", "\(path): \(fault)")
        case .ahead: self.init(.rejected, code: "store-rolled-back", "\(path): \(fault)")
        }
    }
}

extension CommandFailure {
    /// A store that was not copied.
    init(_ fault: StoreCopyFault, from source: String, to target: String) {
        switch fault {
        case .source(let error): self.init(error, store: source)
        case .target(let error): self.init(error, store: target)
        case .finding(let finding): self.init(finding, store: source)
        }
    }

    /// A store that could not be brought to what was published at `place`.
    init(_ fault: CatchUpFault, store path: String, published place: String) {
        switch fault {
        case .finding(let finding): self.init(finding, store: path)
        case .store(.full): self.init(.cannot, code: "storage-full", "\(path): \(fault)")
        case .store: self.init(.cannot, code: "store-unavailable", "\(path): \(fault)")
        case .unreadable: self.init(.cannot, code: "published-unreadable", "\(fault)")
        case .badCheckpoint:
            self.init(.badTrustInput, code: "published-invalid", "\(place): \(fault)")
        case .fork: self.init(.rejected, code: "log-forked", "\(path) and \(place): \(fault)")
        case .absent, .tooMany:
            self.init(.cannot, code: "store-behind", "\(path), by \(place): \(fault)")
        case .badBundle, .malformedEntry, .rejectedEntry:
            self.init(.rejected, code: "published-invalid", "\(place): \(fault)")
        }
    }

    /// A store that does not fit what this machine signed last.
    init(_ fault: LastSignedFault, store path: String, record: String) {
        switch fault {
        case .storeBehind(let signed, let stored):
            self.init(
                .cannot, code: "store-behind",
                """
                \(path): the store has \(stored.value) entries, but \(signed.value) were signed \
                (\(record)): \(signed.value - stored.value) are missing. Signing now would make a \
                second history. Fetch them with --published FOLDER, or put the newest store back
                """)
        case .otherHistory(let head):
            self.init(
                .rejected, code: "log-forked",
                """
                \(path): the tree of size \(head.size.value) and root \(head.root.base64) was \
                signed last (\(record)), and the store never signed it
                """)
        case .inUse:
            self.init(
                .cannot, code: "key-in-use",
                "\(record): another process signs for this ledger with the same key")
        case .otherLedger:
            self.init(.badTrustInput, code: "record-invalid", "\(record): is of another ledger")
        case .unreadable:
            self.init(
                .cannot, code: "record-invalid",
                """
                \(record): cannot be read any more; compare the store with what was published \
                (--published), and then remove this file
                """)
        case .file(let error):
            self.init(
                .cannot, code: "file",
                "\(error); --last-signed names another place for what was signed last")
        case .system(let number):
            self.init(.cannot, code: "file", "\(record): the system answered error \(number)")
        case .store(let fault):
            self.init(.cannot, code: "store-unavailable", "\(path): \(fault)")
        }
    }
}
