public import AssayCrypto
public import AssayTLog

/// The identity of a ledger: the leaf hash of its entry 0, written `assay1:` and 64 hex digits
/// (formats.md section 5).
public struct LedgerID: Hashable, Sendable {
    /// The leaf hash of the genesis charter's entry.
    public let digest: Digest

    private static let prefix = [UInt8]("assay1:".utf8)

    /// Creates an identity from the leaf hash of entry 0.
    public init(_ digest: Digest) {
        self.digest = digest
    }

    /// Creates an identity from its text; any other spelling gives `nil`.
    public init?(_ text: Text) {
        guard text.utf8.starts(with: Self.prefix),
            let digest = Digest(hex: text.utf8.dropFirst(Self.prefix.count))
        else { return nil }
        self.init(digest)
    }

    /// `assay1:` and 64 lower-case hex digits.
    public var text: Text { Text("assay1:" + digest.hex) }
}

extension LedgerID: CustomStringConvertible {
    /// The identity's text.
    public var description: String { text.string }
}

extension LedgerID: JSONConvertible {
    /// Reads a string that is an identity.
    package init(reading cursor: JSONCursor) throws(AttestationError) {
        let text = try cursor.text()
        guard let ledger = LedgerID(text) else {
            throw cursor.failure(.notWritten(.ledgerID, found: text))
        }
        self = ledger
    }

    /// The identity's text as a JSON string.
    package var json: JSONValue { .string(text) }
}

/// What an auditor trusts: a ledger's identity, and with it perhaps a tree head that the log must
/// extend, written `assay1:HEX@SIZE:ROOT` (formats.md section 9).
public struct TrustedLedger: Hashable, Sendable {
    /// The ledger.
    public let ledger: LedgerID
    /// A head that every later checkpoint must extend.
    public let pinnedHead: TreeHead?

    /// Creates a trust input.
    public init(_ ledger: LedgerID, pinnedHead: TreeHead? = nil) {
        self.ledger = ledger
        self.pinnedHead = pinnedHead
    }

    /// Creates a trust input from its text; other text gives `nil`.
    ///
    /// The root is taken in hex and in the base64 of checkpoints; the lengths tell them apart. A
    /// pinned size is at least 1, since the empty tree pins nothing.
    public init?(_ text: Text) {
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
            guard let ledger = LedgerID(text) else { return nil }
            self.init(ledger)
            return
        }
        let head = text.utf8[(at + 1)...]
        guard let name = Text(validating: text.utf8[..<at]), let ledger = LedgerID(name),
            let colon = head.firstIndex(of: UInt8(ascii: ":")),
            let size = UInt64(canonicalDecimal: head[..<colon]), size > 0
        else { return nil }
        let spelling = head[(colon + 1)...]
        guard let root = Digest(hex: spelling) ?? Digest(base64: spelling) else { return nil }
        self.init(ledger, pinnedHead: TreeHead(size: TreeSize(size), root: root))
    }

    /// The trust input's text, the root in hex.
    public var text: Text {
        guard let pinnedHead else { return ledger.text }
        return Text("\(ledger)@\(pinnedHead.size.value):\(pinnedHead.root.hex)")
    }
}

extension TrustedLedger: CustomStringConvertible {
    /// The trust input's text.
    public var description: String { text.string }
}
