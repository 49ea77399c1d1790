import ArgumentParser
import AssayClient
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayLog
import AssayServing
import AssayStore
import AssayTLog

/// What a store is compared with before anything is signed over it.
struct HistoryOptions: ParsableArguments {
    @Option(
        help: """
            Where the newest published checkpoint is: the folder of publish, a URL that serves it, \
            or a file with the checkpoint. A store that lacks published entries fetches them.
            """)
    var published: String?

    @Option(
        help: """
            A file that remembers which tree this machine signed last, away from the store. \
            Usually it is beside the key.
            """)
    var lastSigned: String?
}

/// Opens a store to sign over it, once it is known to hold all that was signed.
struct StoreOpening {
    let store: String
    let history: HistoryOptions
    /// The path of the first key that signs checkpoints.
    let key: String

    /// Compares first with what was published, then with what this machine signed last.
    func open() async throws(CommandFailure) -> SQLiteLogStore {
        let opened: SQLiteLogStore
        do {
            opened = try SQLiteLogStore(path: store, acceptsCopy: history.published != nil)
        } catch .copy {
            throw CommandFailure(
                .cannot, code: "store-restored",
                """
                \(store): \(StoreOpenError.copy). Show the newest published checkpoint with \
                --published FOLDER; missing entries are fetched from there
                """)
        } catch {
            throw CommandFailure(error, store: store)
        }
        if let published = history.published {
            try await catchUp(opened, published)
        }
        let record = history.lastSigned ?? "\(key).\(opened.ledger.hex.prefix(16)).signed"
        let remembering: SQLiteLogStore
        do {
            remembering = opened.remembering(
                in: try await LastSignedFile(path: record, store: opened))
        } catch {
            throw CommandFailure(error, store: store, record: record)
        }
        if opened.isCopy {
            do {
                try await opened.endCopy()
            } catch {
                throw CommandFailure(CatchUpFault.store(error), store: store, published: record)
            }
        }
        return remembering
    }

    /// Catches up from a web server.
    private static func catchUp(
        _ run: CatchUp<SQLiteLogStore>, from url: LogURL
    ) async throws(CatchUpFault) -> CatchUp<SQLiteLogStore>.Outcome {
        do {
            return try await LogClient.with(url) { client in
                try await run.run(PublishedURL(client))
            }
        } catch let fault as CatchUpFault {
            throw fault
        } catch {
            throw .unreadable(PublishedLogFault("\(url): \(error)"))
        }
    }

    private func catchUp(
        _ opened: SQLiteLogStore, _ published: String
    ) async throws(CommandFailure) {
        let outcome: CatchUp<SQLiteLogStore>.Outcome
        do {
            let run = CatchUp(opened, stated: opened.ledger)
            if let url = LogURL(Text(published)) {
                outcome = try await Self.catchUp(run, from: url)
            } else {
                outcome = try await run.run(PublishedFiles(path: published))
            }
        } catch {
            throw CommandFailure(error, store: store, published: published)
        }
        switch outcome {
        case .equal: break
        case .caughtUp(let head, let added):
            StandardError.write(
                """
                assay-log: \(store) lacked \(added) published entries and has them now: size \
                \(head.size.value)\n
                """)
        case .ahead(let head, let published):
            guard opened.isCopy else { break }
            throw CommandFailure(
                .cannot, code: "published-too-old",
                """
                \(store): the restored copy holds \(head.size.value) entries, and the published \
                checkpoint only \(published.value), so it is not the newest that was signed; \
                publish from the copy first if nothing newer was published
                """)
        }
    }
}
