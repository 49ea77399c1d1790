import AssayAttestation
import AssayCrypto

/// A reader that walks through JSON text of any length and takes out of it only what is asked for.
///
/// What is taken is read by `StrictJSON`. What is passed over is checked for its structure alone:
/// brackets, strings, commas, depth.
final class JSONTextReader {
    private let stream: any ByteStream
    private let limits: ReadingLimits
    private let member: Text?
    private var piece: [UInt8] = []
    private var position = 0
    private var pieceOffset: UInt64 = 0
    private var depth = 0
    /// The bytes of the value that is being taken, up to the start of the current piece.
    private var taken: [UInt8]?
    private var takenFrom = 0

    /// Creates a reader at the start of `stream`; `member` names the archive's member in errors.
    init(_ stream: any ByteStream, limits: ReadingLimits, member: Text?) {
        self.stream = stream
        self.limits = limits
        self.member = member
    }

    /// The number of bytes read so far.
    var offset: UInt64 { pieceOffset + UInt64(position) }

    // MARK: Walking

    /// Calls `body` for each member of the object that comes next; `body` must take or pass over
    /// the value.
    func forEachMember(
        _ body: (Text) throws(EvaluationLogError) -> Void
    ) throws(EvaluationLogError) {
        try enter(UInt8(ascii: "{"))
        var names: Set<Text> = []
        if try nextIs(UInt8(ascii: "}")) { return leave() }
        while true {
            let start = offset
            let name = try name()
            guard names.insert(name).inserted else {
                throw failure(.duplicateMember(name), at: start)
            }
            guard names.count <= Self.mostMembers else {
                throw .exceeds(.objectMembers, limit: UInt64(Self.mostMembers), member: member)
            }
            try skipSpace()
            try expect(UInt8(ascii: ":"))
            try skipSpace()
            try body(name)
            if try nextIs(UInt8(ascii: "}")) { return leave() }
            try expect(UInt8(ascii: ","))
            try skipSpace()
        }
    }

    /// Calls `body` for each element of the array that comes next; `body` must take or pass over it.
    func forEachElement(
        _ body: () throws(EvaluationLogError) -> Void
    ) throws(EvaluationLogError) {
        try enter(UInt8(ascii: "["))
        if try nextIs(UInt8(ascii: "]")) { return leave() }
        while true {
            try skipSpace()
            try body()
            if try nextIs(UInt8(ascii: "]")) { return leave() }
            try expect(UInt8(ascii: ","))
        }
    }

    /// The kind of the value that comes next, by its first byte.
    func peekKind() throws(EvaluationLogError) -> UInt8 {
        try skipSpace()
        return try peek()
    }

    /// Checks that nothing but white space follows.
    func expectEnd() throws(EvaluationLogError) {
        while try fill() {
            guard Self.isSpace(piece[position]) else { throw failure(.trailingBytes, at: offset) }
            position += 1
        }
    }

    // MARK: Taking

    /// The value that comes next.
    func value() throws(EvaluationLogError) -> JSONValue {
        try skipSpace()
        let start = offset
        let bytes = try takenBytes()
        // A value inside the text may be that much deeper than the value by itself.
        let strict = StrictJSON.Limits(
            depth: max(limits.depth - depth, 1), values: limits.values,
            allowsNonFiniteNumbers: true)
        do throws(JSONError) {
            return try StrictJSON.parse(bytes, limits: strict)
        } catch {
            throw failure(error.reason, at: start + UInt64(error.offset))
        }
    }

    private func takenBytes() throws(EvaluationLogError) -> [UInt8] {
        taken = []
        takenFrom = position
        defer { taken = nil }
        try skipValue()
        return (taken ?? []) + piece[takenFrom..<position]
    }

    private func name() throws(EvaluationLogError) -> Text {
        let start = offset
        guard try peek() == UInt8(ascii: "\"") else {
            throw failure(.unexpectedByte(try peek()), at: start)
        }
        guard let name = try value().text else { throw failure(.unexpectedEnd, at: start) }
        return name
    }

    // MARK: Passing over

