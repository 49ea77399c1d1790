import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import HTTPTypes

// The routes of C2SP tlog-tiles: what monitors, witnesses and mirrors read.
extension LogService {
    /// `GET /checkpoint`: the newest checkpoint that enough witnesses have cosigned.
    func checkpoint(ifNoneMatch condition: String?) async throws(Problem) -> Answer {
        guard let checkpoint = await ledger.checkpoint else { throw Self.nothingPublished }
        return Answer(type: "text/plain; charset=utf-8", bytes: checkpoint.note)
            .cached(Answer.momentary, ifNoneMatch: condition)
    }

    /// The answer of a new log before its first quorum of witnesses.
    static let nothingPublished = Problem(
        .notReady, "the witnesses have not cosigned a checkpoint yet; ask again later",
        retryAfterSeconds: 2)

    /// `GET /tile/…`: a tile of hashes or an entry bundle.
    func tile(
        _ coordinate: TileCoordinate, ifNoneMatch condition: String?, gzip: Bool
    ) async throws(Problem) -> Answer {
        // A bundle of entries may have 16 MiB, and is in memory several times while it is made.
        let tile = try await largeReads.take { () async throws(Problem) in
            try await reading { ledger throws(StoreFault) in try await ledger.tile(coordinate) }
        }
        guard let bytes = tile else {
            throw .notFound("no signed checkpoint has a tile there of this width")
        }
        return .tile(bytes, coordinate, ifNoneMatch: condition, gzip: gzip)
    }
}
