import AssayCrypto

/// Collects the names and groups of a policy line by line, and the quorum at the end.
///
/// References go backward only, and each name is a member at most once in the whole text, so no
/// rule contains itself and no leaf counts twice (tlog-policy).
struct QuorumBuilder {
    /// What the quorum line said.
    enum Outcome {
        case noRule
        case rule(Quorum)
    }

    private(set) var groups: [QuorumGroup] = []
    private(set) var outcome: Outcome?
    private var rules: [Text: Quorum] = [:]
    private var members: Set<Text> = []

    private static let reserved: Set<Text> = ["none", "all", "any"]

    /// Declares a leaf.
    mutating func declareLeaf(_ name: Text) throws(PolicyError.Reason) {
        try declare(name, .leaf(name))
    }

    private mutating func declare(
        _ name: Text, _ rule: Quorum
    ) throws(PolicyError.Reason) {
        guard !Self.reserved.contains(name) else { throw .reservedName(name) }
        guard rules[name] == nil else { throw .duplicateName(name) }
        rules[name] = rule
    }

    /// Reads the items after the keyword of a group line: name, threshold, members.
    mutating func readGroup(_ items: [Text]) throws(PolicyError.Reason) {
        guard items.count >= 3 else { throw .wrongItemCount(items.count) }
        guard groups.count < Limits.policyGroups else { throw .tooManyLines }
        var group: [Quorum] = []
        for name in items[2...] {
            guard let rule = rules[name] else { throw .undefinedName(name) }
            guard members.insert(name).inserted else { throw .repeatedMember(name) }
            group.append(rule)
        }
        let threshold: Int? =
            switch items[1] {
            case "all": group.count
            case "any": 1
            default: UInt64(canonicalDecimal: items[1].utf8).flatMap { Int(exactly: $0) }
            }
        guard let threshold,
            let made = QuorumGroup(name: items[0], threshold: threshold, members: group)
        else { throw .malformedThreshold }
        try declare(items[0], .group(made))
        groups.append(made)
    }

    /// Reads the items after the keyword of a quorum line: one name or `none`.
    mutating func readQuorum(_ items: [Text]) throws(PolicyError.Reason) {
        guard items.count == 1 else { throw .wrongItemCount(items.count) }
        guard outcome == nil else { throw .secondQuorum }
        if items[0] == "none" {
            outcome = .noRule
        } else if let rule = rules[items[0]] {
            outcome = .rule(rule)
        } else {
            throw .undefinedName(items[0])
        }
    }

    /// The rule, or `nil` for `quorum none`.
    func quorum() throws(PolicyError.Reason) -> Quorum? {
        switch outcome {
        case nil: throw .noQuorum
        case .noRule: return nil
        case .rule(let rule): return rule
        }
    }
}

extension QuorumGroup {
    /// The group line in its plainest spelling, without newline.
    var line: String {
        let names = members.map { member in
            switch member {
            case .leaf(let name): name.string
            case .group(let group): group.name.string
            }
        }
        return "group \(name) \(threshold) \(names.joined(separator: " "))"
    }
}

extension Quorum {
    /// The quorum line of a rule, or of none, without newline.
    static func line(of quorum: Quorum?) -> String {
        switch quorum {
        case nil: "quorum none"
        case .leaf(let name): "quorum \(name)"
        case .group(let group): "quorum \(group.name)"
        }
    }
}
