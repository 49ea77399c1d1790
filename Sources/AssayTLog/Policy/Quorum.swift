public import AssayCrypto

/// A rule for enough witnesses, or enough members: one name, or k of n rules (tlog-policy).
public indirect enum Quorum: Hashable, Sendable {
    /// Satisfied by the one of this name.
    case leaf(Text)
    /// Satisfied when enough members are.
    case group(QuorumGroup)

    /// The names in the rule, from left to right; each occurs once in rules that were parsed.
    public var leaves: [Text] {
        switch self {
        case .leaf(let name): [name]
        case .group(let group): group.members.flatMap(\.leaves)
        }
    }

    /// Whether those in `names` satisfy the rule by themselves.
    public func isSatisfied(by names: Set<Text>) -> Bool {
        switch self {
        case .leaf(let name): names.contains(name)
        case .group(let group):
            group.members.count { $0.isSatisfied(by: names) } >= group.threshold
        }
    }

    /// The smallest T such that those whose time is at most T satisfy the rule by themselves, or
    /// `nil` if all of them do not (formats.md 7).
    ///
    /// One time alone proves nothing: a single witness can write any.
    public func observed(by times: [Text: UnixSeconds]) -> UnixSeconds? {
        switch self {
        case .leaf(let name): return times[name]
        case .group(let group):
            let reached = group.members.compactMap { $0.observed(by: times) }.sorted()
            return reached.count < group.threshold ? nil : reached[group.threshold - 1]
        }
    }
}

/// A named group of rules of which `threshold` must be satisfied.
public struct QuorumGroup: Hashable, Sendable {
    /// The name, by which another group or the quorum line refers to it.
    public let name: Text
    /// How many members must be satisfied: 1 to the number of members.
    public let threshold: Int
    /// The members.
    public let members: [Quorum]

    /// Creates a group; a threshold that is not 1 to the number of members gives `nil`.
    public init?(name: Text, threshold: Int, members: [Quorum]) {
        guard threshold >= 1, threshold <= members.count else { return nil }
        self.name = name
        self.threshold = threshold
        self.members = members
    }
}
