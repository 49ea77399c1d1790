import CSQLite

/// The tables of a store and the version that they have.
enum StoreSchema {
    /// Marks a database file as a store of an Assay log: the bytes `Asay`.
    static let applicationID: Int64 = 0x4173_6179

    /// Marks a copy of a store, which nobody may append to before it has been compared with what
    /// the log has published: the bytes `Asac`.
    static let copyID: Int64 = 0x4173_6163

    /// The version that this program reads and writes.
    static let version: Int64 = 1

    /// The tables of version 1.
    ///
    /// All are rowid tables: blobs in a table without rowids are several times slower to read.
    /// Nothing here is believed when it is read: `LogCheck` recomputes all from the entries.
    static let tables = """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity BLOB NOT NULL CHECK (length(identity) = 32)
        ) STRICT;
        CREATE TABLE tree_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            size INTEGER NOT NULL CHECK (size > 0),
            root BLOB NOT NULL CHECK (length(root) = 32)
        ) STRICT;
        -- payload and hash are the first 8 bytes, read as a big-endian integer, of SHA-256 of the
        -- payload and of the leaf hash: a hit is confirmed from the entry itself.
        CREATE TABLE entry (
            leaf INTEGER PRIMARY KEY CHECK (leaf >= 0),
            payload INTEGER NOT NULL,
            hash INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        -- For every 65,536 entries the same 8 bytes, all but their last bits, in 64 parts: see
        -- LookupRun. position is run * 64 + part.
        CREATE TABLE payload_run (
            position INTEGER PRIMARY KEY CHECK (position >= 0),
            words BLOB NOT NULL
        ) STRICT;
        CREATE TABLE hash_run (
            position INTEGER PRIMARY KEY CHECK (position >= 0),
            words BLOB NOT NULL
        ) STRICT;
        -- The charter and member-keys entries, which a start replays.
        CREATE TABLE state_entry (
            leaf INTEGER PRIMARY KEY CHECK (leaf >= 0)
        ) STRICT;
        -- position is level * 2^56 + index in the level.
        CREATE TABLE tile (
            position INTEGER PRIMARY KEY CHECK (position >= 0),
            hashes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY CHECK (size > 0),
            note BLOB NOT NULL
        ) STRICT;
        """

    /// Makes the tables in an empty database, inside the caller's transaction.
    static func create(in connection: SQLiteConnection) throws(SQLiteError) {
        try connection.execute(tables)
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute("PRAGMA user_version = \(version)")
    }

    /// Returns normally only if the database is a store of the version that this program knows, or
    /// a copy of one.
    ///
    /// - Returns: whether it is a copy.
    static func check(_ connection: SQLiteConnection) throws(StoreOpenError) -> Bool {
        let application: Int64
        let found: Int64
        do {
            application = try connection.number("PRAGMA application_id")
            found = try connection.number("PRAGMA user_version")
        } catch {
            throw StoreOpenError(error)
        }
        guard application == applicationID || application == copyID else { throw .notAStore }
        guard found == version else { throw .unknownVersion(found: found, known: version) }
        try requireTables(tables, in: connection)
        return application == copyID
    }

    /// Returns normally only if the database has what the statements `tables` make, unchanged, and
    /// nothing else.
    static func requireTables(
        _ tables: String, in connection: SQLiteConnection
    ) throws(StoreOpenError) {
        do {
            let expected = try SQLiteConnection(path: ":memory:", mode: .create)
            try expected.execute(tables)
            let known = try definitions(in: expected)
            let actual = try definitions(in: connection)
            let differing = Set(known.keys).union(actual.keys).filter { known[$0] != actual[$0] }
            if let name = differing.min() { throw StoreOpenError.alteredSchema(name: name) }
        } catch let error as SQLiteError {
            throw StoreOpenError(error)
        } catch let error as StoreOpenError {
            throw error
        } catch {
            preconditionFailure("no other error is thrown above: \(error)")
        }
    }

    /// Every table, index, view and trigger with the statement that made it: a dropped index would
    /// make each lookup read the whole log, and a trigger could do anything.
    private static func definitions(
        in connection: SQLiteConnection
    ) throws(SQLiteError) -> [String: String] {
        var definitions: [String: String] = [:]
        try connection.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
            .forEachRow([]) { (row) throws(SQLiteError) in
                definitions[try row.text(0)] = try row.text(1)
            }
        return definitions
    }
}
