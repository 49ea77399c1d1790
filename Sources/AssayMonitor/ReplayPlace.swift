package import AssayAttestation
import AssayCrypto
package import AssayTLog
package import AssayVerification

/// How far a log was replayed, and all that is needed to go on from there.
package struct ReplayPlace: Sendable {
    /// The bytes of entry 0, from which the state that judges the next entry is folded.
    package let genesis: [UInt8]
    /// The replay.
    package internal(set) var replay: LogReplay
    /// The payloads of the entries so far.
    package internal(set) var payloads: SeenPayloads
    /// The newest checkpoint that the replay was to reach, as the charter judged it.
    package internal(set) var checkpoint: JudgedCheckpoint
    /// The last entry that was replayed, with its path in the tree of all entries so far: what a
    /// fork cannot have.
    package internal(set) var last: FraudProof.Leaf?

    /// The size and root of the tree over the entries so far.
    package var head: TreeHead { replay.edge.head }

    /// The number of entries so far.
    package var size: TreeSize { replay.edge.size }

    /// The ledger.
    package var ledger: LedgerID { replay.state.ledger }

    /// Whether all entries of the checkpoint were replayed.
    package var isComplete: Bool { size == checkpoint.head.size }

    /// A place before entry 0 of a log that shows `checkpoint`.
    init(
        genesis: [UInt8], state: LedgerState, checkpoint: JudgedCheckpoint, payloads: SeenPayloads
    ) {
        self.genesis = genesis
        self.checkpoint = checkpoint
        self.payloads = payloads
        replay = LogReplay(state: state)
    }
}

// MARK: Stored form

extension ReplayPlace {
    private enum Member: String, MemberName {
        case state, ledger, genesis, checkpoint, size, tiles, last
    }

    private static let version: Text = "assay-replay/v1"

    /// The place as JSON, without the payloads, which are stored beside it.
    ///
    ///     {"state":"assay-replay/v1","ledger":…,"genesis":base64,"checkpoint":note,"size":n,
    ///      "tiles":[[base64,…],…],"last":{"entry":…,"proof":[…]}}
    ///
    /// `tiles` are those of the right edge that are not full, the lowest level first.
    package var json: JSONValue {
        var object = JSONObject()
        object.add(Member.state, Self.version)
        object.add(Member.ledger, ledger)
        object.append("genesis", .string(Base64.encode(genesis)))
        object.append(
            "checkpoint", .string(String(decoding: checkpoint.note.bytes, as: UTF8.self)))
        object.add(Member.size, head.size.value)
        object.append("tiles", .array(replay.edge.partialTiles.map { .hashes($0.hashes) }))
        object.append("last", last?.json ?? .null)
        return .object(object)
    }

    /// The number of entries before a stored place.
    package static func storedSize(_ json: JSONValue) throws(AttestationError) -> UInt64 {
        try JSONCursor(json, in: .state).required(Member.size)
    }

    /// Reads a place, and takes the payloads of the entries before it.
    ///
    /// - Throws: `mismatch` for another ledger, and for whatever cannot belong together.
    package init(
        _ json: JSONValue, ledger: LedgerID, payloads: SeenPayloads
    ) throws(AttestationError) {
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
        genesis = try cursor.member(Member.genesis).base64()
        let state = try Self.state(of: genesis, ledger, at: cursor)
        let note = try cursor.member(Member.checkpoint)
        let noteText = try note.text()
        do throws(CheckpointRejection) {
            checkpoint = try state.judge(checkpoint: noteText.utf8, requiresQuorum: false)
        } catch {
            throw note.failure(.mismatch(expected: "a checkpoint", found: Text("\(error)")))
        }
        let size = TreeSize(try cursor.required(Member.size))
        var tiles: [[Digest]?] = []
        for tile in try cursor.member(Member.tiles).elements() { tiles.append(try tile.hashes()) }
        guard size.value == payloads.count, size.value > 0, size <= checkpoint.head.size,
            let edge = TreeEdge(size: size, tiles: tiles),
            size < checkpoint.head.size || edge.head.root == checkpoint.head.root
        else {
            throw cursor.failure(
                Member.tiles, .mismatch(expected: "the right edge of the tree", found: ""))
        }
        replay = LogReplay(state: state, edge: edge)
        last = try cursor.nullable(Member.last)
        self.payloads = payloads
    }

    private static func state(
        of genesis: [UInt8], _ ledger: LedgerID, at cursor: JSONCursor
    ) throws(AttestationError) -> LedgerState {
        let entry = try LogEntry(bytes: genesis)
        guard LedgerID(entry.leafHash) == ledger else {
            throw cursor.failure(
                Member.genesis,
                .mismatch(expected: ledger.text, found: LedgerID(entry.leafHash).text))
        }
        do throws(CharterRejection) {
            return try LedgerState(genesis: entry)
        } catch {
            throw cursor.failure(
                Member.genesis, .mismatch(expected: "a genesis", found: Text("\(error)")))
        }
    }
}
