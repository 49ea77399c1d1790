/// The tables of a witness's store and the version that they have.
enum WitnessSchema {
    /// Marks a database file as the store of a witness: the bytes `AsWi`.
    static let applicationID: Int64 = 0x4173_5769

    /// The version that this program reads and writes.
    static let version: Int64 = 2

    /// The tables of version 1, and what version 2 has beside.
    static let tables = firstTables + addedTables

    /// What version 2 added: how logs are replayed, and fraud proofs.
    private static let addedTables = """

        CREATE TABLE replay (
            log INTEGER PRIMARY KEY REFERENCES log (id),
            ledger BLOB NOT NULL CHECK (length(ledger) = 32),
            url TEXT NOT NULL
        ) STRICT;
        CREATE TABLE fraud (
            id INTEGER PRIMARY KEY,
            log INTEGER NOT NULL REFERENCES log (id),
            proof_hash BLOB NOT NULL CHECK (length(proof_hash) = 32),
            proof BLOB NOT NULL,
            seen INTEGER NOT NULL,
            UNIQUE (log, proof_hash)
        ) STRICT;
        CREATE TRIGGER replay_is_never_removed BEFORE DELETE ON replay
        BEGIN SELECT RAISE(ABORT, 'a replayed log stays replayed'); END;
        CREATE TRIGGER replayed_ledger_never_changes BEFORE UPDATE OF log, ledger ON replay
        WHEN NEW.log <> OLD.log OR NEW.ledger <> OLD.ledger
        BEGIN SELECT RAISE(ABORT, 'a replayed log stays the same ledger'); END;
        """

    /// The tables of version 1.
    ///
    /// Sizes are 8 bytes, big-endian, since those of other people's logs may have all 64 bits;
    /// they are compared like numbers.
    ///
    /// The triggers stand between a mistake in a program, or a hand
    /// with a database shell, and a witness that helps a fork.
    private static let firstTables = """
        CREATE TABLE signer (
            position INTEGER PRIMARY KEY CHECK (position >= 0),
            vkey TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE log (
            id INTEGER PRIMARY KEY,
            origin BLOB NOT NULL UNIQUE,
            origin_hash BLOB NOT NULL UNIQUE CHECK (length(origin_hash) = 32),
            -- Verifier keys, a line each.
            vkeys TEXT NOT NULL
        ) STRICT;
        CREATE TABLE cosigned (
            log INTEGER PRIMARY KEY REFERENCES log (id),
            size BLOB NOT NULL CHECK (length(size) = 8),
            root BLOB NOT NULL CHECK (length(root) = 32),
            note BLOB NOT NULL
        ) STRICT;
        CREATE TABLE evidence (
            id INTEGER PRIMARY KEY,
            log INTEGER NOT NULL REFERENCES log (id),
            kind TEXT NOT NULL,
            note_hash BLOB NOT NULL CHECK (length(note_hash) = 32),
            note BLOB NOT NULL,
            seen INTEGER NOT NULL,
            UNIQUE (log, kind, note_hash)
        ) STRICT;
        CREATE TRIGGER log_is_never_removed BEFORE DELETE ON log
        BEGIN SELECT RAISE(ABORT, 'a log is never removed'); END;
        CREATE TRIGGER origin_never_changes BEFORE UPDATE OF id, origin, origin_hash ON log
        BEGIN SELECT RAISE(ABORT, 'an origin never changes'); END;
        CREATE TRIGGER cosigned_is_never_removed BEFORE DELETE ON cosigned
        BEGIN SELECT RAISE(ABORT, 'a tree head is never forgotten'); END;
        CREATE TRIGGER cosigned_never_goes_back BEFORE UPDATE ON cosigned
        WHEN NEW.log <> OLD.log OR NEW.size < OLD.size
            OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
        BEGIN SELECT RAISE(ABORT, 'a tree head never goes back'); END;
        """

    /// Makes an empty database at `path` with these tables.
    static func create(_ path: String) throws(StoreOpenError) -> SQLiteConnection {
        let connection = try StoreFile.open(path, .create)
        try StoreFile.makeDurable(connection)
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try connection.execute(tables)
            try connection.execute("PRAGMA application_id = \(applicationID)")
            try connection.execute("PRAGMA user_version = \(version)")
            try connection.execute("COMMIT")
        } catch {
            throw StoreOpenError(error)
        }
        return connection
    }

    /// Opens the store at `path` to write to it.
    static func open(_ path: String) throws(StoreOpenError) -> SQLiteConnection {
        try StoreFile.requireFile(path)
        let connection = try StoreFile.open(path, .readWrite)
        let application: Int64
        let found: Int64
        do throws(SQLiteError) {
            application = try connection.number("PRAGMA application_id")
            found = try connection.number("PRAGMA user_version")
        } catch {
            throw StoreOpenError(error)
        }
        guard application == applicationID else { throw .notAStore }
        if found == 1 { return try upgraded(connection) }
        guard found == version else { throw .unknownVersion(found: found, known: version) }
        try StoreSchema.requireTables(tables, in: connection)
        try StoreFile.makeDurable(connection)
        return connection
    }

    /// Brings a store of version 1 to this one, in one step: a witness cannot begin anew.
    private static func upgraded(
        _ connection: SQLiteConnection
    ) throws(StoreOpenError) -> SQLiteConnection {
        try StoreSchema.requireTables(firstTables, in: connection)
        try StoreFile.makeDurable(connection)
        do throws(SQLiteError) {
            try connection.execute("BEGIN IMMEDIATE")
            try connection.execute(addedTables)
            try connection.execute("PRAGMA user_version = \(version)")
            try connection.execute("COMMIT")
        } catch {
            throw StoreOpenError(error)
        }
        return connection
    }
}
