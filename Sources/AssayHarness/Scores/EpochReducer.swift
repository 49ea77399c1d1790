package import AssayCrypto

/// How the scores of one sample's epochs become one (Inspect's score reducers).
package enum EpochReducer: Hashable, Sendable {
    /// The mean, which is also what no name means.
    case mean
    /// The median.
    case median
    /// The most frequent value; of several, the first.
    case mode
    /// The largest value.
    case max
    /// 1 if at least so many epochs reach 1, else 0.
    case atLeast(Int)
    /// The probability that one of so many drawn epochs reaches 1 (arXiv:2107.03374).
    case passAt(Int)
    /// The probability that all of so many drawn epochs reach 1 (arXiv:2406.12045).
    case passAll(Int)

    /// Reads a reducer's name in a log; `nil` for one that is not known.
    package init?(name: Text?) {
        guard let name else {
            self = .mean
            return
        }
        switch name.string {
        case "mean": self = .mean
        case "median": self = .median
        case "mode": self = .mode
        case "max": self = .max
        case let other:
            guard let (kind, number) = Self.numbered(other) else { return nil }
            switch kind {
            case "at_least": self = .atLeast(number)
            case "pass_at": self = .passAt(number)
            case "pass_k": self = .passAll(number)
            default: return nil
            }
        }
    }

    /// Splits `pass_at_2` into its name and number.
    private static func numbered(_ name: String) -> (String, Int)? {
        guard let underscore = name.lastIndex(of: "_"),
            let number = UInt64(canonicalDecimal: name[name.index(after: underscore)...].utf8),
            (1...1_000_000).contains(number)
        else { return nil }
        return (String(name[..<underscore]), Int(number))
    }

    /// One number for the epochs' values; `nil` where none of them has one.
    package func reduce(_ values: [ScoreValue]) -> Double? {
        let numbers = values.compactMap(\.double)
        guard let first = numbers.first else { return nil }
        switch self {
        case .mean: return numbers.reduce(0, +) / Double(numbers.count)
        case .median:
            let sorted = numbers.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1
                ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        case .mode: return Self.mode(of: values.filter { $0 != .unscored })
        case .max: return numbers.reduce(first, Swift.max)
        case .atLeast(let least): return numbers.count { $0 >= 1 } >= least ? 1 : 0
        case .passAt(let drawn):
            return Self.drawing(drawn, of: numbers) { total, passing in
                guard total - passing >= drawn else { return 1 }
                let places = (total - passing + 1)..<(total + 1)
                return 1 - places.reduce(1) { $0 * (1 - Double(drawn) / Double($1)) }
            }
        case .passAll(let drawn):
            return Self.drawing(drawn, of: numbers) { total, passing in
                guard passing >= drawn else { return 0 }
                return (0..<drawn).reduce(1) { $0 * Double(passing - $1) / Double(total - $1) }
            }
        }
    }

    private static func drawing(
        _ drawn: Int, of numbers: [Double], _ probability: (Int, Int) -> Double
    ) -> Double? {
        guard numbers.count >= drawn else { return nil }
        return probability(numbers.count, numbers.count { $0 >= 1 })
    }

    /// Whether the reduced value depends on the order of the epochs, which a log that was rewritten
    /// need not keep: the most frequent value is not the only one.
    func dependsOnOrder(_ values: [ScoreValue]) -> Bool {
        guard self == .mode else { return false }
        let counts = Self.counts(of: values.filter { $0 != .unscored }).map(\.count)
        return counts.count { $0 == counts.max() } > 1
    }

    private static func mode(of values: [ScoreValue]) -> Double? {
        var best: (value: ScoreValue, count: Int)?
        for candidate in counts(of: values) where candidate.count > best?.count ?? 0 {
            best = candidate
        }
        return best?.value.double
    }

    private static func counts(of values: [ScoreValue]) -> [(value: ScoreValue, count: Int)] {
        var counts: [(value: ScoreValue, count: Int)] = []
        for value in values {
            // `1` and `1.0` are one value.
            if let at = counts.firstIndex(where: { isSame($0.value, value) }) {
                counts[at].count += 1
            } else {
                counts.append((value, 1))
            }
        }
        return counts
    }

    private static func isSame(_ left: ScoreValue, _ right: ScoreValue) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left == right
        case (.text, _), (_, .text): false
        default: left.double == right.double
        }
    }
}

/// Statistics over the reduced values of the samples.
enum SampleStatistic: String {
    case accuracy
    case mean
    case standardError = "stderr"
    case standardDeviation = "std"
    case variance = "var"

    /// The statistic of `values`, of which there is at least one.
    ///
    /// Those of spread take n-1 and are 0 for one value.
    func value(of values: [Double]) -> Double {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance =
            values.count < 2
            ? 0 : values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        switch self {
        case .accuracy, .mean: return mean
        case .standardError: return (variance / count).squareRoot()
        case .standardDeviation: return variance.squareRoot()
        case .variance: return variance
        }
    }
}
