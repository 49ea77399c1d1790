import CSQLite

/// A value that is bound to a statement.
enum SQLiteValue {
    /// A 64-bit integer.
    case integer(Int64)
    /// Bytes.
    case blob([UInt8])
    /// Text.
    case text(String)
}

/// A prepared statement; owns the C object.
///
/// It may outlive its connection, which SQLite closes only after its last statement.
@safe
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let text: String

    /// Takes over a prepared statement.
    init(_ handle: OpaquePointer, text: String) {
        unsafe self.handle = handle
        self.text = text
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Carries the statement out with `values` and expects no row.
    func run(_ values: [SQLiteValue]) throws(SQLiteError) {
        try forEachRow(values) { _ throws(SQLiteError) in }
    }

    /// Carries the statement out with `values` and hands each row to `body`.
    ///
    /// - Throws: the result code of SQLite, or what `body` throws.
    func forEachRow(
        _ values: [SQLiteValue], _ body: (SQLiteRow) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        // Also forgets an error of the last run; what it was has been thrown.
        defer { unsafe _ = sqlite3_reset(handle) }
        for (position, value) in values.enumerated() {
            try bind(value, at: Int32(position + 1))
        }
        while true {
            switch unsafe sqlite3_step(handle) {
            case SQLITE_ROW: try body(unsafe SQLiteRow(statement: handle, text: text))
            case SQLITE_DONE: return
            case let status: throw SQLiteError(code: status, operation: text)
            }
        }
    }

    private func bind(_ value: SQLiteValue, at position: Int32) throws(SQLiteError) {
        let status: Int32
        switch value {
        case .integer(let number):
            status = unsafe sqlite3_bind_int64(handle, position, number)
        case .blob(let bytes):
            status = unsafe bytes.withUnsafeBytes { raw in
                // A null pointer would bind NULL; an empty array may have no address.
                unsafe raw.baseAddress == nil
                    ? unsafe sqlite3_bind_zeroblob(handle, position, 0)
                    : unsafe assay_sqlite3_bind_blob_copy(
                        handle, position, raw.baseAddress, UInt64(raw.count))
            }
        case .text(let text):
            let bytes = [UInt8](text.utf8)
            status = unsafe bytes.withUnsafeBytes { raw in
                unsafe assay_sqlite3_bind_text_copy(
                    handle, position, raw.baseAddress, UInt64(raw.count))
            }
        }
        guard status == SQLITE_OK else { throw SQLiteError(code: status, operation: text) }
    }
}

/// The row that a statement stands on; valid only while its statement stands there.
@safe
struct SQLiteRow {
    private let statement: OpaquePointer
    private let text: String

    fileprivate init(statement: OpaquePointer, text: String) {
        unsafe self.statement = statement
        self.text = text
    }

    /// The integer in `column`.
    ///
    /// - Throws: `SQLITE_MISMATCH` if something else stands there, as only damage can cause in a
    ///   strict table.
    func integer(_ column: Int32) throws(SQLiteError) -> Int64 {
        try expect(SQLITE_INTEGER, column)
        return unsafe sqlite3_column_int64(statement, column)
    }

    /// The bytes in `column`.
    ///
    /// - Throws: `SQLITE_MISMATCH` if something else stands there.
    func blob(_ column: Int32) throws(SQLiteError) -> [UInt8] {
        try expect(SQLITE_BLOB, column)
        guard let bytes = unsafe sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// The text in `column`.
    ///
    /// - Throws: `SQLITE_MISMATCH` if something else stands there.
    func text(_ column: Int32) throws(SQLiteError) -> String {
        try expect(SQLITE_TEXT, column)
        guard let bytes = unsafe sqlite3_column_text(statement, column) else { return "" }
        let count = Int(unsafe sqlite3_column_bytes(statement, column))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private func expect(_ type: Int32, _ column: Int32) throws(SQLiteError) {
        guard unsafe sqlite3_column_type(statement, column) == type else {
            throw SQLiteError(code: SQLITE_MISMATCH, operation: text)
        }
    }
}
