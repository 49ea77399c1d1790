/// A POSIX time in seconds, at most 2^63-1 (tlog-cosignature).
public struct UnixSeconds: Hashable, Sendable, Comparable {
    /// The seconds since 1970-01-01 UTC.
    public let value: UInt64

    /// Creates a time; a value above 2^63-1 gives `nil`.
    public init?(_ value: UInt64) {
        guard value <= Limits.timestampSeconds else { return nil }
        self.value = value
    }

    private init(checked value: UInt64) { self.value = value }

    /// The timestamp of an ML-DSA-44 cosignature that makes no statement about time.
    public static let unstated = UnixSeconds(checked: 0)

    /// The latest time that can be written.
    static let latest = UnixSeconds(checked: Limits.timestampSeconds)

    /// Orders times.
    public static func < (left: UnixSeconds, right: UnixSeconds) -> Bool {
        left.value < right.value
    }
}
