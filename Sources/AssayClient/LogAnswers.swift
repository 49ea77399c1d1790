import AssayAttestation
package import AssayCrypto
package import AssayTLog

/// What a log says of a submission.
///
/// Nothing of it is believed: verify the bundle.
package struct SubmissionReceipt: Hashable, Sendable {
    /// The position of the entry.
    package let index: LeafIndex
    /// The leaf hash of the entry on record.
    package let leafHash: Digest
    /// The size of the tree that the log says covers it.
    package let treeSize: TreeSize
    /// False if the log had the entry before.
    package let isNew: Bool
    /// The bundle's file; `nil` in the answer to a batch, whose bundles are fetched one by one.
    package let bundle: [UInt8]?

    init?(_ json: JSONValue, isNew: Bool) {
        guard let index = json["index"]?.number?.count,
            let leafHash = (json["leafHash"]?.text?.utf8).flatMap({ Digest(hex: $0) }),
            let treeSize = json["treeSize"]?.number?.count
        else { return nil }
        self.index = LeafIndex(index)
        self.leafHash = leafHash
        self.treeSize = TreeSize(treeSize)
        self.isNew = isNew
        guard let bundle = json["bundle"] else {
            self.bundle = nil
            return
        }
        // A bundle's file is the one canonical form of its JSON value (formats.md section 9).
        do {
            self.bundle = try JCS.serialize(bundle)
        } catch {
            return nil
        }
    }
}

extension LogRefusal {
    /// Reads a problem; `nil` for JSON that is none.
    init?(_ json: JSONValue, status: Int, retryAfter: Int?) {
        guard let code = json["code"]?.text, let detail = json["detail"]?.text else { return nil }
        self.code = Code(rawValue: code.string) ?? .other
        self.status = json["status"]?.number?.count.flatMap { Int(exactly: $0) } ?? status
        self.detail = detail
        retryAfterSeconds =
            retryAfter ?? json["retryAfter"]?.number?.count.flatMap { Int(exactly: $0) }
        index = json["index"]?.number?.count.map { LeafIndex($0) }
        leafHash = (json["leafHash"]?.text?.utf8).flatMap { Digest(hex: $0) }
    }
}

/// Whether a submission is answered once the log has signed, or once witnesses have cosigned too.
package enum SubmissionWait: String, Hashable, Sendable {
    /// A checkpoint that the log signed covers the entry.
    case signed
    /// So many witnesses cosigned it as the charter asks.
    case cosigned
}

/// One entry, as the routes of a log name it.
package enum EntryName: Hashable, Sendable {
    /// By its position.
    case index(LeafIndex)
    /// By its leaf hash.
    case leafHash(Digest)

    var segment: String {
        switch self {
        case .index(let index): String(index.value)
        case .leafHash(let hash): hash.hex
        }
    }
}
