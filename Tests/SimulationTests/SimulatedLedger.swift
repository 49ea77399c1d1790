import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import AssayWitness
import Testing

/// The charter of a world's log with its witnesses, and all keys.
struct SimulatedLedger: Sendable {
    /// What the charter says.
    let state: LedgerState
    /// The same log under a charter that two witnesses satisfy: for a planted bug.
    let weakState: LedgerState
    /// What is asked of witnesses.
    let quorum: Quorum
    /// The log's key.
    let logKey: VerifierKey
    /// What a witness is told of the log.
    let watched: WitnessedLog
    /// The witnesses by their names in the charter.
    let witnesses: [(name: Text, signer: SignerKey)]
    private let keys: LedgerKeys

    /// Ledgers whose quorums differ.
    static let all = Result {
        try [
            """
            group north 2 w1 w2 w3
            group south any w4 w5
            group both all north south
            quorum both

            """,
            "group most 3 w1 w2 w3 w4 w5\nquorum most\n",
            "group many 4 w1 w2 w3 w4 w5\nquorum many\n",
        ].map { try SimulatedLedger(rule: $0) }
    }

    private init(rule: String) throws {
        let names = ["w1", "w2", "w3", "w4", "w5"]
        witnesses = try names.map {
            (Text($0), try NoteFixtures.signer("witness.example/\($0)", .ed25519Cosignature))
        }
        let lines = witnesses.map { "witness \($0.name.string) \($0.signer.verifierKey.text)\n" }
            .joined()
        let fixture = try LedgerFixture(witnesses: Text(lines + rule))
        state = try LedgerState(genesis: fixture.genesis)
        let weak = "group one any w2 w3 w4 w5\ngroup two all w1 one\nquorum two\n"
        weakState = try LedgerState(
            genesis: LedgerFixture(witnesses: Text(lines + weak)).genesis)
        quorum = try #require(state.policy.quorum)
        logKey = try #require(state.charter.checkpointKeys.first)
        watched = try #require(WitnessedLog(origin: state.charter.origin, keys: [logKey]))
        keys = try LedgerKeys(
            charter: state.charter, checkpointKeys: [fixture.checkpointKey],
            entryKey: fixture.entryKey)
    }

    /// The checkpoint of a head, as the log signs it.
    func sign(_ head: TreeHead) throws(SigningFault) -> StoredCheckpoint {
        StoredCheckpoint(size: head.size, note: try keys.checkpoint(of: head))
    }

    /// The time of day in a world.
    static func timeOfDay(_ microseconds: UInt64) -> UnixSeconds {
        guard let time = UnixSeconds(1_790_000_000 + microseconds / 1_000_000) else {
            preconditionFailure("a world does not last that long")
        }
        return time
    }
}
