package import AssayCrypto
import AssayTLog

/// A log of the Inspect harness, read and checked: its samples once each, its metrics recomputed.
package struct InspectLog: Sendable {
    /// What holds the log.
    package enum Container: String, Hashable, Sendable {
        /// A ZIP archive with one member for each sample (`.eval`).
        case archive
        /// A ZIP archive with several members for each sample.
        case chunkedArchive = "chunked-archive"
        /// One JSON text (`.json`).
        case json
    }

    /// What holds the log.
    package let container: Container
    /// The number of bytes of the whole file.
    package let byteCount: UInt64
    /// SHA-256 of the whole file.
    package let digest: Digest
    /// What the log says about the whole run.
    package let header: InspectHeader
    /// The samples, by id and epoch.
    package let samples: [InspectSample]
    /// The number of distinct items, and the root of the tree over them.
    package let itemCount: UInt64
    package let itemsRoot: Digest
    /// The digest of the protocol, `assay-protocol/1`.
    package let protocolDigest: Digest
    /// What became of each metric of the header.
    package let metricCheck: MetricCheck
    private let source: any ByteSource
    private let archive: Archive?

    /// True for a dump of the header alone, which has no evidence of samples.
    package var isHeaderOnly: Bool { samples.isEmpty }

    /// The bytes of a sample as the harness stored them, after decompression, piece by piece.
    ///
    /// - Throws: `EvaluationLogError` as when the log was read.
    package func forEachPiece(
        of sample: InspectSample, _ body: ([UInt8]) -> Void
    ) throws(EvaluationLogError) {
        switch sample.location {
        case .stretch(let range):
            let stream = StretchStream(source, range)
            while let piece = try stream.next() { body(piece) }
        case .members(let members):
            for member in members {
                guard let stream = try archive?.stream(member) else { continue }
                while let piece = try stream.next() { body(piece) }
            }
        }
    }

    /// Checks that the file is still the one that was read.
    ///
    /// - Throws: `EvaluationLogError.changedWhileRead`.
    package func checkUnchanged() throws(EvaluationLogError) { try source.checkUnchanged() }
}

extension InspectLog {
    /// Reads a log from `source`.
    init(_ source: any ByteSource, limits: ReadingLimits) throws(EvaluationLogError) {
        let content: InspectContent
        let start = try source.read(at: 0, count: Int(min(source.count, 2)))
        if start == [0x50, 0x4b] {
            let archive = try Archive(source, limits: limits)
            self.archive = archive
            content = try InspectContent(archive: archive, limits)
        } else {
            archive = nil
            content = try InspectContent(json: source, limits)
        }
        container = content.container
        header = try content.header()
        samples = try Self.sorted(content.samples)
        let items = Self.items(of: samples)
        itemCount = UInt64(items.count)
        itemsRoot = MerkleTree.root(ofLeafHashes: items)
        protocolDigest = try ProtocolDigest.digest(header, samples, itemsRoot: itemsRoot)
        metricCheck = try MetricCheck(header, samples)
        byteCount = source.count
        digest = try Self.digest(of: source)
        self.source = source
        try source.checkUnchanged()
    }

    /// The samples by id and epoch, each at most once.
    private static func sorted(
        _ samples: [InspectSample]
    ) throws(EvaluationLogError) -> [InspectSample] {
        let sorted = samples.sorted { ($0.id, $0.epoch) < ($1.id, $1.epoch) }
        for (one, next) in zip(sorted, sorted.dropFirst())
        where one.id == next.id && one.epoch == next.epoch {
            throw .duplicateSample(id: one.id, epoch: one.epoch)
        }
        return sorted
    }

    /// The leaf hashes of the distinct items, by id; one id with several items keeps them all.
    private static func items(of samples: [InspectSample]) -> [Digest] {
        var items: [Digest] = []
        var ofOne: Set<Digest> = []
        for (position, sample) in samples.enumerated() {
            ofOne.insert(sample.itemLeafHash)
            if position + 1 == samples.count || samples[position + 1].id != sample.id {
                items += ofOne.sorted()
                ofOne = []
            }
        }
        return items
    }

    private static func digest(of source: any ByteSource) throws(EvaluationLogError) -> Digest {
        let stream = StretchStream(source, 0..<source.count)
        var hash = SHA256()
        while let piece = try stream.next() { hash.update(piece) }
        return hash.finalize()
    }
}
