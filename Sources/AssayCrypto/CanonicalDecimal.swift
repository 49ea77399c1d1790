extension UInt64 {
    /// Creates a number from its only decimal spelling: ASCII digits, no sign, no leading zero.
    ///
    /// `UInt64(_:)` of the standard library also takes `+5` and `007`.
    public init?(canonicalDecimal digits: some Collection<UInt8>) {
        let zero = UInt8(ascii: "0")
        guard let first = digits.first, digits.count == 1 || first != zero else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= zero, digit <= zero + 9 else { return nil }
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = scaled.addingReportingOverflow(UInt64(digit - zero))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        self = value
    }
}

extension UInt64 {
    /// The number as 8 big-endian bytes.
    public var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> UInt64(56 - 8 * $0)) }
    }

    /// Creates a number from exactly 8 big-endian bytes; any other count gives `nil`.
    public init?(bigEndianBytes bytes: some Collection<UInt8>) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
