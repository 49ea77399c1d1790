import AssayCrypto
import AssayLog
import AssayTLog
import CSQLite
import Glibc

/// The one connection that writes to a store, on a thread of its own.
actor SQLiteLogWriter {
    private let thread: SerialThread
    private let connection: SQLiteConnection
    private let reads: StoreReads
    private let path: String
    /// Held as long as the connection.
    private let lock: StoreLock
    private let reserveBytes: UInt64
    /// A failure to copy the write-ahead log back, which the next call reports: the append after
    /// which it happened was durable.
    private var pendingFault: StoreFault?
    private var openRun: OpenRun

    /// From how many frames of one page on the write-ahead log is copied back.
    private static let copiedFramesMin = 1024

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// The identity of the ledger that the store says it belongs to.
    nonisolated let ledger: Digest

    /// Which payloads may be on record: all that are, as soon as an append has returned.
    nonisolated let payloads: RecordedPayloads

    /// Whether the store was a copy when it was opened.
    nonisolated let isCopy: Bool

    init(path: String, reserveBytes: UInt64, acceptsCopy: Bool) throws(StoreOpenError) {
        thread = SerialThread(label: "assay.store.writer")
        lock = try StoreLock(store: path)
        (connection, isCopy) = try StoreFile.openForWriting(path, acceptsCopy: acceptsCopy)
        reads = StoreReads(connection: connection)
        self.path = path
        self.reserveBytes = reserveBytes
        ledger = try reads.requireLedger()
        do {
            (payloads, openRun) = try RecordedPayloads.read(reads)
        } catch {
            throw .unreadable(error)
        }
    }

    func treeHead() throws(StoreFault) -> TreeHead? {
        if let pendingFault { throw pendingFault }
        return try reads.treeHead()
    }

    /// Crash windows: before COMMIT returns, either all of the batch or nothing of it is there at
    /// the next start, and nobody was told; after that all of it is.
    func append(_ batch: AppendBatch) throws(StoreFault) {
        if let pendingFault { throw pendingFault }
        let runs = openRun.completed(by: batch)
        try requireRoom(for: BatchWriter.estimatedBytes(of: batch, runs: runs.count))
        do {
            try BatchWriter(connection: connection).write(batch, completing: runs)
        } catch {
            throw afterFailure(error, batch)
        }
        let new = batch.entries.map(EntryPrefixes.init)
        for entry in new {
            openRun.append(entry)
        }
        payloads.insert(new)
        if connection.writeAheadFrames >= Self.copiedFramesMin {
            copyWriteAheadLog()
        }
    }

    /// Replaces notes by the same ones with more cosignatures, in one transaction.
    ///
    /// Crash windows: before COMMIT returns, all of the new notes or none are there at the next
    /// start, and all are good ones.
    func cosign(_ checkpoints: [StoredCheckpoint]) throws(StoreFault) {
        if let pendingFault { throw pendingFault }
        for checkpoint in checkpoints {
            guard let stored = try reads.checkpoint(of: checkpoint.size),
                Self.text(stored.note) != nil, Self.text(stored.note) == Self.text(checkpoint.note)
            else { throw .damaged(.checkpoint(checkpoint.size.value)) }
        }
        let bytes = checkpoints.reduce(0) { $0 + $1.note.count + 2 * 4096 }
        try requireRoom(for: UInt64(bytes))
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            let update = try connection.prepare("UPDATE checkpoint SET note = ? WHERE size = ?")
            for checkpoint in checkpoints {
                try update.run([
                    .blob(checkpoint.note), .integer(Int64(checkpoint.size.value)),
                ])
            }
            try connection.execute("COMMIT")
        } catch {
            throw afterFailedCosigning(error)
        }
        if connection.writeAheadFrames >= Self.copiedFramesMin {
            copyWriteAheadLog()
        }
    }

    /// What a failure means: `full` only when it is certain that nothing was written.
    private func afterFailedCosigning(_ failure: SQLiteError) -> StoreFault {
        do throws(SQLiteError) {
            if connection.isInTransaction {
                try connection.execute("ROLLBACK")
            }
        } catch {
            return StoreFault(error)
        }
        return failure.primaryCode == SQLITE_FULL ? .full : StoreFault(failure)
    }

    private static func text(_ note: [UInt8]) -> Text? {
        do {
            return try SignedNote(bytes: note).text
        } catch {
            return nil
        }
    }

    /// Copies the write-ahead log back into the database, as far as no reader needs it.
    func settle() throws(StoreFault) {
        if let pendingFault { throw pendingFault }
        do {
            try connection.copyWriteAheadLog()
        } catch {
            throw StoreFault(error)
        }
    }

    /// Makes a copy a store like any other, durably.
    func endCopy() throws(StoreFault) {
        do throws(SQLiteError) {
            try connection.execute("PRAGMA application_id = \(StoreSchema.applicationID)")
        } catch {
            throw StoreFault(error)
        }
    }

    /// Refuses early when space runs out, while a refusal is still clean: a commit that runs into
    /// the end of the device may leave the index of the write-ahead log behind the log.
    private func requireRoom(for bytes: UInt64) throws(StoreFault) {
        var usage = statvfs()
        guard unsafe statvfs(path, &usage) == 0 else {
            throw .failed(code: errno, operation: "statvfs")
        }
        let (free, overflow) = UInt64(usage.f_bavail)
            .multipliedReportingOverflow(by: UInt64(usage.f_frsize))
        guard overflow || free >= reserveBytes + 2 * bytes else { throw .full }
    }

    /// What a failed append means: `full` and `conflict` only when it is certain that nothing of
    /// the batch was written.
    private func afterFailure(_ failure: BatchFailure, _ batch: AppendBatch) -> StoreFault {
        do throws(SQLiteError) {
            if connection.isInTransaction {
                try connection.execute("ROLLBACK")
            }
        } catch {
            return StoreFault(error)
        }
        let stored: TreeHead?
        do {
            stored = try reads.treeHead()
        } catch {
            return error
        }
        switch failure {
        case .treeHeadMoved:
            return .conflict(expected: batch.previous, stored: stored)
        case .database(let error) where error.primaryCode == SQLITE_FULL:
            return stored == batch.previous ? .full : StoreFault(error)
        case .database(let error):
            return StoreFault(error)
        }
    }

    private func copyWriteAheadLog() {
        do {
            try connection.copyWriteAheadLog()
        } catch {
            // Without room the log just stays longer; every other failure may be one of a sync.
            if error.primaryCode != SQLITE_FULL {
                pendingFault = StoreFault(error)
            }
        }
    }
}
