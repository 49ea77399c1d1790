import AssayAttestation
import AssayCrypto

/// Recomputes the metrics of a log's header from its samples.
package struct MetricCheck: Sendable {
    /// Why a metric was taken from the header as it stands.
    package enum Gap: String, Hashable, Sendable {
        /// The log has no samples.
        case noSamples = "the log holds no samples"
        /// The metric is not one of those that can be recomputed.
        case unknownMetric = "not a metric that can be recomputed"
        /// The reducer is not one of those that can be recomputed.
        case unknownReducer = "its reducer is not one that can be recomputed"
        /// The metric has parameters.
        case parameters = "it has parameters"
        /// Epochs are reduced to their most frequent value, of which some sample has several.
        case tiedMode = "some sample has several values that are most frequent"
        /// No sample has a value.
        case noValues = "no sample has a value"
    }

    /// What became of one metric.
    package struct Finding: Sendable {
        /// The score's place in the header.
        package let scoreIndex: Int
        /// The metric's place in the score.
        package let metricIndex: Int
        /// Why it was not recomputed; `nil` where it was and agrees.
        package let gap: Gap?
    }

    /// How many samples have a value, and how many do not, for each score of the header; absent
    /// without samples.
    package private(set) var counts: [(scored: UInt64, unscored: UInt64)?] = []
    /// What became of each metric.
    package private(set) var findings: [Finding] = []

    /// Recomputes every metric that can be.
    ///
    /// - Throws: `metricMismatch` with both numbers.
    init(_ header: InspectHeader, _ samples: [InspectSample]) throws(EvaluationLogError) {
        guard let results = header.results else { return }
        let inOrder = samples.sorted { $0.order < $1.order }
        for (scoreIndex, score) in results.scores.enumerated() {
            let values = Self.values(of: score, in: inOrder, header)
            let reducer = EpochReducer(name: score.reducer)
            let reduced = values.map { reducer?.reduce($0) ?? nil }
            if samples.isEmpty || reducer == nil {
                counts.append(nil)
            } else {
                let scored = UInt64(reduced.count { $0 != nil })
                counts.append((scored, UInt64(reduced.count) - scored))
            }
            for (metricIndex, metric) in score.metrics.enumerated() {
                let gap: Gap?
                do {
                    gap = try Self.check(
                        metric, of: score, header, samples.isEmpty, reducer,
                        reduced.compactMap(\.self))
                } catch {
                    guard let reducer, values.contains(where: reducer.dependsOnOrder) else {
                        throw error
                    }
                    gap = .tiedMode
                }
                findings.append(
                    Finding(scoreIndex: scoreIndex, metricIndex: metricIndex, gap: gap))
            }
        }
    }

    /// The values of a score, one list of epochs for each sample, in the order of the log.
    ///
    /// Samples with errors do not count, unless the run was told to score them. Where the header's
    /// own count of samples fits only with them (newer versions count what was scored before the
    /// error), they do.
    private static func values(
        of score: InspectScore, in samples: [InspectSample], _ header: InspectHeader
    ) -> [[ScoreValue]] {
        let scoresErrors = header.spec.config["score_on_error"]?.bool ?? false
        let without = values(of: score, in: samples.filter { scoresErrors || !$0.hasError })
        guard let scored = score.scoredSamples, let unscored = score.unscoredSamples,
            scored &+ unscored != UInt64(without.count)
        else { return without }
        let with = values(of: score, in: samples)
        return scored &+ unscored == UInt64(with.count) ? with : without
    }

    private static func values(
        of score: InspectScore, in samples: [InspectSample]
    ) -> [[ScoreValue]] {
        // Inspect groups epochs by the text of the id, so `7` and `"7"` count as one sample here.
        var places: [Text: Int] = [:]
        var values: [[ScoreValue]] = []
        for sample in samples {
            guard let own = sample.scores.first(where: { $0.scorer == score.scorer }) else {
                continue
            }
            // A scorer with several values has one score for each, called by its key.
            let value = score.name == score.scorer ? own.value : own.value[score.name] ?? own.value
            let id = Text(sample.id.description)
            if let place = places[id] {
                values[place].append(value)
            } else {
                places[id] = values.count
                values.append([value])
            }
        }
        return values
    }

    private static func check(
        _ metric: InspectMetric, of score: InspectScore, _ header: InspectHeader,
        _ isHeaderOnly: Bool, _ reducer: EpochReducer?, _ values: [Double]
    ) throws(EvaluationLogError) -> Gap? {
        guard !isHeaderOnly else { return .noSamples }
        guard let statistic = SampleStatistic(rawValue: metric.name.string), metric.group == nil,
            isBuiltIn(metric.name, of: score, header)
        else { return .unknownMetric }
        guard !metric.hasParameters else { return .parameters }
        guard reducer != nil else { return .unknownReducer }
        let stated = metric.value.double
        guard !values.isEmpty else {
            // Versions differ in whether nothing gives 0 or no number.
            guard stated.isNaN || stated == 0 else {
                throw mismatch(metric, of: score, recomputed: 0)
            }
            return .noValues
        }
        let recomputed = statistic.value(of: values)
        let tolerance = 1e-9 * max(1, abs(stated), abs(recomputed))
        // An infinite number would make the tolerance infinite.
        guard tolerance.isFinite, abs(stated - recomputed) <= tolerance else {
            throw mismatch(metric, of: score, recomputed: recomputed)
        }
        return nil
    }

    private static func mismatch(
        _ metric: InspectMetric, of score: InspectScore, recomputed: Double
    ) -> EvaluationLogError {
        .metricMismatch(
            MetricMismatch(
                score: score.name, reducer: score.reducer, metric: metric.key,
                stated: metric.value.lexeme, recomputed: recomputed))
    }

    /// Whether a metric is Inspect's own: a task can define another one of the same name.
    ///
    /// Logs that do not list their scorers' metrics are too old for that list, and are taken at
    /// their word.
    private static func isBuiltIn(
        _ metric: Text, of score: InspectScore, _ header: InspectHeader
    ) -> Bool {
        guard let scorers = header.spec.scorers, !scorers.isEmpty else { return true }
        let listed = scorers.reduce(into: Set<Text>()) { $0.formUnion($1.metricNames) }
        guard !listed.isEmpty else { return true }
        return listed.contains(Text("inspect_ai/" + metric.string)) || !listed.contains(metric)
    }
}
