import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

@Suite struct CompletenessTests {
    /// The subject index over every entry of `ledger`, computed entry by entry.
    static func map(of ledger: LedgerFixture) throws -> SubjectIndexMap {
        let state = try LedgerState(genesis: ledger.genesis)
        var lists: [IndexKey: [LeafIndex]] = [:]
        let charterKey = try #require(IndexKey(.type, PredicateType.charter.uri))
        lists[charterKey] = [LeafIndex(0)]
        for member in AttestationFixtures.memberNames {
            lists[try #require(IndexKey(.signer, Text(member)))] = [LeafIndex(0)]
        }
        for (position, bytes) in ledger.entries.enumerated().dropFirst() {
            let index = LeafIndex(UInt64(position))
            for key in try state.judge(entry: bytes, at: index).indexKeys {
                lists[key, default: []].append(index)
            }
        }
        var map = SubjectIndexMap()
        for (key, indexes) in lists {
            for index in indexes { try map.insert(index, for: key) }
        }
        return map
    }

    static func lookup(
        _ map: SubjectIndexMap, _ kind: IndexKey.Kind, _ value: Text, root: Int
    ) throws -> Bundle.Lookup {
        let key = try #require(IndexKey(kind, value))
        let proof = map.proof(of: key)
        let end: Bundle.Lookup.End =
            switch proof.end {
            case .leaf: .leaf
            case .empty: .empty
            case .other(let place, let value): .other(key: place, value: value.bytes)
            }
        return Bundle.Lookup(
            root: LeafIndex(UInt64(root)), kind: Text(kind.rawValue), value: value,
            indexes: map.indexes(of: key), siblings: proof.siblings, end: end)
    }

    static func lookups(
        _ ledger: LedgerFixture, _ map: SubjectIndexMap, claim: Int, root: Int
    ) throws -> [Bundle.Lookup] {
        [
            try lookup(map, .type, PredicateType.charter.uri, root: root),
            try lookup(map, .type, PredicateType.memberKeys.uri, root: root),
            try lookup(map, .about, Text(ledger.leafHashes[claim].hex), root: root),
        ]
    }

    @Test func provenLookupsMakeAClaimVerified() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let map = try Self.map(of: ledger)
        let root = try ledger.addIndexRoot(of: map)
        let lookups = try Self.lookups(ledger, map, claim: claim, root: root)
        let bundle = try ledger.bundle(claims: [claim], roots: [root], lookups: lookups)
        var trust = TrustInput(ledger: ledger.ledger)
        trust.requiresCompleteness = true
        let report = ledger.report(on: bundle, trust: trust)
        #expect(report.verdict == .verified, "\(report.text)")
        #expect(try Bundle(parsing: bundle.bytes) == bundle)

        for missing in lookups.indices {
            var fewer = lookups
            fewer.remove(at: missing)
            let bundle = try ledger.bundle(claims: [claim], roots: [root], lookups: fewer)
            #expect(ledger.report(on: bundle).verdict == .verifiedAsShown)
        }
    }

