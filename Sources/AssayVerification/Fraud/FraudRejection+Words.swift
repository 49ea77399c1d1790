import AssayCrypto
import AssayTLog

extension FraudRejection {
    /// The headline that this reason leads to: no fraud is shown, or nothing can be said.
    public var verdict: Verdict {
        if case .undecided = self { .undecided } else { .rejected }
    }

    /// The stable code of the reason.
    public var code: String {
        switch self {
        case .accused, .otherLogKey: "wrong-accused"
        case .notSigned: "not-signed-by-accused"
        case .notACheckpoint: "checkpoint-malformed"
        case .differentOrigins: "different-origins"
        case .differentSizes, .sameRoot, .sameEntry: "no-conflict"
        case .notIncluded: "not-included"
        case .bundle(let rejection): rejection.code
        case .entriesMissing: "entries-missing"
        case .allowed: "entry-allowed"
        case .undecided(.algorithm): "algorithm-unavailable"
        case .undecided: "type-not-supported"
        }
    }
}

extension FraudRejection: CustomStringConvertible {
    /// Why no fraud is shown, in words; text from the proof is escaped.
    public var description: String {
        switch self {
        case .accused(let text):
            "\(EscapedText.escape(text)) is not a key that this accusation can be about"
        case .notSigned(let side, let error):
            "the accused key has not signed note \(side.rawValue): "
                + EscapedText.escape("\(error)")
        case .notACheckpoint(let side, let error):
            "note \(side.rawValue) is not a checkpoint: \(EscapedText.escape("\(error)"))"
        case .differentOrigins(let a, let b):
            "the checkpoints are of two logs, \(EscapedText.escape(a.text)) and "
                + EscapedText.escape(b.text)
        case .differentSizes(let a, let b):
            "the checkpoints have sizes \(a.value) and \(b.value), and nothing shows that they "
                + "disagree"
        case .sameRoot: "the checkpoints agree"
        case .sameEntry(let index): "the entries at index \(index.value) are the same"
        case .notIncluded(let side, let error):
            "the entry in \(side.rawValue) is not proven to stand there: \(error.words)"
        case .bundle(let rejection): "the evidence is not good: \(rejection)"
        case .entriesMissing(let index):
            "entry \(index.value) is not shown, so the charter in force is not known"
        case .otherLogKey(let key):
            "\(EscapedText.escape(key.text)) is not a key of this log"
        case .allowed(let index): "the charter allows entry \(index.value)"
        case .undecided(.indexRoots): "index roots cannot be recomputed by this version"
        case .undecided(.algorithm(let algorithm)):
            "the library at hand cannot check \(algorithm.rawValue) signatures"
        case .undecided(.entry(let index, let rejection)):
            "entry \(index.value) cannot be judged by this version: \(rejection)"
        }
    }
}

extension Rejection {
    /// Whether a missing algorithm is what keeps this from being decided.
    var isAboutAlgorithms: Bool { code == "algorithm-unavailable" }
}
