import ArgumentParser

/// A length of time as an argument: a number with `s`, `m`, `h` or `d`.
struct Period: ExpressibleByArgument {
    /// The seconds.
    let seconds: UInt64
    private let text: String

    init?(argument: String) {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }),
            let count = UInt64(argument.dropLast()), String(count) == argument.dropLast()
        else { return nil }
        let (seconds, overflowed) = count.multipliedReportingOverflow(by: unit)
        guard !overflowed, seconds <= UInt64(Int32.max) else { return nil }
        self.seconds = seconds
        text = argument
    }

    /// So many seconds.
    static func seconds(_ count: UInt32) -> Period {
        guard let period = Period(argument: "\(count)s") else {
            preconditionFailure("a number of seconds is a period")
        }
        return period
    }

    var defaultValueDescription: String { text }
}
