import AssayAttestation
import AssayCrypto
public import AssayTLog

extension Argument {
    /// Step 7: every lookup holds; says whether together they prove the charter's chain and the
    /// status of every claim complete.
    func checkLookups(among entries: [JudgedEntry], _ report: inout Report) -> Bool {
        var covered: [IndexKey: TreeSize] = [:]
        let shown = ShownEntries(entries)
        for (position, lookup) in bundle.lookups.enumerated() {
            do throws(LookupRejection) {
                let (key, size) = try check(lookup, among: shown)
                covered[key] = max(size, covered[key] ?? .zero)
                report.found(
                    .lookup,
                    "\(lookup.indexes.count == 1 ? "1 entry" : "\(lookup.indexes.count) entries") of \(EscapedText.escape(lookup.kind)) "
                        + "\(EscapedText.escape(lookup.value)) among the first \(size.value), "
                        + (checkpoint.isAudited ? "proven" : "claimed by the ledger"))
            } catch {
                report.reject(.lookup(position, error))
            }
        }
        guard checkpoint.isAudited else { return false }
        let needed =
            [PredicateType.charter, .memberKeys].map { IndexKey(.type, $0.uri) }
            + claims.map { IndexKey(.about, MerkleTree.leafHash(of: $0.entry)) }
        for key in needed {
            guard let key, let size = covered[key] else { return false }
            if let index = firstEntryNotShown(from: size) {
                report.addLimit(
                    "Freshness: entry \(index.value) and perhaps later ones are neither in the "
                        + "bundle nor covered by its index root of size \(size.value).")
                return false
            }
        }
        return true
    }

    private var claims: [Bundle.Entry] { bundle.entries.filter { $0.role == .claim } }

    /// The first entry from `size` up to the checkpoint that is not in the bundle.
    ///
    /// An index root speaks of what came before it. What came after, normally the root's own entry
    /// alone, must be shown, or an old root would hide a later retraction.
    private func firstEntryNotShown(from size: TreeSize) -> LeafIndex? {
        var next = size.value
        for entry in bundle.entries where entry.index.value >= next {
            guard entry.index.value == next else { break }
            next += 1
        }
        return next < checkpoint.head.size.value ? LeafIndex(next) : nil
    }

    private func check(
        _ lookup: Bundle.Lookup, among shown: ShownEntries
    ) throws(LookupRejection) -> (IndexKey, TreeSize) {
        guard let kind = IndexKey.Kind.allCases.first(where: { Text($0.rawValue) == lookup.kind }),
            let key = IndexKey(kind, lookup.value)
        else { throw .malformed }
        guard concerns(key, shown) else { throw .concernsNothing }
        guard let root = shown.indexRoots[lookup.root] else { throw .noIndexRoot(lookup.root) }
        let end = try end(of: lookup)
        do throws(SubjectIndexError) {
            try SubjectIndexProof(siblings: lookup.siblings, end: end)
                .verify(lookup.indexes, of: key, root: root.root)
        } catch {
            throw .proof(error)
        }
        if let index = lookup.indexes.last, index.value >= root.size.value {
            throw .beyondSize(index, root.size)
        }
        try compare(lookup, key, with: shown, size: root.size)
        return (key, root.size)
    }

    /// Whether the key is about something that the bundle or the charter knows.
    ///
    /// A proof of absence holds for every key that is absent: one that concerns nothing here would
    /// be evidence of nothing. Only a bundle without a claim may ask about any model or evaluation,
    /// since the answer is then what the bundle is about.
    private func concerns(_ key: IndexKey, _ shown: ShownEntries) -> Bool {
        switch key.kind {
        case .about, .plan:
            Digest(hex: key.value.utf8).map(leafHashes.contains) ?? false
        case .type: PredicateType(uri: key.value) != nil
        case .signer: state.charter.member(key.value) != nil
        case .subject, .evaluation: claims.isEmpty || shown.byKey[key] != nil
        }
    }

    private func end(of lookup: Bundle.Lookup) throws(LookupRejection) -> SubjectIndexProof.End {
        switch lookup.end {
        case .leaf: return .leaf
        case .empty: return .empty
        case .other(let place, let bytes):
            guard let value = IndexValue(bytes: bytes) else { throw .malformed }
            return .other(place: place, value: value)
        }
    }

    /// The list and the bundle's entries do not contradict each other, and lists on which the
    /// status of a claim hangs are shown whole.
    private func compare(
        _ lookup: Bundle.Lookup, _ key: IndexKey, with shown: ShownEntries, size: TreeSize
    ) throws(LookupRejection) {
        let genesisKey = IndexKey(.type, PredicateType.charter.uri)
        let memberKeysKey = IndexKey(.type, PredicateType.memberKeys.uri)
        let mustBeShown = key.kind == .about || key == genesisKey || key == memberKeysKey
        if mustBeShown, let index = lookup.indexes.first(where: { roles[$0] == nil }) {
            throw .entryNotShown(index)
        }
        let listed = Set(lookup.indexes)
        if key == genesisKey, !listed.contains(LeafIndex(0)) { throw .entryNotListed(LeafIndex(0)) }
        let withKey = shown.byKey[key] ?? []
        for index in withKey where index.value < size.value && !listed.contains(index) {
            throw .entryNotListed(index)
        }
        for index in lookup.indexes where shown.indexes.contains(index) && !withKey.contains(index)
        {
            throw .entryNotOfKey(index)
        }
    }
}

/// The bundle's judged entries, by what lookups ask of them.
struct ShownEntries {
    /// The indexes of all of them.
    let indexes: Set<LeafIndex>
    /// The index roots.
    private(set) var indexRoots: [LeafIndex: IndexRoot] = [:]
    /// The entries that the subject index has under each key.
    private(set) var byKey: [IndexKey: Set<LeafIndex>] = [:]

    init(_ entries: [JudgedEntry]) {
        indexes = Set(entries.map(\.index))
        for entry in entries {
            if case .indexRoot(let root) = entry.statement.predicate {
                indexRoots[entry.index] = root
            }
            for key in entry.indexKeys { byKey[key, default: []].insert(entry.index) }
        }
    }
}

extension JudgedEntry {
    /// The keys under which the subject index lists this entry (formats.md section 8).
    public var indexKeys: Set<IndexKey> {
        var keys: [IndexKey?] = []
        switch statement.predicate {
        case .indexRoot: return []
        case .evaluationResult(let result):
            keys += statement.subjects.map { IndexKey(.subject, $0.digest) }
            keys.append(result.protocolDigest?.value.flatMap { IndexKey(.evaluation, $0) })
            keys.append(result.protocolEntry.flatMap { IndexKey(.plan, $0) })
        case .charter, .memberKeys, .correction: break
        case .other(let other):
            switch other.type {
            case .evaluationProtocol, .modelIdentity, .response:
                keys += statement.subjects.map { IndexKey(.subject, $0.digest) }
            case .charter, .memberKeys, .indexRoot, .evaluationResult, .replication,
                .correction, .spotCheck, .disclosure:
                break
            }
            keys.append(other.evaluation.flatMap { IndexKey(.evaluation, $0) })
        }
        keys += statement.predicate.references.map { IndexKey(.about, $0) }
        keys.append(member.flatMap { IndexKey(.signer, $0) })
        keys.append(IndexKey(.type, statement.predicateType.uri))
        return Set(keys.compactMap(\.self))
    }
}
