import AssayAttestation
import AssayCrypto

extension EvaluationLogError: CustomStringConvertible {
    /// The error in words.
    package var description: String {
        switch self {
        case .cannotOpen(let path, let errno):
            return "cannot open \(path): \(systemWords(errno))"
        case .notRegularFile(let path): return "\(path) is not a regular file"
        case .cannotRead(let errno): return "cannot read: \(systemWords(errno))"
        case .changedWhileRead: return "the file changed while it was read"
        case .unknownHarness:
            return "not a log of a supported harness (supported: Inspect, .eval and .json)"
        case .unsupportedHarness(let harness):
            return "a file of \(harness.rawValue), which is not supported yet "
                + "(supported: Inspect, .eval and .json)"
        case .archive(let fault, let member): return prefix(member) + fault.words
        case .json(let error, let member): return prefix(member) + error.description
        case .exceeds(let bound, let limit, let member):
            return prefix(member) + "more than \(limit) \(bound.rawValue)"
        case .missing(let path): return "\(path) is missing"
        case .unexpected(let path): return "\(path) has an unexpected type or value"
        case .noHeader:
            return "the run ended before it wrote its header: there is no result to attest"
        case .unknownVersion(let version): return "unknown log version \(version)"
        case .duplicateSample(let id, let epoch):
            return "two records of sample \(id), epoch \(epoch)"
        case .strayMember(let name): return "\(name) is neither a sample nor part of one"
        case .metricMismatch(let mismatch): return mismatch.description
        }
    }

    private func prefix(_ member: Text?) -> String {
        member.map { "\($0): " } ?? ""
    }
}

extension MetricMismatch: CustomStringConvertible {
    /// Both numbers.
    package var description: String {
        let reduced = reducer.map { " (\($0))" } ?? ""
        return "\(score)\(reduced) \(metric): the header says \(stated), "
            + "the samples give \(recomputed)"
    }
}

extension ArchiveFault {
    /// The fault in words.
    package var words: String {
        switch self {
        case .noEndRecord: "the archive is cut short: its end record is missing"
        case .severalParts: "the archive has several parts"
        case .badEndRecord: "the archive's end record contradicts itself"
        case .badDirectory: "the archive's directory is damaged"
        case .nameNotUTF8: "a member's name is not UTF-8"
        case .encrypted: "the member is encrypted"
        case .unsupportedMethod(let method): "unsupported compression method \(method)"
        case .badLocalHeader: "the member's header contradicts the directory"
        case .overlappingMembers: "two members share bytes"
        case .badCompressedData: "the compressed data is damaged"
        case .truncatedData: "the compressed data ends early"
        case .trailingData: "bytes follow the compressed data"
        case .wrongSize: "the member has another size than stated"
        case .wrongChecksum: "the member has another checksum than stated"
        }
    }
}
