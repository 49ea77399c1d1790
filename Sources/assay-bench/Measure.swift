import AssayAttestation
import AssayCommand
import Glibc

/// Numbers of a run and how they are printed.
enum Measure {
    /// The length of a time in seconds.
    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// The middle of some numbers, of which there must be one.
    static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    /// The value below which `share` of some numbers lie; zero if there are none.
    static func percentile(_ share: Double, of values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let position = Int((Double(values.count) * share).rounded(.down))
        return values.sorted()[min(position, values.count - 1)]
    }

    /// The largest resident memory of this process so far, in bytes.
    static var peakMemoryBytes: UInt64 {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return UInt64(usage.ru_maxrss) * 1024
    }

    /// The processor time that this process has used, in seconds.
    static var processorSeconds: Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    /// How many processors there are.
    static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// A rate as a JSON number without a fraction.
    static func number(_ value: Double) -> JSONValue { .count(UInt64(max(0, value.rounded()))) }

    /// A time as a whole number of microseconds.
    static func microseconds(_ seconds: Double) -> JSONValue { number(seconds * 1e6) }

    /// Writes one JSON object and a line end to standard output.
    static func report(_ object: JSONValue) throws(CommandFailure) {
        let bytes = CompactJSON.serialize(object)
        try Output.write(bytes + [UInt8(ascii: "\n")])
    }
}
