import AssayCrypto
import AssayTLog
import AssayWitness
import CSQLite

/// Reads of a witness's store.
enum WitnessRows {
    static func signers(_ connection: SQLiteConnection) throws(SQLiteError) -> [VerifierKey] {
        let text = "SELECT vkey FROM signer ORDER BY position"
        var keys: [VerifierKey] = []
        try connection.prepare(text).forEachRow([]) { row throws(SQLiteError) in
            keys += try self.keys(try row.text(0), text)
        }
        return keys
    }

    static func record(
        _ connection: SQLiteConnection, _ selection: String, _ value: [UInt8]
    ) throws(SQLiteError) -> LogRecord? {
        let text = """
            SELECT origin, vkeys, cosigned.log IS NOT NULL, coalesce(size, x''),
            coalesce(root, x''), coalesce(note, x''), coalesce(ledger, x''), coalesce(url, '')
            FROM log LEFT JOIN cosigned ON cosigned.log = log.id
            LEFT JOIN replay ON replay.log = log.id WHERE \(selection)
            """
        var record: LogRecord?
        try connection.prepare(text).forEachRow([.blob(value)]) { row throws(SQLiteError) in
            var replay: ReplayedLog?
            if let ledger = Digest(bytes: try row.blob(6)) {
                replay = ReplayedLog(ledger: ledger, url: Text(try row.text(7)))
            }
            guard let name = Text(validating: try row.blob(0)), let origin = Origin(name),
                let log = WitnessedLog(
                    origin: origin, keys: try keys(try row.text(1), text),
                    replay: replay)
            else { throw SQLiteError(code: SQLITE_MISMATCH, operation: text) }
            guard try row.integer(2) == 1 else {
                record = LogRecord(log: log, latest: nil)
                return
            }
            guard let size = UInt64(bigEndianBytes: try row.blob(3)),
                let root = Digest(bytes: try row.blob(4))
            else { throw SQLiteError(code: SQLITE_MISMATCH, operation: text) }
            record = LogRecord(
                log: log,
                latest: CosignedCheckpoint(
                    head: TreeHead(size: TreeSize(size), root: root), note: try row.blob(5)))
        }
        return record
    }

    static func evidence(
        _ connection: SQLiteConnection, _ origin: Origin
    ) throws(SQLiteError) -> [WitnessEvidence] {
        let text = """
            SELECT kind, note FROM evidence JOIN log ON log.id = evidence.log
            WHERE origin = ? ORDER BY evidence.id
            """
        var found: [WitnessEvidence] = []
        try connection.prepare(text).forEachRow([.blob(origin.text.utf8)]) {
            (row) throws(SQLiteError) in
            guard let kind = WitnessEvidence.Kind(rawValue: try row.text(0)) else {
                throw SQLiteError(code: SQLITE_MISMATCH, operation: text)
            }
            found.append(WitnessEvidence(kind: kind, note: try row.blob(1)))
        }
        return found
    }

    static func proofs(
        _ connection: SQLiteConnection, _ origin: Origin
    ) throws(SQLiteError) -> [[UInt8]] {
        let text = """
            SELECT proof FROM fraud JOIN log ON log.id = fraud.log
            WHERE origin = ? ORDER BY fraud.id
            """
        var found: [[UInt8]] = []
        try connection.prepare(text).forEachRow([.blob(origin.text.utf8)]) {
            (row) throws(SQLiteError) in found.append(try row.blob(0))
        }
        return found
    }

    static func replayedLogs(
        _ connection: SQLiteConnection
    ) throws(SQLiteError) -> [WitnessedLog] {
        let text = "SELECT origin FROM log JOIN replay ON replay.log = log.id ORDER BY log.id"
        var origins: [[UInt8]] = []
        try connection.prepare(text).forEachRow([]) { row throws(SQLiteError) in
            origins.append(try row.blob(0))
        }
        var logs: [WitnessedLog] = []
        for origin in origins {
            if let record = try record(connection, "log.origin = ?", origin) {
                logs.append(record.log)
            }
        }
        return logs
    }

    /// The verifier keys of some lines.
    private static func keys(
        _ lines: String, _ statement: String
    ) throws(SQLiteError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for line in lines.split(separator: "\n") {
            do throws(VerifierKeyError) {
                keys.append(try VerifierKey(text: Text(String(line))))
            } catch {
                throw SQLiteError(code: SQLITE_MISMATCH, operation: statement)
            }
        }
        return keys
    }
}
