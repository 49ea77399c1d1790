import AssayCrypto
import AssayTLog
import HTTPTypes

/// The resources of the log service, as a request's path names them.
///
/// A resource has one path. The path is compared byte for byte: no percent-encoding, no dot
/// segments, no trailing slash, since a cache in front of the server might see two resources where
/// the server sees one.
enum Route: ServedRoute, Hashable {
    case start
    case checkpoint
    case tile(TileCoordinate)
    case entries
    case batch
    case entry(EntryReference)
    case bundle(EntryReference)
    case charter
    case charterBundle
    case alive
    case ready
    case metrics

    /// Reads a path; `nil` if there is nothing.
    init?(path: some Collection<UInt8>) {
        let bytes = Array(path)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 256 else { return nil }
        if bytes.count == 1 {
            self = .start
            return
        }
        let segments = bytes.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        switch (segments[0], segments.count) {
        case ("checkpoint", 1): self = .checkpoint
        case ("charter", 1): self = .charter
        case ("healthz", 1): self = .alive
        case ("readyz", 1): self = .ready
        case ("metrics", 1): self = .metrics
        case ("charter", 2) where segments[1] == "bundle": self = .charterBundle
        case ("entries", 1): self = .entries
        case ("entries", 2) where segments[1] == "batch": self = .batch
        case ("entries", 2):
            guard let reference = EntryReference(text: segments[1].utf8) else { return nil }
            self = .entry(reference)
        case ("entries", 3) where segments[2] == "bundle":
            guard let reference = EntryReference(text: segments[1].utf8) else { return nil }
            self = .bundle(reference)
        case ("tile", 3...):
            guard
                let coordinate = TileCoordinate(path: bytes.dropFirst())
            else { return nil }
            self = .tile(coordinate)
        default: return nil
        }
    }

    /// The methods of the resource; HEAD stands wherever GET does.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .entries: [.get, .head, .post]
        case .batch: [.post]
        case .start, .checkpoint, .tile, .entry, .bundle, .charter, .charterBundle, .alive, .ready,
            .metrics:
            [.get, .head]
        }
    }

    /// The names that the query may have for `method`.
    func queryNames(_ method: HTTPRequest.Method) -> Set<Text> {
        switch self {
        case .entries where method == .post: ["wait"]
        case .entries: ["subject", "evaluation", "signer", "type", "about", "after", "limit"]
        case .batch: ["wait"]
        case .bundle: ["complete"]
        case .start, .checkpoint, .tile, .entry, .charter, .charterBundle, .alive, .ready,
            .metrics:
            []
        }
    }

    /// The route's name in metrics and logs, which never holds what a client chose.
    var template: String {
        switch self {
        case .start: "/"
        case .checkpoint: "/checkpoint"
        case .tile: "/tile"
        case .entries: "/entries"
        case .batch: "/entries/batch"
        case .entry: "/entries/{reference}"
        case .bundle: "/entries/{reference}/bundle"
        case .charter: "/charter"
        case .charterBundle: "/charter/bundle"
        case .alive: "/healthz"
        case .ready: "/readyz"
        case .metrics: "/metrics"
        }
    }
}

/// One entry, by its index or by its leaf hash.
enum EntryReference: Hashable, Sendable {
    case index(LeafIndex)
    case leafHash(Digest)

    /// Reads the one decimal spelling of an index, or 64 lower-case hex digits.
    ///
    /// 64 digits would be an index beyond any log, so the two never meet.
    init?(text: some Collection<UInt8>) {
        if text.count == 2 * Digest.byteCount {
            guard let digest = Digest(hex: text) else { return nil }
            self = .leafHash(digest)
        } else {
            guard let value = UInt64(canonicalDecimal: text) else { return nil }
            self = .index(LeafIndex(value))
        }
    }
}
