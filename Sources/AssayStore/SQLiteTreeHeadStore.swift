package import AssayCrypto
package import AssayTLog
package import AssayWitness
import CSQLite

/// The store of a witness in one SQLite file: write-ahead log, a sync in every commit.
///
/// One process has it open at a time (``StoreOpenError/inUse``). After any failure but a lost race
/// the store answers nothing more: what a failed sync left can only be known by a new start.
package actor SQLiteTreeHeadStore: TreeHeadStore {
    private let thread: SerialThread
    private let connection: SQLiteConnection
    /// Held as long as the connection.
    private let lock: StoreLock
    private var fault: TreeHeadFault?

    /// From how many frames of one page on the write-ahead log is copied back.
    private static let copiedFramesMin = 1024

    /// The actor runs where SQLite may block.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// The witness's own keys, which `create` wrote.
    package nonisolated let signers: [VerifierKey]

    /// Makes the store of a new witness at `path`; see `SQLiteLogStore.create` for what a crash
    /// leaves.
    ///
    /// - Throws: `alreadyPresent` if there is anything at `path`, which is then unchanged.
    package static func create(
        at path: String, signers: [VerifierKey]
    ) throws(StoreOpenError) {
        try SQLiteLogStore.requireUnused(path)
        let temporary = path + ".new"
        try SQLiteLogStore.removeRemains(of: temporary)
        try fill(temporary, signers)
        try SQLiteLogStore.moveIntoPlace(temporary, path)
    }

    /// Makes the file; its last connection is closed before it gets its name.
    private static func fill(
        _ path: String, _ signers: [VerifierKey]
    ) throws(StoreOpenError) {
        let connection = try WitnessSchema.create(path)
        do throws(SQLiteError) {
            for (position, key) in signers.enumerated() {
                try connection.prepare("INSERT INTO signer (position, vkey) VALUES (?, ?)")
                    .run([.integer(Int64(position)), .text(key.text.string)])
            }
            try connection.emptyWriteAheadLog()
        } catch {
            throw StoreOpenError(error)
        }
    }

    /// Opens the store at `path`.
    package init(path: String) throws(StoreOpenError) {
        thread = SerialThread(label: "assay.witness.store")
        lock = try StoreLock(store: path)
        connection = try WitnessSchema.open(path)
        do throws(SQLiteError) {
            signers = try WitnessRows.signers(connection)
        } catch {
            throw StoreOpenError(error)
        }
    }

    package func put(_ log: WitnessedLog) throws(TreeHeadFault) -> Bool {
        let known = try record(of: log.origin)
        // A log that was only checked for consistency may be replayed from now on, never the reverse.
        if let replay = known?.log.replay, replay.ledger != log.replay?.ledger {
            throw .replayChanged
        }
        let keys = log.keys.map { "\($0.text)\n" }.joined()
        try writing { connection throws(SQLiteError) in
            try connection.prepare(
                """
                INSERT INTO log (origin, origin_hash, vkeys) VALUES (?1, ?2, ?3)
                ON CONFLICT (origin) DO UPDATE SET vkeys = ?3
                """
            ).run([.blob(log.origin.text.utf8), .blob(log.originHash.bytes), .text(keys)])
            guard let replay = log.replay else { return }
            try connection.prepare(
                """
                INSERT INTO replay (log, ledger, url) SELECT id, ?1, ?2 FROM log WHERE origin = ?3
                ON CONFLICT (log) DO UPDATE SET url = ?2
                """
            ).run([
                .blob(replay.ledger.bytes), .text(replay.url.string), .blob(log.origin.text.utf8),
            ])
        }
        return known == nil
    }

    /// The logs that are replayed.
    package func replayedLogs() throws(TreeHeadFault) -> [WitnessedLog] {
        try reading { connection throws(SQLiteError) in
            try WitnessRows.replayedLogs(connection)
        }
    }

    package func record(of origin: Origin) throws(TreeHeadFault) -> LogRecord? {
        try record("log.origin = ?", origin.text.utf8)
    }

    package func record(ofHash originHash: Digest) throws(TreeHeadFault) -> LogRecord? {
        try record("log.origin_hash = ?", originHash.bytes)
    }

    private func record(
        _ selection: String, _ value: [UInt8]
    ) throws(TreeHeadFault) -> LogRecord? {
        try reading { connection throws(SQLiteError) in
            try WitnessRows.record(connection, selection, value)
        }
    }

    package func advance(
        _ origin: Origin, from previous: TreeHead?, to next: CosignedCheckpoint
    ) throws(TreeHeadFault) {
        let isMoved = try writing { connection throws(SQLiteError) in
            let row: [SQLiteValue] = [
                .blob(next.head.size.value.bigEndianBytes), .blob(next.head.root.bytes),
                .blob(next.note),
            ]
            if let previous {
                try connection.prepare(
                    """
                    UPDATE cosigned SET size = ?, root = ?, note = ?
                    WHERE log = (SELECT id FROM log WHERE origin = ?) AND size = ? AND root = ?
                    """
                ).run(
                    row + [
                        .blob(origin.text.utf8), .blob(previous.size.value.bigEndianBytes),
                        .blob(previous.root.bytes),
                    ])
            } else {
                try connection.prepare(
                    """
                    INSERT INTO cosigned (log, size, root, note)
                    SELECT id, ?, ?, ? FROM log WHERE origin = ?
                    AND NOT EXISTS (SELECT * FROM cosigned WHERE log = log.id)
                    """
                ).run(row + [.blob(origin.text.utf8)])
            }
            return connection.changedRows != 1
        }
        guard isMoved else { return }
        guard try record(of: origin) != nil else { throw .unknownLog }
        throw .moved
    }

    package func keep(
        _ evidence: WitnessEvidence, of origin: Origin, at time: UnixSeconds
    ) throws(TreeHeadFault) {
        try writing { connection throws(SQLiteError) in
            try connection.prepare(
                """
                INSERT OR IGNORE INTO evidence (log, kind, note_hash, note, seen)
                SELECT id, ?1, ?2, ?3, ?4 FROM log WHERE origin = ?5
                AND (SELECT count(*) FROM evidence WHERE log = log.id AND kind = ?1) < ?6
                """
            ).run([
                .text(evidence.kind.rawValue), .blob(SHA256.hash(evidence.note).bytes),
                .blob(evidence.note), .integer(Int64(clamping: time.value)),
                .blob(origin.text.utf8), .integer(Int64(WitnessEvidence.keptPerKindMax)),
            ])
        }
    }

    package func evidence(of origin: Origin) throws(TreeHeadFault) -> [WitnessEvidence] {
        try reading { connection throws(SQLiteError) in
            try WitnessRows.evidence(connection, origin)
        }
    }

    package func keep(
        proof: [UInt8], of origin: Origin, at time: UnixSeconds
    ) throws(TreeHeadFault) {
        try writing { connection throws(SQLiteError) in
            try connection.prepare(
                """
                INSERT OR IGNORE INTO fraud (log, proof_hash, proof, seen)
                SELECT id, ?1, ?2, ?3 FROM log WHERE origin = ?4
                AND (SELECT count(*) FROM fraud WHERE log = log.id) < ?5
                """
            ).run([
                .blob(SHA256.hash(proof).bytes), .blob(proof),
                .integer(Int64(clamping: time.value)), .blob(origin.text.utf8),
                .integer(Int64(WitnessEvidence.proofsMax)),
            ])
        }
    }

    package func proofs(of origin: Origin) throws(TreeHeadFault) -> [[UInt8]] {
        try reading { connection throws(SQLiteError) in
            try WitnessRows.proofs(connection, origin)
        }
    }

    private func reading<Value>(
        _ body: (SQLiteConnection) throws(SQLiteError) -> Value
    ) throws(TreeHeadFault) -> Value {
        if let fault { throw fault }
        do throws(SQLiteError) {
            return try body(connection)
        } catch {
            throw TreeHeadFault(error)
        }
    }

    /// Runs one transaction.
    ///
    /// Crash windows: before COMMIT returns, all of it or nothing is there at the next start, and
    /// nobody was told; after that all of it is.
    private func writing<Value>(
        _ body: (SQLiteConnection) throws(SQLiteError) -> Value
    ) throws(TreeHeadFault) -> Value {
        if let fault { throw fault }
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            let value = try body(connection)
            try connection.execute("COMMIT")
            if connection.writeAheadFrames >= Self.copiedFramesMin {
                try connection.copyWriteAheadLog()
            }
            return value
        } catch {
            let fault = TreeHeadFault(error)
            self.fault = fault
            throw fault
        }
    }
}

extension TreeHeadFault {
    /// A failure of SQLite.
    init(_ error: SQLiteError) {
        self =
            error.code == SQLITE_MISMATCH
            ? .damaged : .failed(code: error.code, operation: error.operation)
    }
}
