public import AssayCrypto

/// A time in UTC as RFC 3339 writes it: `2026-01-31T09:30:00Z`.
///
/// Only `T` and `Z` are taken, and at most nine digits after a decimal point. Days that the
/// calendar lacks and leap seconds are refused.
public struct Timestamp: Hashable, Sendable {
    /// The characters.
    public let text: Text
    /// Whole seconds since 1970-01-01T00:00:00Z.
    public let unixSeconds: Int64
    /// Billionths of a second beyond the whole ones.
    public let nanoseconds: UInt32

    /// Creates a time; text that is not the time's spelling in UTC gives `nil`.
    public init?(_ text: Text) {
        guard let reading = TimestampReading(text.utf8), reading.isUTC else { return nil }
        self.text = text
        unixSeconds = reading.unixSeconds
        nanoseconds = reading.nanoseconds
    }

    /// Creates the same moment in UTC from RFC 3339 text with any offset; other text gives `nil`.
    ///
    /// Harnesses write local times; text without an offset names no moment.
    public init?(anyOffset text: Text) {
        guard let reading = TimestampReading(text.utf8) else { return nil }
        self.init(unixSeconds: reading.unixSeconds, fraction: reading.fraction)
    }

    /// Creates a time from seconds since 1970-01-01T00:00:00Z; `nil` outside the years 1 to 9999.
    public init?(unixSeconds: Int64) {
        self.init(unixSeconds: unixSeconds, fraction: [])
    }

    private init?(unixSeconds: Int64, fraction: ArraySlice<UInt8>) {
        var (days, second) = unixSeconds.quotientAndRemainder(dividingBy: 86_400)
        if second < 0 {
            days -= 1
            second += 86_400
        }
        guard let date = CalendarDate(daysSince1970: Int(days)) else { return nil }
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let clock = [second / 3600, second / 60 % 60, second % 60].map { padded(Int($0), 2) }
        let day = [padded(date.year, 4), padded(date.month, 2), padded(date.day, 2)]
        let digits = fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self)
        self.init(
            Text(day.joined(separator: "-") + "T" + clock.joined(separator: ":") + digits + "Z"))
    }

    /// Whether this moment comes before `other`.
    public func precedes(_ other: Timestamp) -> Bool {
        (unixSeconds, nanoseconds) < (other.unixSeconds, other.nanoseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// The characters.
    public var description: String { text.string }
}

extension Timestamp: JSONConvertible {
    /// Reads a string that is a time in UTC.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let value = Timestamp(text) else {
            throw cursor.failure(.notWritten(.timestamp, found: text))
        }
        self = value
    }

    /// The characters as a JSON string.
    package var json: JSONValue { .string(text) }
}

/// The parts of an RFC 3339 date-time.
private struct TimestampReading {
    let unixSeconds: Int64
    let nanoseconds: UInt32
    let fraction: ArraySlice<UInt8>
    let isUTC: Bool

    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let year = Self.number(&rest, digits: 4), Self.take("-", &rest),
            let month = Self.number(&rest, digits: 2), Self.take("-", &rest),
            let day = Self.number(&rest, digits: 2), Self.take("T", &rest),
            let hour = Self.number(&rest, digits: 2), Self.take(":", &rest),
            let minute = Self.number(&rest, digits: 2), Self.take(":", &rest),
            let second = Self.number(&rest, digits: 2),
            let date = CalendarDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var digits: ArraySlice<UInt8> = []
        if Self.take(".", &rest) {
            digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            rest.removeFirst(digits.count)
        }
        fraction = digits
        var billionths: UInt32 = 0
        for place in 0..<9 {
            let digit = place < digits.count ? digits[digits.startIndex + place] - 0x30 : 0
            billionths = billionths * 10 + UInt32(digit)
        }
        nanoseconds = billionths
        isUTC = Self.take("Z", &rest)
        guard let offset = isUTC ? 0 : Self.offset(&rest), rest.isEmpty else { return nil }
        unixSeconds = Int64(
            date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset)
    }

    /// Reads `+hh:mm` or `-hh:mm` as seconds.
    private static func offset(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let isNegative = take("-", &rest)
        guard isNegative || take("+", &rest), let hours = number(&rest, digits: 2),
            take(":", &rest), let minutes = number(&rest, digits: 2), hours < 24, minutes < 60
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isNegative ? -seconds : seconds
    }

    private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int? {
        let characters = rest.prefix(digits)
        guard characters.count == digits,
            characters.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        rest.removeFirst(digits)
        return characters.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
