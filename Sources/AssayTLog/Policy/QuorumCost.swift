public import AssayCrypto

/// What it takes to abuse or to stop a quorum (formats.md 7).
extension Quorum {
    /// The least number of leaves that must be dishonest, beside a dishonest log, for two
    /// conflicting tree heads both to be satisfied.
    ///
    /// 0 means that the log alone could fork.
    public var split: Int { cheapestSplit.count }

    /// The least number of absent leaves that stops progress.
    public var halt: Int { cheapestHalt.count }

    /// A set of `split` dishonest leaves that lets two conflicting tree heads both be satisfied;
    /// among equals the leftmost.
    ///
    /// Two heads of a k-of-n group share at least 2k-n members, which must satisfy both sides.
    public var cheapestSplit: [Text] {
        switch self {
        case .leaf(let name): [name]
        case .group(let group):
            Self.cheapest(
                max(0, 2 * group.threshold - group.members.count),
                of: group.members.map(\.cheapestSplit))
        }
    }

    /// A set of `halt` leaves whose absence stops progress; among equals the leftmost.
    ///
    /// A k-of-n group stops when n-k+1 members do.
    public var cheapestHalt: [Text] {
        switch self {
        case .leaf(let name): [name]
        case .group(let group):
            Self.cheapest(
                group.members.count - group.threshold + 1,
                of: group.members.map(\.cheapestHalt))
        }
    }

    /// The union of the `count` smallest sets; sorting is stable, so among equals the leftmost.
    private static func cheapest(_ count: Int, of sets: [[Text]]) -> [Text] {
        let order = sets.indices.sorted { (sets[$0].count, $0) < (sets[$1].count, $1) }
        return order.prefix(count).sorted().flatMap { sets[$0] }
    }
}
