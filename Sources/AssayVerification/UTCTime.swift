/// Seconds since 1970 as a date and time in UTC, computed without clock, locale or time zone.
public enum UTCTime {
    private static let secondsPerDay: UInt64 = 86_400

    /// `YYYY-MM-DDThh:mm:ssZ` in the proleptic Gregorian calendar; years beyond 9999 get more digits.
    public static func text(of seconds: UInt64) -> String {
        let (year, month, day) = date(ofDay: seconds / secondsPerDay)
        let second = seconds % secondsPerDay
        return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
            + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
            + padded(second % 60, 2) + "Z"
    }

    /// The date of a day counted from 1970-01-01, by eras of 400 years that begin on 1 March, so
    /// that the leap day is the last day of its year.
    private static func date(ofDay day: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func padded(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
