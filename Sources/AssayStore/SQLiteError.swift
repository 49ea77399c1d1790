/// What SQLite answered instead of success.
package struct SQLiteError: Error, Hashable, Sendable {
    /// The extended result code.
    package let code: Int32
    /// The statement or call that failed; never bound values.
    package let operation: String

    /// The primary result code: the low byte of the extended one.
    package var primaryCode: Int32 { code & 0xff }
}

extension SQLiteError: CustomStringConvertible {
    /// The code and the statement.
    package var description: String { "SQLite result \(code) in: \(operation)" }
}
