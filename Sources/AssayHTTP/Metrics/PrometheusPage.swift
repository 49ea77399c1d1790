/// How often values fell below each of some bounds.
struct Histogram: Hashable, Sendable {
    /// Bounds for durations: half a millisecond to half a minute.
    static let secondsBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0
    private(set) var count: UInt64 = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count)
    }

    /// Counts one value.
    mutating func observe(_ value: Double) {
        sum += value
        count += 1
        for (position, bound) in bounds.enumerated() where value <= bound { counts[position] += 1 }
    }
}

/// A page in the Prometheus text format, version 0.0.4.
struct PrometheusPage {
    /// Label names and values, in order.
    typealias Labels = [(String, String)]

    private(set) var text = ""

    mutating func counter(_ name: String, _ about: String, _ value: UInt64) {
        counter(name, about, [([], value)])
    }

    mutating func counter(_ name: String, _ about: String, _ series: [(Labels, UInt64)]) {
        head(name, about, "counter")
        for (labels, value) in series { sample(name, labels, String(value)) }
    }

    mutating func gauge(_ name: String, _ about: String, _ value: Double) {
        head(name, about, "gauge")
        sample(name, [], "\(value)")
    }

    mutating func histogram(_ name: String, _ about: String, _ series: [(Labels, Histogram)]) {
        head(name, about, "histogram")
        for (labels, histogram) in series {
            for (bound, count) in zip(histogram.bounds, histogram.counts) {
                sample(name + "_bucket", labels + [("le", "\(bound)")], String(count))
            }
            sample(name + "_bucket", labels + [("le", "+Inf")], String(histogram.count))
            sample(name + "_sum", labels, "\(histogram.sum)")
            sample(name + "_count", labels, String(histogram.count))
        }
    }

    private mutating func head(_ name: String, _ about: String, _ type: String) {
        text += "# HELP \(name) \(about)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: Labels, _ value: String) {
        let list = labels.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " " + value + "\n"
    }

    private static func escape(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
