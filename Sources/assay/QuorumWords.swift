import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayTLog
import AssayVerification

/// What a quorum withstands, for people and for programs (formats.md section 7).
enum QuorumWords {
    /// Lines about `quorum`; `nil` is `quorum none`.
    static func lines(_ name: String, _ quorum: Quorum?) -> [String] {
        guard let quorum else {
            return ["\(name): none; a dishonest log alone could show two histories (split 0)"]
        }
        let split = quorum.cheapestSplit.map(EscapedText.escape).joined(separator: ", ")
        let halt = quorum.cheapestHalt.map(EscapedText.escape).joined(separator: ", ")
        return [
            "\(name): \(words(quorum))",
            quorum.split == 0
                ? "  split 0: a dishonest log alone could show two histories"
                : "  split \(quorum.split): to fork, a dishonest log needs \(quorum.split) of them,"
                    + " at the cheapest \(split)",
            "  halt \(quorum.halt): \(quorum.halt) absent stop it, at the cheapest \(halt)",
        ]
    }

    /// The rule in words, groups in parentheses.
    static func words(_ quorum: Quorum) -> String {
        switch quorum {
        case .leaf(let name): EscapedText.escape(name)
        case .group(let group):
            "\(group.threshold) of \(group.members.count) "
                + "(\(group.members.map(words).joined(separator: ", ")))"
        }
    }

    /// The same as JSON.
    static func json(_ quorum: Quorum?) -> JSONValue {
        guard let quorum else {
            return ["rule": "none", "split": 0, "halt": .null]
        }
        return [
            "rule": .string(words(quorum)),
            "split": .count(UInt64(quorum.split)),
            "cheapestSplit": .array(quorum.cheapestSplit.map(JSONValue.string)),
            "halt": .count(UInt64(quorum.halt)),
            "cheapestHalt": .array(quorum.cheapestHalt.map(JSONValue.string)),
        ]
    }
}