    /// An old root proves an old list: what came after it must be shown, or the claim is complete
    /// no longer.
    @Test func entriesAfterTheRootMustBeShown() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let map = try Self.map(of: ledger)
        let root = try ledger.addIndexRoot(of: map)
        let later = try ledger.addResult(run: "later")
        let lookups = try Self.lookups(ledger, map, claim: claim, root: root)
        var trust = TrustInput(ledger: ledger.ledger)
        let hidden = try ledger.bundle(claims: [claim], roots: [root], lookups: lookups)
        let report = ledger.report(on: hidden, trust: trust)
        #expect(report.verdict == .verifiedAsShown)
        #expect(report.notShown.contains { $0.hasPrefix("Freshness: entry 3 ") })
        trust.requiresCompleteness = true
        #expect(BundleVerifierTests.code(ledger.report(on: hidden, trust: trust)) == "incomplete")
        let shown = try ledger.bundle(claims: [claim, later], roots: [root], lookups: lookups)
        #expect(ledger.report(on: shown).verdict == .verifiedAsShown)
        let aboutLater = try Self.lookup(
            map, .about, Text(ledger.leafHashes[later].hex), root: root)
        let both = try ledger.bundle(
            claims: [claim, later], roots: [root], lookups: lookups + [aboutLater])
        #expect(ledger.report(on: both, trust: trust).verdict == .verified)
    }

    @Test(arguments: [
        "group audit all w1 w3\nquorum audit\n", "quorum none\n",
    ])
    func rootsBelowAnUnauditedCheckpointAreOnlyClaimed(auditing: String) throws {
        var ledger = try LedgerFixture(auditing: Text(auditing))
        let claim = try ledger.addResult()
        let map = try Self.map(of: ledger)
        let root = try ledger.addIndexRoot(of: map)
        let lookups = try Self.lookups(ledger, map, claim: claim, root: root)
        let report = ledger.report(
            on: try ledger.bundle(claims: [claim], roots: [root], lookups: lookups))
        #expect(report.verdict == .verifiedAsShown)
        let findings = report.checks.filter { $0.step == .lookup }.map(\.finding)
        #expect(findings.count == 3)
        #expect(findings.allSatisfy { $0.hasSuffix("claimed by the ledger") })
    }

    /// A model that nothing here is about is absent from every index: in a bundle with a claim that
    /// is evidence of nothing, and one without may ask it.
    @Test func lookupsConcernWhatIsClaimed() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let map = try Self.map(of: ledger)
        let root = try ledger.addIndexRoot(of: map)
        let own = try Self.lookup(
            map, .subject, Text(SHA256.hash([1]).hex), root: root)
        let foreign = try Self.lookup(
            map, .subject, Text(SHA256.hash([2]).hex), root: root)
        func code(_ claims: [Int], _ lookup: Bundle.Lookup) throws -> String {
            BundleVerifierTests.code(
                ledger.report(
                    on: try ledger.bundle(claims: claims, roots: [root], lookups: [lookup])))
        }
        #expect(try code([claim], own) == "VERIFIED AS SHOWN")
        #expect(try code([claim], foreign) == "lookup-invalid")
        #expect(try code([], foreign) == "VERIFIED AS SHOWN")
    }

    /// Roles are not signed, so each entry has one that fits it.
    @Test func indexRootsHaveTheirOwnRole() throws {
        var ledger = try LedgerFixture()
        _ = try ledger.addResult()
        let root = try ledger.addIndexRoot(of: try Self.map(of: ledger))
        let asRoot = try ledger.bundle(claims: [], roots: [root])
        let asClaim = try ledger.bundle(claims: [root])
        #expect(BundleVerifierTests.code(ledger.report(on: asRoot)) == "VERIFIED AS SHOWN")
        #expect(BundleVerifierTests.code(ledger.report(on: asClaim)) == "wrong-role")
    }

    /// What a root says of entries that it does not cover is no evidence, though it is signed.
    @Test func rootsListNothingBeyondTheirSize() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let honest = try Self.map(of: ledger)
        let model = Text(SHA256.hash([1]).hex)
        let key = try #require(IndexKey(.subject, model))
        #expect(honest.indexes(of: key) == [LeafIndex(UInt64(claim))])
        func report(_ map: SubjectIndexMap) throws -> Report {
            var ledger = ledger
            let root = try ledger.addIndexRoot(of: map)
            let lookup = try Self.lookup(map, .subject, model, root: root)
            return ledger.report(
                on: try ledger.bundle(claims: [claim], roots: [root], lookups: [lookup]))
        }
        #expect(try report(honest).verdict == .verifiedAsShown)
        var ahead = honest
        try ahead.insert(LeafIndex(UInt64(claim) + 5), for: key)
        let refused = try report(ahead)
        #expect(BundleVerifierTests.code(refused) == "lookup-invalid")
        #expect(refused.text.contains("covers only 2 entries"), "\(refused.text)")
    }

    @Test func listsThatContradictTheBundleAreRefused() throws {
        var ledger = try LedgerFixture()
        let claim = try ledger.addResult()
        let map = try Self.map(of: ledger)
        let root = try ledger.addIndexRoot(of: map)
        let good = try Self.lookups(ledger, map, claim: claim, root: root)
        func code(_ lookup: Bundle.Lookup) throws -> String {
            BundleVerifierTests.code(
                ledger.report(
                    on: try ledger.bundle(claims: [claim], roots: [root], lookups: [lookup])))
        }
        #expect(try code(good[0]) == "VERIFIED AS SHOWN")
        func altered(
            _ lookup: Bundle.Lookup, root: Int? = nil, kind: Text? = nil, value: Text? = nil,
            indexes: [UInt64]? = nil, siblings: [Digest]? = nil, end: Bundle.Lookup.End? = nil
        ) -> Bundle.Lookup {
            Bundle.Lookup(
                root: root.map { LeafIndex(UInt64($0)) } ?? lookup.root,
                kind: kind ?? lookup.kind, value: value ?? lookup.value,
                indexes: indexes?.map(LeafIndex.init) ?? lookup.indexes,
                siblings: siblings ?? lookup.siblings, end: end ?? lookup.end)
        }
        #expect(try code(altered(good[0], indexes: [])) == "lookup-invalid")
        #expect(try code(altered(good[0], indexes: [0, 1])) == "lookup-invalid")
        #expect(try code(altered(good[0], root: claim)) == "lookup-invalid")
        #expect(try code(altered(good[0], root: 0)) == "lookup-invalid")
        #expect(try code(altered(good[0], kind: "colour")) == "lookup-invalid")
        #expect(try code(altered(good[0], kind: "about", value: "xyz")) == "lookup-invalid")
        #expect(
            try code(altered(good[2], value: Text(SHA256.hash([8]).hex))) == "lookup-invalid")
        #expect(try code(altered(good[0], end: .empty)) == "lookup-invalid")
        #expect(
            try code(altered(good[0], siblings: good[0].siblings.dropLast())) == "lookup-invalid")
        for position in good[0].siblings.indices {
            var siblings = good[0].siblings
            siblings[position] = SHA256.hash([7])
            #expect(try code(altered(good[0], siblings: siblings)) == "lookup-invalid")
        }
    }
}
