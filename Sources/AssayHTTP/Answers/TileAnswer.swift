import AssayTLog
import HTTPTypes

extension Answer {
    /// A tile of hashes, or an entry bundle, compressed where the client takes that (tlog-tiles).
    static func tile(
        _ bytes: [UInt8], _ coordinate: TileCoordinate, ifNoneMatch condition: String?, gzip: Bool
    ) -> Answer {
        guard coordinate.content == .entries else {
            return Answer(type: "application/octet-stream", bytes: bytes)
                .cached(Answer.immutable, ifNoneMatch: condition)
        }
        let compressed = gzip ? Gzip.compress(bytes) : nil
        var answer = Answer(type: "application/octet-stream", bytes: compressed ?? bytes)
        if compressed != nil { answer.fields[.contentEncoding] = "gzip" }
        answer.fields[.vary] = "Accept-Encoding"
        return answer.cached(Answer.immutable, ifNoneMatch: condition)
    }
}
