package import AssayAttestation
package import AssayCrypto
package import AssayTLog

/// What a monitor remembers between its looks, beside how far it replayed the log.
package struct MonitorMemory: Hashable, Sendable {
    /// The newest tree head of the log and since when it is that, seconds since 1970.
    package struct Seen: Hashable, Sendable {
        /// The tree head.
        package let head: TreeHead
        /// Since when.
        package let since: UInt64
    }

    /// A head that a witness cosigned and that the log has not shown yet.
    package struct Ahead: Hashable, Sendable {
        /// The signed note.
        package let note: [UInt8]
        /// When it was seen first, seconds since 1970.
        package let since: UInt64
    }

    /// The newest tree head; `nil` before the first look.
    package internal(set) var seen: Seen?
    /// By witness, the head that the log has still to show.
    package internal(set) var ahead: [Text: Ahead] = [:]

    /// Creates the memory of a monitor that has seen nothing.
    package init() {}

    private enum Member: String, MemberName { case state, ledger, seen, ahead }

    private enum HeadMember: String, MemberName { case size, root, since, witness, checkpoint }

    private static let version: Text = "assay-monitor/v1"

    /// The memory as JSON.
    ///
    ///     {"state":"assay-monitor/v1","ledger":…,"seen":{"size","root","since"}|null,
    ///      "ahead":[{"witness","checkpoint","since"}]}
    package func json(of ledger: LedgerID) -> JSONValue {
        let seen: JSONValue? = seen.map {
            [
                "size": .count($0.head.size.value), "root": $0.head.root.json,
                "since": .count($0.since),
            ]
        }
        let ahead = ahead.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return [
            "state": .string(Self.version), "ledger": ledger.json, "seen": seen ?? .null,
            "ahead": .array(
                ahead.map { name, head in
                    [
                        "witness": .string(name),
                        "checkpoint": .string(String(decoding: head.note, as: UTF8.self)),
                        "since": .count(head.since),
                    ]
                }),
        ]
    }

    /// Reads what `json(of:)` wrote for the same ledger.
    package init(_ json: JSONValue, ledger: LedgerID) throws(AttestationError) {
        let cursor = JSONCursor(json, in: .state)
        try cursor.refuseUnknownMembers(besides: Member.self)
        let version = try cursor.member(Member.state)
        guard try version.text() == Self.version else {
            throw version.failure(.mismatch(expected: Self.version, found: try version.text()))
        }
        let stated: LedgerID = try cursor.required(Member.ledger)
        guard stated == ledger else {
            throw cursor.failure(
                Member.ledger, .mismatch(expected: ledger.text, found: stated.text))
        }
        let seen = try cursor.member(Member.seen)
        if seen.value != .null {
            self.seen = Seen(
                head: TreeHead(
                    size: TreeSize(try seen.required(HeadMember.size)),
                    root: try seen.required(HeadMember.root)),
                since: try seen.required(HeadMember.since))
        }
        for head in try cursor.member(Member.ahead).elements() {
            ahead[try head.required(HeadMember.witness)] = Ahead(
                note: try head.member(HeadMember.checkpoint).text().utf8,
                since: try head.required(HeadMember.since))
        }
    }
}
