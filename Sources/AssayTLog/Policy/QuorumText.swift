public import AssayCrypto

/// The group and quorum lines of a policy over names that are declared elsewhere: what a charter
/// says about voting and auditing (formats.md 5).
///
///     group north 2 gb us jp
///     group both all north ke
///     quorum both
///
/// No other line, not even a blank one, may stand in it, and the last line ends in a newline.
public struct QuorumText: Hashable, Sendable {
    /// The groups in the order of their lines.
    public let groups: [QuorumGroup]
    /// The rule, or `nil` for `quorum none`.
    public let quorum: Quorum?

    /// Reads the lines, with `leaves` as the names that are declared already.
    ///
    /// - Throws: `PolicyError` with the line at fault.
    public init(text: Text, leaves: [Text]) throws(PolicyError) {
        var builder = QuorumBuilder()
        do throws(PolicyError.Reason) {
            for leaf in leaves { try builder.declareLeaf(leaf) }
        } catch { throw PolicyError(error) }
        for line in try PolicyLine.lines(of: text.utf8) {
            do throws(PolicyError.Reason) {
                let items = [Text](line.items.dropFirst())
                switch line.items.first {
                case "group": try builder.readGroup(items)
                case "quorum": try builder.readQuorum(items)
                case nil: throw .blankOrComment
                case "log", "witness": throw .lineNotAllowed
                default: throw .unknownKeyword
                }
            } catch { throw PolicyError(error, line: line.number) }
        }
        do throws(PolicyError.Reason) {
            quorum = try builder.quorum()
        } catch { throw PolicyError(error) }
        groups = builder.groups
    }

    /// The lines in their plainest spelling.
    public var text: Text {
        let lines = groups.map(\.line) + [Quorum.line(of: quorum)]
        return Text(lines.map { $0 + "\n" }.joined())
    }
}
