/// A day of the Gregorian calendar.
struct CalendarDate: Hashable, Sendable {
    let year: Int
    let month: Int
    let day: Int

    /// Creates a day that the calendar has, of the years 1 to 9999.
    init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.dayCount(ofMonth: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// Creates a day from its distance to 1970-01-01; `nil` outside the years 1 to 9999.
    init?(daysSince1970 days: Int) {
        // Years are counted from March, so that the day that is sometimes missing comes last.
        let (shifted, overflowed) = days.addingReportingOverflow(Self.daysFromMarchYearZero)
        guard !overflowed, shifted >= 0 else { return nil }
        let cycle = shifted / Self.daysPerCycle
        let dayOfCycle = shifted % Self.daysPerCycle
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        self.init(
            year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// The distance to 1970-01-01 in days.
    var daysSince1970: Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        let cycle = marchYear / 400
        let yearOfCycle = marchYear % 400
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let dayOfCycle = 365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * Self.daysPerCycle + dayOfCycle - Self.daysFromMarchYearZero
    }

    /// The days of 400 years, after which the calendar repeats.
    private static let daysPerCycle = 146_097
    /// The days from the first of March of the year 0 to 1970-01-01.
    private static let daysFromMarchYearZero = 719_468

    private static func dayCount(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