    /// Passes over the value that comes next.
    func skipValue() throws(EvaluationLogError) {
        var brackets: [UInt8] = []
        while true {
            try skipSpace()
            let first = try peek()
            switch first {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                brackets.append(first)
                try checkDepth(depth + brackets.count)
                position += 1
                try skipSpace()
                let second = try peek()
                if second == Self.closing(first) { break }
                if first == UInt8(ascii: "{") { try skipName() }
                continue
            case UInt8(ascii: "\""): try skipString()
            default: try skipScalar(first)
            }
            // A value ended, or an empty bracket is about to.
            while let open = brackets.last {
                try skipSpace()
                let next = try peek()
                position += 1
                if next == Self.closing(open) {
                    brackets.removeLast()
                    continue
                }
                guard next == UInt8(ascii: ",") else {
                    throw failure(.unexpectedByte(next), at: offset - 1)
                }
                if open == UInt8(ascii: "{") {
                    try skipSpace()
                    try skipName()
                }
                break
            }
            if brackets.isEmpty { return }
        }
    }

    private func skipName() throws(EvaluationLogError) {
        let first = try peek()
        guard first == UInt8(ascii: "\"") else { throw failure(.unexpectedByte(first), at: offset) }
        try skipString()
        try skipSpace()
        try expect(UInt8(ascii: ":"))
    }

    private func skipString() throws(EvaluationLogError) {
        position += 1
        while try fill() {
            let end = piece.count
            var at = position
            while at < end {
                let byte = piece[at]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
                at += 1
            }
            position = at
            guard at < end else { continue }
            switch piece[at] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                position += 1
                guard try fill() else { throw failure(.unexpectedEnd, at: offset) }
                position += 1
            case let byte: throw failure(.controlCharacter(byte), at: offset)
            }
        }
        throw failure(.unexpectedEnd, at: offset)
    }

    /// Passes over a number, `true`, `false`, `null`, `NaN` or `Infinity`.
    private func skipScalar(_ first: UInt8) throws(EvaluationLogError) {
        guard Self.startsScalar(first) else { throw failure(.unexpectedByte(first), at: offset) }
        position += 1
        while try fill(), Self.continuesScalar(piece[position]) { position += 1 }
    }

    // MARK: Bytes

    private static let mostMembers = 1 << 20

    private static func closing(_ open: UInt8) -> UInt8 {
        open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    private static func startsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "t"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "I"):
            true
        default: false
        }
    }

    private static func continuesScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func failure(_ reason: JSONError.Reason, at offset: UInt64) -> EvaluationLogError {
        .json(JSONError(reason, at: Int(clamping: offset)), member: member)
    }

    /// Makes sure that a byte stands at the position; false at the end of the text.
    private func fill() throws(EvaluationLogError) -> Bool {
        if position < piece.count { return true }
        if let before = taken {
            guard before.count + piece.count - takenFrom <= limits.valueBytes else {
                throw .exceeds(.valueBytes, limit: UInt64(limits.valueBytes), member: member)
            }
            taken?.append(contentsOf: piece[takenFrom...])
            takenFrom = 0
        }
        pieceOffset += UInt64(piece.count)
        position = 0
        piece = try stream.next() ?? []
        return !piece.isEmpty
    }

    private func peek() throws(EvaluationLogError) -> UInt8 {
        guard try fill() else { throw failure(.unexpectedEnd, at: offset) }
        return piece[position]
    }

    private func expect(_ byte: UInt8) throws(EvaluationLogError) {
        let found = try peek()
        guard found == byte else { throw failure(.unexpectedByte(found), at: offset) }
        position += 1
    }

    /// Passes over white space and, if it comes next, over `byte`.
    private func nextIs(_ byte: UInt8) throws(EvaluationLogError) -> Bool {
        try skipSpace()
        guard try peek() == byte else { return false }
        position += 1
        return true
    }

    private func skipSpace() throws(EvaluationLogError) {
        while try fill(), Self.isSpace(piece[position]) { position += 1 }
    }

    private func enter(_ bracket: UInt8) throws(EvaluationLogError) {
        try skipSpace()
        try checkDepth(depth + 1)
        try expect(bracket)
        depth += 1
    }

    private func leave() { depth -= 1 }

    private func checkDepth(_ depth: Int) throws(EvaluationLogError) {
        guard depth <= limits.depth else {
            throw .exceeds(.depth, limit: UInt64(limits.depth), member: member)
        }
    }
}
