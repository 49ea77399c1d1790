import AssayTestSupport
import Testing

@testable import AssayStore

/// A column whose every bit `fsck` answers for.
struct AuthenticatedColumn {
    let table: String
    let column: String
    let key: String
    /// How many flips are tried in it.
    let flips: Int

    static let all = [
        AuthenticatedColumn(table: "entry", column: "bytes", key: "leaf", flips: 60),
        AuthenticatedColumn(table: "entry", column: "payload", key: "leaf", flips: 16),
        AuthenticatedColumn(table: "entry", column: "hash", key: "leaf", flips: 16),
        AuthenticatedColumn(table: "entry", column: "leaf", key: "leaf", flips: 10),
        AuthenticatedColumn(table: "tile", column: "hashes", key: "position", flips: 30),
        AuthenticatedColumn(table: "tile", column: "position", key: "position", flips: 8),
        AuthenticatedColumn(table: "checkpoint", column: "note", key: "size", flips: 30),
        AuthenticatedColumn(table: "checkpoint", column: "size", key: "size", flips: 8),
        AuthenticatedColumn(table: "tree_head", column: "size", key: "id", flips: 6),
        AuthenticatedColumn(table: "tree_head", column: "root", key: "id", flips: 6),
        AuthenticatedColumn(table: "ledger", column: "identity", key: "id", flips: 6),
        AuthenticatedColumn(table: "state_entry", column: "leaf", key: "leaf", flips: 4),
    ]

    /// One flipped bit.
    struct Flip: CustomStringConvertible {
        let undoing: String
        let key: Int64
        let value: SQLiteValue
        let description: String

        /// Puts the old value back.
        func undo(_ path: String) throws {
            let connection = try SQLiteConnection(path: path, mode: .readWrite)
            try connection.execute("PRAGMA ignore_check_constraints = ON")
            try connection.prepare(undoing).run([value, .integer(key)])
            try #require(connection.changedRows == 1)
        }
    }

    /// Flips a random bit of a random row.
    func flip(_ path: String, _ generator: inout SeededGenerator) throws -> Flip {
        let connection = try SQLiteConnection(path: path, mode: .readWrite)
        try connection.execute("PRAGMA ignore_check_constraints = ON")
        var keys: [Int64] = []
        try connection.prepare("SELECT \(key) FROM \(table)").forEachRow([]) {
            (row) throws(SQLiteError) in
            keys.append(try row.integer(0))
        }
        let chosen = try #require(keys.randomElement(using: &generator))
        var blob: [UInt8]?
        var number: Int64?
        try connection.prepare("SELECT \(column) FROM \(table) WHERE \(key) = ?")
            .forEachRow([.integer(chosen)]) { (row) throws(SQLiteError) in
                do {
                    blob = try row.blob(0)
                } catch {
                    number = try row.integer(0)
                }
            }
        let update = "UPDATE \(table) SET \(column) = ? WHERE \(key) = ?"
        if var bytes = blob {
            let old = bytes
            let bit = Int.random(in: 0..<bytes.count * 8, using: &generator)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            try connection.prepare(update).run([.blob(bytes), .integer(chosen)])
            return Flip(
                undoing: update, key: chosen, value: .blob(old),
                description: "bit \(bit) of \(table).\(column) \(chosen)")
        }
        let old = try #require(number)
        while true {
            let bit = Int.random(in: 0..<62, using: &generator)
            let new = old ^ 1 << Int64(bit)
            // A changed key must not fall on another row.
            if column == key, keys.contains(new) { continue }
            try connection.prepare(update).run([.integer(new), .integer(chosen)])
            return Flip(
                undoing: update, key: column == key ? new : chosen, value: .integer(old),
                description: "bit \(bit) of \(table).\(column) \(chosen)")
        }
    }
}
