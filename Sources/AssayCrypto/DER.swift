/// The little of DER (X.690) that keys and signatures need, written in its one way.
enum DER {
    static let integerTag: UInt8 = 0x02
    static let bitStringTag: UInt8 = 0x03
    static let sequenceTag: UInt8 = 0x30

    /// Tag, length in the shortest form, contents.
    static func element(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        if contents.count < 0x80 {
            return [tag, UInt8(contents.count)] + contents
        }
        let length = UInt64(contents.count).bigEndianBytes.drop { $0 == 0 }
        return [tag, 0x80 | UInt8(length.count)] + length + contents
    }

    /// A non-negative INTEGER from its big-endian magnitude, in the fewest bytes.
    static func integer(_ magnitude: some Collection<UInt8>) -> [UInt8] {
        var contents = [UInt8](magnitude.drop { $0 == 0 })
        if (contents.first ?? 0x80) >= 0x80 {
            contents.insert(0, at: 0)
        }
        return element(integerTag, contents)
    }
}

/// Reads DER elements from the front of some bytes.
///
/// Callers re-encode what they read and compare, so that a laxness here could not let a second
/// spelling through.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// The contents of the next element, or `nil` if it has another tag or does not fit.
    mutating func element(_ tag: UInt8) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == tag, let first = rest.popFirst() else { return nil }
        var count = Int(first)
        if first >= 0x80 {
            let lengthBytes = Int(first & 0x7f)
            guard (1...3).contains(lengthBytes), rest.count >= lengthBytes else { return nil }
            count = rest.prefix(lengthBytes).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(lengthBytes)
        }
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// The big-endian magnitude of the next INTEGER without leading zeros; `nil` if it is negative.
    mutating func unsignedInteger() -> ArraySlice<UInt8>? {
        guard let contents = element(DER.integerTag), let first = contents.first, first < 0x80
        else { return nil }
        return contents.drop { $0 == 0 }
    }

    /// Whether the bytes at the front are `prefix`, which is then skipped.
    mutating func skip(_ prefix: [UInt8]) -> Bool {
        guard rest.starts(with: prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }
}
