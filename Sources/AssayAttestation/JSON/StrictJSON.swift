import AssayCrypto

/// A reader of JSON (RFC 8259) from bytes that takes one meaning from a text or none.
///
/// Duplicate names (after unescaping), a byte-order mark, invalid UTF-8, lone surrogates, nesting
/// beyond a limit and bytes after the value are refused with their position. Numbers keep their
/// text.
public struct StrictJSON {
    /// What a reader allows beyond the strict minimum, and where it stops.
    public struct Limits: Hashable, Sendable {
        /// The deepest nesting of arrays and objects.
        public var depth: Int
        /// The most values, counted at every depth, which bounds memory.
        public var values: Int
        /// Whether `NaN`, `Infinity` and `-Infinity` are taken for numbers.
        public var allowsNonFiniteNumbers: Bool

        /// Creates limits.
        public init(depth: Int = 32, values: Int = 1 << 20, allowsNonFiniteNumbers: Bool = false) {
            self.depth = depth
            self.values = values
            self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
        }

        /// The limits for everything that is signed or exchanged (formats.md section 2).
        public static let exchange = Limits()
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var position = 0
    private var depth = 0
    private var values = 0

    private init(_ bytes: [UInt8], _ limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Reads the one value that `bytes` consist of.
    public static func parse(
        _ bytes: [UInt8], limits: Limits = .exchange
    ) throws(JSONError) -> JSONValue {
        var reader = StrictJSON(bytes, limits)
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { throw JSONError(.byteOrderMark, at: 0) }
        let value = try reader.value()
        reader.skipSpace()
        guard reader.position == bytes.count else {
            throw JSONError(.trailingBytes, at: reader.position)
        }
        return value
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return
            }
        }
    }

    private func failure(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason, at: position)
    }

    private func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        let found = try peek()
        guard found == byte else { throw failure(.unexpectedByte(found)) }
        position += 1
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError)
        -> JSONValue
    {
        for offset in 0..<word.utf8CodeUnitCount {
            try expect(unsafe word.utf8Start[offset])
        }
        return value
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        values += 1
        guard values <= limits.values else { throw failure(.tooManyValues(limit: limits.values)) }
        let first = try peek()
        switch first {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try number())
        case UInt8(ascii: "N") where limits.allowsNonFiniteNumbers:
            return try literal("NaN", .number(JSONNumber(checked: "NaN")))
        case UInt8(ascii: "I") where limits.allowsNonFiniteNumbers:
            return try literal("Infinity", .number(JSONNumber(checked: "Infinity")))
        default: throw failure(.unexpectedByte(first))
        }
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.depth else { throw failure(.tooDeep(limit: limits.depth)) }
        position += 1
        skipSpace()
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var members: [JSONObject.Member] = []
        var names: Set<Text> = []
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(JSONObject())
        }
        while true {
            skipSpace()
            let start = position
            guard try peek() == UInt8(ascii: "\"") else {
                throw failure(.unexpectedByte(try peek()))
            }
            let name = try string()
            let isNew =
                members.count < 8
                ? !members.contains { $0.name == name } : names.insert(name).inserted
            guard isNew else { throw JSONError(.duplicateMember(name), at: start) }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            members.append(JSONObject.Member(name, try value()))
            // Few names are compared one by one; from the eighth on a set is cheaper.
            if members.count == 8 { names = Set(members.map(\.name)) }
            skipSpace()
            if try peek() == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","))
        }
        position += 1
        return .object(JSONObject(members))
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value())
            skipSpace()
            if try peek() == UInt8(ascii: "]") { break }
            try expect(UInt8(ascii: ","))
        }
        position += 1
        return .array(elements)
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = position
        if bytes[position] == UInt8(ascii: "-") {
            position += 1
            if limits.allowsNonFiniteNumbers, position < bytes.count,
                bytes[position] == UInt8(ascii: "I")
            {
                _ = try literal("Infinity", .null)
                return JSONNumber(checked: "-Infinity")
            }
        }
        let integerStart = position
        guard skipDigits() > 0 else { throw failure(.invalidNumber) }
        if bytes[integerStart] == UInt8(ascii: "0"), position - integerStart > 1 {
            throw JSONError(.invalidNumber, at: start)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw failure(.invalidNumber) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            guard skipDigits() > 0 else { throw failure(.invalidNumber) }
        }
        return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count,
            case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position]
        {
            position += 1
        }
        return position - start
    }

    private mutating func string() throws(JSONError) -> Text {
        let start = position
        position += 1
        var plain = position
        var unescaped: [UInt8] = []
        while true {
            let byte = try peek()
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[plain..<position]
                position += 1
                // Nearly every string has no escapes, and is copied once.
                let whole = unescaped.isEmpty ? [UInt8](rest) : unescaped + rest
                guard let text = Text(validating: whole) else {
                    throw JSONError(.invalidUTF8, at: start)
                }
                return text
            case UInt8(ascii: "\\"):
                unescaped += bytes[plain..<position]
                position += 1
                try escape(into: &unescaped)
                plain = position
            case 0..<0x20: throw failure(.controlCharacter(byte))
            default: position += 1
            }
        }
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0c)
        case UInt8(ascii: "n"): unescaped.append(0x0a)
        case UInt8(ascii: "r"): unescaped.append(0x0d)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar()
            unescaped += String(Character(scalar)).utf8
        default:
            position -= 1
            throw failure(.invalidEscape)
        }
    }

    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let start = position
        var code = UInt32(try codeUnit())
        if code & 0xfc00 == 0xd800 {
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw JSONError(.loneSurrogate, at: start) }
            position += 2
            let low = UInt32(try codeUnit())
            guard low & 0xfc00 == 0xdc00 else { throw JSONError(.loneSurrogate, at: start) }
            code = 0x10000 + (code & 0x3ff) << 10 + low & 0x3ff
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw JSONError(.loneSurrogate, at: start)
        }
        return scalar
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            let byte = try peek()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure(.invalidEscape)
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
