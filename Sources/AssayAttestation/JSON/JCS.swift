import AssayCrypto

/// The JSON Canonicalization Scheme (RFC 8785): one byte string for each JSON value.
public enum JCS {
    /// The canonical bytes of `value`.
    ///
    /// - Throws: `JCSError.nonFiniteNumber` for a number that is not finite as a double.
    public static func serialize(_ value: JSONValue) throws(JCSError) -> [UInt8] {
        var bytes: [UInt8] = []
        try append(value, to: &bytes)
        return bytes
    }

    private static func append(_ value: JSONValue, to bytes: inout [UInt8]) throws(JCSError) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let truth): bytes += (truth ? "true" : "false").utf8
        case .number(let number): bytes += try ECMAScriptNumber.text(of: number).utf8
        case .string(let text): append(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                try append(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            let members = ordered(object.members)
            for (position, member) in members.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                try append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// The members in the order of their names, in which they mostly are already.
    private static func ordered(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        let isOrdered = members.indices.dropFirst().allSatisfy {
            precedes(members[$0 - 1].name, members[$0].name)
        }
        return isOrdered ? members : members.sorted { precedes($0.name, $1.name) }
    }

    /// Orders names by their UTF-16 code units, which differs from the order of their bytes where
    /// surrogates meet the last block of the basic plane: there bytes begin with 0xEE or more.
    static func precedes(_ left: Text, _ right: Text) -> Bool {
        guard left.utf8.allSatisfy({ $0 < 0xee }), right.utf8.allSatisfy({ $0 < 0xee }) else {
            return left.string.utf16.lexicographicallyPrecedes(right.string.utf16)
        }
        return left < right
    }

    /// Appends `text` in quotation marks, escaping only what RFC 8785 section 3.2.2.2 names.
    static func append(_ text: Text, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var rest = text.utf8[...]
        while let position = rest.firstIndex(where: needsEscape) {
            bytes += rest[..<position]
            switch rest[position] {
            case 0x08: bytes += "\\b".utf8
            case 0x09: bytes += "\\t".utf8
            case 0x0a: bytes += "\\n".utf8
            case 0x0c: bytes += "\\f".utf8
            case 0x0d: bytes += "\\r".utf8
            case let control where control < 0x20: bytes += "\\u00\(Hex.encode([control]))".utf8
            case let mark: bytes += [UInt8(ascii: "\\"), mark]
            }
            rest = rest[(position + 1)...]
        }
        bytes += rest
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }
}

/// Why a value has no canonical form.
public enum JCSError: Error, Hashable, Sendable {
    /// A number that is not finite as a double, by its text.
    case nonFiniteNumber(String)
}

/// The number texts of ECMAScript's `Number::toString`, which RFC 8785 prescribes.
enum ECMAScriptNumber {
    static func text(of number: JSONNumber) throws(JCSError) -> String {
        // Most numbers are short integers, whose text is already canonical.
        if number.lexeme.utf8.count < 16, UInt64(canonicalDecimal: number.lexeme.utf8) != nil {
            return number.lexeme
        }
        let value = number.double
        guard value.isFinite else { throw .nonFiniteNumber(number.lexeme) }
        return text(of: value)
    }

    /// The text of a finite double: its shortest digits that read back to it, laid out by size.
    static func text(of value: Double) -> String {
        if value == 0 { return "0" }
        let (digits, exponent) = shortestDigits(of: value.magnitude)
        let count = digits.count
        let sign = value < 0 ? "-" : ""
        let text = String(decoding: digits, as: UTF8.self)
        switch exponent {
        case count...21 where count <= 21:
            return sign + text + String(repeating: "0", count: exponent - count)
        case 1...21:
            return sign + text.prefix(exponent) + "." + text.dropFirst(exponent)
        case -5...0:
            return sign + "0." + String(repeating: "0", count: -exponent) + text
        default:
            let power = exponent - 1
            let fraction = count > 1 ? "." + text.dropFirst() : ""
            return sign + text.prefix(1) + fraction + "e" + (power < 0 ? "-" : "+")
                + String(power.magnitude)
        }
    }

    /// The shortest digits d1…dk and the exponent n with value = 0.d1…dk × 10^n.
    private static func shortestDigits(of value: Double) -> ([UInt8], Int) {
        var digits: [UInt8] = []
        var exponent = 0
        var pointAt: Int?
        var text = Array("\(value)".utf8)[...]
        if let e = text.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: text[(e + 1)...], as: UTF8.self)) ?? 0
            text = text[..<e]
        }
        for byte in text {
            if byte == UInt8(ascii: ".") { pointAt = digits.count } else { digits.append(byte) }
        }
        exponent += pointAt ?? digits.count
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leadingZeros)
        exponent -= leadingZeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent)
    }
}
