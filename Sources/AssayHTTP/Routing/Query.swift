import AssayCrypto

/// The query of a request target: names and values, percent-decoded, each name at most once.
struct Query: Hashable, Sendable {
    private var values: [Text: Text] = [:]

    /// Reads the text behind the question mark.
    ///
    /// - Throws: `malformed` for a name that is not in `names` or occurs twice, for a broken
    ///   percent-encoding and for bytes that are not UTF-8.
    init(_ text: some Collection<UInt8>, names: Set<Text>) throws(Problem) {
        guard !text.isEmpty else { return }
        for part in Array(text).split(
            separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try Self.decode(part[..<equals])
            let value = try Self.decode(part[equals...].dropFirst())
            guard names.contains(name) else {
                let known = names.sorted().map(\.string).joined(separator: ", ")
                throw Problem(
                    .malformed,
                    known.isEmpty
                        ? "this resource takes no query"
                        : "the query may have \(known), and nothing else")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.malformed, "the query has \(name) more than once")
            }
        }
    }

    /// The value of `name`, or `nil` where the query does not have it.
    subscript(name: Text) -> Text? { values[name] }

    /// The value of `name` as a number in `range`, or `nil` where the query does not have it.
    func number(_ name: Text, in range: ClosedRange<UInt64>) throws(Problem) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(canonicalDecimal: text.utf8), range.contains(number) else {
            throw Problem(
                .malformed,
                "\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The value of `name` as a digest in hex, or `nil` where the query does not have it.
    func digest(_ name: Text) throws(Problem) -> Digest? {
        guard let text = values[name] else { return nil }
        guard let digest = Digest(hex: text.utf8) else {
            throw Problem(.malformed, "\(name) must be 64 lower-case hex digits")
        }
        return digest
    }

    /// Undoes percent-encoding (RFC 3986 section 2.1) and the plus sign of forms.
    private static func decode(_ text: ArraySlice<UInt8>) throws(Problem) -> Text {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard rest.count >= 2,
                    let value = Hex.decode(rest.prefix(2).map { $0 | ($0 > 0x40 ? 0x20 : 0) })
                else { throw Problem(.malformed, "the query's percent-encoding is broken") }
                bytes += value
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard let decoded = Text(validating: bytes) else {
            throw Problem(.malformed, "the query is not UTF-8")
        }
        return decoded
    }
}
