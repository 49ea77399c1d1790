import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

/// A small ledger of the fixtures' four institutes, and bundles from it.
struct LedgerFixture {
    let genesis: LogEntry
    let ledger: LedgerID
    var entries: [[UInt8]]
    /// The witnesses that cosign, with their times.
    var cosigners: [(String, UInt64)] = [("w1", 1_790_000_000), ("w2", 1_790_000_060)]

    init(auditing: Text = "group audit 1 w1 w2\nquorum audit\n") throws {
        genesis = try AttestationFixtures.genesis(auditing: auditing)
        ledger = LedgerID(genesis.leafHash)
        entries = [genesis.bytes]
    }

    /// Adds a result by `member` and gives its index.
    mutating func addResult(by member: String = "northland", run: String = "run-1") throws -> Int {
        var result = try AttestationFixtures.result(ledger: ledger)
        result.run?.id = Text(run)
        let statement = try Statement(
            subjects: [Subject(name: "example-lab/atlas-2", digest: SHA256.hash([1]))],
            predicate: .evaluationResult(result))
        return add(
            try Envelope.sign(
                statement.payload, with: [AttestationFixtures.key("\(member) attest")]))
    }

    /// Adds an index root over everything so far and gives its index.
    mutating func addIndexRoot(of map: SubjectIndexMap) throws -> Int {
        let root = IndexRoot(
            ledger: ledger, size: TreeSize(UInt64(entries.count)), root: map.root,
            keys: map.keyCount)
        let statement = try Statement(
            subjects: [Subject(name: Text(AttestationFixtures.origin), digest: ledger.digest)],
            predicate: .indexRoot(root))
        return add(
            try Envelope.sign(statement.payload, with: [AttestationFixtures.key("entries")]))
    }

    mutating func add(_ envelope: Envelope) -> Int {
        entries.append(envelope.canonicalEntry)
        return entries.count - 1
    }

    var leafHashes: [Digest] { entries.map { MerkleTree.leafHash(of: $0) } }

    /// The signed and cosigned checkpoint over everything so far.
    func note() throws -> SignedNote {
        let origin = try #require(Origin(Text(AttestationFixtures.origin)))
        let head = TreeHead(
            size: TreeSize(UInt64(entries.count)), root: ReferenceTree.root(leafHashes[...]))
        let checkpoint = Checkpoint(origin: origin, head: head)
        let log = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519)
        let unstated = try #require(UnixSeconds(0))
        var lines = [try log.sign(checkpoint, at: unstated)]
        for (name, time) in cosigners {
            let witness = try NoteFixtures.signer("witness.example/\(name)", .ed25519Cosignature)
            lines.append(try witness.sign(checkpoint, at: try #require(UnixSeconds(time))))
        }
        return try SignedNote(text: checkpoint.noteText, signatures: lines)
    }

    /// The bundle that claims `claims`.
    func bundle(
        claims: [Int], roots: [Int] = [], lookups: [Bundle.Lookup] = [], pins: [Bundle.Pin] = [],
        note: SignedNote? = nil
    ) throws -> Bundle {
        let roles =
            [(0, Bundle.Role.charter)] + claims.map { ($0, .claim) }
            + roots.map { ($0, .indexRoot) }
        return Bundle(
            ledger: ledger,
            checkpoint: try (note ?? self.note()).bytes,
            entries: roles.sorted { $0.0 < $1.0 }.map { index, role in
                Bundle.Entry(
                    index: LeafIndex(UInt64(index)), entry: entries[index],
                    proof: InclusionProof(path: ReferenceTree.path(index, leafHashes[...])),
                    role: role)
            },
            lookups: lookups, pins: pins)
    }

    func report(on bundle: Bundle, trust: TrustInput? = nil) -> Report {
        report(on: bundle.bytes, trust: trust)
    }

    func report(on bytes: [UInt8], trust: TrustInput? = nil) -> Report {
        var verifier = BundleVerifier(trust: trust ?? TrustInput(ledger: ledger))
        return verifier.report(on: bytes)
    }
}
