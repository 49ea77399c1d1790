import AssayAttestation
import AssayCrypto
import AssayTLog

extension Report {
    /// The report for people: the headline, one line per check, what is claimed, what is not shown.
    ///
    /// The same input gives the same bytes; every text from the evidence is escaped.
    public var text: String {
        var lines = [verdict.rawValue]
        lines += checks.map { check in
            Self.column(check.step.rawValue) + Self.column(check.outcome.rawValue) + check.finding
        }
        if let rejection {
            lines.append(Self.column("reason") + rejection.code)
        }
        if let quorumBound, verdict.exitStatus == 0 {
            lines.append(Self.column("quorum") + quorumBound.words)
        }
        for claim in claims {
            lines += claim.summary.map { Self.column("claim") + $0 }
        }
        if !notShown.isEmpty, verdict.exitStatus == 0 {
            lines.append("What this does not show")
            lines += notShown.map { "- " + $0 }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func column(_ word: String) -> String {
        word + String(repeating: " ", count: max(1, 12 - word.count))
    }
}

extension QuorumBound {
    /// The numbers in words; names are escaped.
    public var words: String {
        if split == 0 { return "withstands nothing: the log alone could fork (split 0)" }
        return "a fork needs \(split) dishonest witness\(split == 1 ? "" : "es") (for instance "
            + cheapestSplit.map(EscapedText.escape).joined(separator: ", ")
            + "); \(halt) absent \(halt == 1 ? "one stops" : "ones stop") the log"
    }
}

extension VerifiedClaim {
    /// What the claim says, in a few lines; every text of it is escaped.
    public var summary: [String] {
        var lines = [
            "entry \(index.value), \(EscapedText.escape(type)), by "
                + (member.map(EscapedText.escape) ?? "the ledger"),
            "leaf hash \(leafHash)",
        ]
        for subject in statement.subjects {
            lines.append(
                "subject \(subject.digest)"
                    + (subject.name.map { " \(EscapedText.escape($0))" } ?? ""))
        }
        guard case .evaluationResult(let result) = statement.predicate else { return lines }
        if let evaluation = result.evaluation?.name {
            lines.append("evaluation \(EscapedText.escape(evaluation))")
        }
        for measurement in result.results ?? [] {
            lines.append("result \(Self.words(for: measurement))")
        }
        for item in result.withheld {
            lines.append(
                "withheld \(EscapedText.escape("\(item.path)")), reason "
                    + EscapedText.escape(item.reason.rawValue))
        }
        return lines
    }

    private static func words(for measurement: EvaluationResult.Measurement) -> String {
        var words = [measurement.metric.map(EscapedText.escape) ?? "withheld"]
        if let scorer = measurement.scorer { words.append("by \(EscapedText.escape(scorer))") }
        if let reducer = measurement.reducer {
            words.append("reduced by \(EscapedText.escape(reducer))")
        }
        words.append(measurement.value.map { EscapedText.escape("\($0)") } ?? "withheld")
        if let error = measurement.standardError {
            words.append("standard error \(EscapedText.escape("\(error)"))")
        }
        if let count = measurement.n { words.append("n \(count)") }
        return words.joined(separator: " ")
    }
}
