import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@testable import AssayHarness

@Suite
struct EpochReducerTests {
    /// Reducers and statistics give what Inspect's own give.
    @Test func agreesWithInspect() throws {
        let file = SharedFolder.packageRoot + "/Tests/Fixtures/inspect/reducers.json"
        let cases = try #require(try StrictJSON.parse(try readFile(file))["cases"]?.array)
        var differences: [String] = []
        for (number, item) in cases.enumerated() {
            let reducer = try #require(EpochReducer(name: item["reducer"]?.text))
            let reduced = try #require(item["samples"]?.array).map { epochs in
                reducer.reduce(
                    (epochs.array ?? []).compactMap { score in
                        score.text == "NaN" ? .unscored : score["value"].flatMap(ScoreValue.init)
                    })
            }
            let values = reduced.compactMap(\.self)
            if UInt64(values.count) != item["scored"]?.number?.count {
                differences.append("case \(number): scored")
            }
            for metric in item["metrics"]?.object?.members ?? [] {
                let statistic = try #require(SampleStatistic(rawValue: metric.name.string))
                let expected = try #require(metric.value.text.flatMap { Double($0.string) })
                if abs(statistic.value(of: values) - expected) > 1e-12 {
                    differences.append("case \(number): \(metric.name)")
                }
            }
        }
        #expect(differences == [])
        #expect(cases.count == 312)
    }

    @Test func knowsItsNames() {
        #expect(EpochReducer(name: nil) == .mean)
        #expect(EpochReducer(name: "pass_at_12") == .passAt(12))
        for name in ["pass_at_0", "pass_at_", "pass_at_01", "at_least", "own", "", "pass_at_1x"] {
            #expect(EpochReducer(name: Text(name)) == nil)
        }
    }

    @Test func tiesDependOnOrder() {
        let tie: [ScoreValue] = [.text("C"), .text("I")]
        #expect(EpochReducer.mode.dependsOnOrder(tie))
        #expect(!EpochReducer.mean.dependsOnOrder(tie))
        #expect(!EpochReducer.mode.dependsOnOrder(tie + [.text("I")]))
    }
}
