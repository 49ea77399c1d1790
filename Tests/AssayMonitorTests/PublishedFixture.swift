import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Synchronization
import Testing

/// A ledger of the fixture institutes whose keys are all in the test's hands, published at any size.
struct PublishedFixture {
    let origin: Origin
    let ledger: LedgerID
    var entries: [[UInt8]]

    init() throws {
        origin = try #require(Origin(Text(AttestationFixtures.origin)))
        let genesis = try AttestationFixtures.genesis(
            auditing: "group audit 1 w1 w2\nquorum audit\n")
        ledger = LedgerID(genesis.leafHash)
        entries = [genesis.bytes]
    }

    /// Adds results until there are `count` entries.
    mutating func grow(to count: Int, by member: String = "northland") throws {
        while entries.count < count {
            try add(by: "\(member) attest", run: "run \(entries.count)")
        }
    }

    /// Adds a result that `key` signs.
    mutating func add(by key: String, run: String) throws {
        var result = try AttestationFixtures.result(ledger: ledger)
        result.run?.id = Text(run)
        let statement = try Statement(
            subjects: [Subject(name: "example-lab/atlas-2", digest: SHA256.hash([1]))],
            predicate: .evaluationResult(result))
        entries.append(
            try Envelope.sign(statement.payload, with: [AttestationFixtures.key(key)])
                .canonicalEntry)
    }

    /// The tree head at a size.
    func head(_ size: Int) -> TreeHead {
        TreeHead(
            size: TreeSize(UInt64(size)),
            root: MerkleTree.root(
                ofLeafHashes: entries[..<size].map { MerkleTree.leafHash(of: $0) }))
    }

    /// The signed and cosigned checkpoint of a size.
    func note(_ size: Int) throws -> [UInt8] {
        let checkpoint = Checkpoint(origin: origin, head: head(size))
        var lines = [
            try NoteFixtures.signer(AttestationFixtures.origin, .ed25519)
                .sign(checkpoint, at: .unstated)
        ]
        for name in ["w1", "w2"] {
            let witness = try NoteFixtures.signer("witness.example/\(name)", .ed25519Cosignature)
            lines.append(
                try witness.sign(checkpoint, at: try #require(UnixSeconds(1_790_000_000))))
        }
        return try SignedNote(text: checkpoint.noteText, signatures: lines).bytes
    }

    /// The published files at a size.
    func files(_ size: Int) throws -> [String: [UInt8]] {
        var files = ["checkpoint": try note(size)]
        let plan = try #require(TilePlan(from: .zero, to: TreeSize(UInt64(size))))
        for bundle in plan.bundles {
            let first = Int(bundle.index) * Limits.tileWidth
            files[bundle.path] = try EntryBundle(
                entries: Array(entries[first..<first + bundle.width])
            ).bytes
        }
        let tree = StoredTree(leaves: entries[..<size].map { MerkleTree.leafHash(of: $0) })
        for tile in plan.tiles { files[tile.path] = try #require(try tree.tile(tile)).bytes }
        return files
    }
}

/// Published files in memory, which a test changes between reads.
final class MemoryFiles: PublishedLog {
    private let files: Mutex<[String: [UInt8]]>
    private let asked = Mutex<[String]>([])
    private let faultWords = Mutex("no checkpoint")

    init(_ files: [String: [UInt8]]) {
        self.files = Mutex(files)
    }

    /// The names that were asked for, in order.
    var names: [String] { asked.withLock { $0 } }

    func set(_ name: String, _ bytes: [UInt8]?) {
        files.withLock { $0[name] = bytes }
    }

    func replace(by other: [String: [UInt8]]) {
        files.withLock { $0 = other }
    }

    /// What is said where there is no checkpoint.
    var fault: String {
        get { faultWords.withLock { $0 } }
        set { faultWords.withLock { $0 = newValue } }
    }

    func checkpoint() async throws(PublishedLogFault) -> [UInt8] {
        guard let bytes = read("checkpoint") else { throw PublishedLogFault(fault) }
        return bytes
    }

    func tile(_ coordinate: TileCoordinate) async throws(PublishedLogFault) -> [UInt8]? {
        read(coordinate.path)
    }

    private func read(_ name: String) -> [UInt8]? {
        asked.withLock { $0.append(name) }
        return files.withLock { $0[name] }
    }
}
