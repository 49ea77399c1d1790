import AssayAttestation
import AssayCrypto

/// The header's members and the samples of a log while it is read.
struct InspectContent {
    private(set) var container: InspectLog.Container
    private(set) var samples: [InspectSample] = []
    private var members: [JSONObject.Member] = []
    private var names: Set<Text> = []
    private let limits: ReadingLimits

    /// The header, after everything was read.
    func header() throws(EvaluationLogError) -> InspectHeader {
        try InspectHeader(JSONObject(members))
    }

    private mutating func append(_ sample: InspectSample) throws(EvaluationLogError) {
        guard samples.count < limits.samples else {
            throw .exceeds(.samples, limit: UInt64(limits.samples), member: nil)
        }
        samples.append(sample)
    }

    // MARK: JSON

    /// Reads a log that is one JSON text.
    init(json source: any ByteSource, _ limits: ReadingLimits) throws(EvaluationLogError) {
        container = .json
        self.limits = limits
        let stream = StretchStream(source, 0..<source.count)
        let reader = JSONTextReader(stream, limits: limits, member: nil)
        guard source.count > 0, try reader.peekKind() == UInt8(ascii: "{") else {
            throw .unknownHarness
        }
        try readLog(from: reader)
        try checkHarness()
        try reader.expectEnd()
    }

    private mutating func readLog(from reader: JSONTextReader) throws(EvaluationLogError) {
        try reader.forEachMember { (name) throws(EvaluationLogError) in
            names.insert(name)
            if InspectHeader.memberNames.contains(name) {
                members.append(JSONObject.Member(name, try reader.value()))
            } else if name == "samples", try reader.peekKind() == UInt8(ascii: "[") {
                try reader.forEachElement { () throws(EvaluationLogError) in
                    let start = reader.offset
                    var reading = SampleReading()
                    try reading.readSample(from: reader)
                    try append(
                        try reading.sample(
                            order: samples.count, location: .stretch(start..<reader.offset)))
                }
            } else {
                try reader.skipValue()
            }
        }
    }

    /// Tells a log of another harness by its members.
    private func checkHarness() throws(EvaluationLogError) {
        if names.isSuperset(of: ["eval", "status"]) { return }
        if names.contains("results"),
            names.contains("versions") || names.contains("lm_eval_version")
        {
            throw .unsupportedHarness(.lmEvaluationHarness)
        }
        if names.isSuperset(of: ["schema_version", "evaluation_id"]) {
            throw .unsupportedHarness(.everyEvalEver)
        }
        if names.isSuperset(of: ["adapter_spec", "scenario_spec"])
            || names.isSuperset(of: ["adapter_spec", "request_states"])
        {
            throw .unsupportedHarness(.helm)
        }
        throw .unknownHarness
    }

    // MARK: Archive

    /// Reads a log that is a ZIP archive.
    init(archive: Archive, _ limits: ReadingLimits) throws(EvaluationLogError) {
        container = .archive
        self.limits = limits
        guard let header = archive["header.json"] else {
            throw archive["_journal/start.json"] == nil ? .unknownHarness : .noHeader
        }
        let reader = try Self.reader(header, archive, limits)
        try readLog(from: reader)
        try reader.expectEnd()
        guard names.isSuperset(of: ["eval", "status"]) else { throw .unknownHarness }
        var chunks: [Text: [ArchiveMember]] = [:]
        var chunked: [Text] = []
        for member in archive.members {
            switch SampleMember(member.name) {
            case .none: continue
            case .stray: throw .strayMember(member.name)
            case .whole:
                let reader = try Self.reader(member, archive, limits)
                var reading = SampleReading()
                try reading.readSample(from: reader)
                try reader.expectEnd()
                try append(
                    try reading.sample(order: samples.count, location: .members([member])))
            case .chunk(let sample):
                if chunks[sample] == nil { chunked.append(sample) }
                chunks[sample, default: []].append(member)
            }
        }
        if !chunked.isEmpty { container = .chunkedArchive }
        for sample in chunked {
            try readChunked(sample, chunks[sample] ?? [], archive)
        }
    }

    private static func reader(
        _ member: ArchiveMember, _ archive: Archive, _ limits: ReadingLimits
    ) throws(EvaluationLogError) -> JSONTextReader {
        JSONTextReader(try archive.stream(member), limits: limits, member: member.name)
    }

    /// Reads a sample of the chunked layout: its shell, its events and its attachments.
    private mutating func readChunked(
        _ folder: Text, _ members: [ArchiveMember], _ archive: Archive
    ) throws(EvaluationLogError) {
        let shellName = Text(folder.string + "/sample.json")
        guard let shell = members.first(where: { $0.name == shellName }) else {
            throw .missing(LogPath(shellName.string))
        }
        var reading = SampleReading()
        let shellReader = try Self.reader(shell, archive, limits)
        try reading.readSample(from: shellReader)
        try shellReader.expectEnd()
        var attachmentCount = 0
        for number in 0..<members.count {
            let eventsName = Text(folder.string + "/events/\(number).json")
            if let events = members.first(where: { $0.name == eventsName }) {
                let reader = try Self.reader(events, archive, limits)
                try reading.readEvents(from: reader)
                try reader.expectEnd()
            }
            let attachmentsName = Text(folder.string + "/attachments/\(number).json")
            if let attachments = members.first(where: { $0.name == attachmentsName }) {
                let reader = try Self.reader(attachments, archive, limits)
                attachmentCount = try reading.readAttachments(
                    from: reader, first: attachmentCount)
                try reader.expectEnd()
            }
        }
        let inOrder = members.sorted { $0.name < $1.name }
        try append(try reading.sample(order: samples.count, location: .members(inOrder)))
    }
}

/// What an archive's member is by its name.
///
/// The name is made from the sample's id, so nothing else is concluded from it.
enum SampleMember: Equatable {
    /// Not among the samples.
    case none
    /// A whole sample: `samples/ID_epoch_N.json`.
    case whole
    /// A part of a sample in the chunked layout: `samples/ID_epoch_N/…`, by that folder.
    case chunk(Text)
    /// Among the samples and neither.
    case stray

    /// Classifies a member by its name.
    init(_ name: Text) {
        let text = name.string
        guard text.hasPrefix("samples/") else {
            self = .none
            return
        }
        if text.hasSuffix(".json"), Self.endsWithEpoch(text.dropLast(5)) {
            self = .whole
            return
        }
        for suffix in ["/sample.json", "/skeleton.json"] where text.hasSuffix(suffix) {
            let folder = text.dropLast(suffix.count)
            self = Self.endsWithEpoch(folder) ? .chunk(Text(String(folder))) : .stray
            return
        }
        // samples/ID_epoch_N/KIND/FILE.json
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 4, text.hasSuffix(".json"),
            ["events", "messages", "calls", "attachments"].contains(parts[parts.count - 2])
        else {
            self = .stray
            return
        }
        let folder = parts.dropLast(2).joined(separator: "/")
        self = Self.endsWithEpoch(folder[...]) ? .chunk(Text(folder)) : .stray
    }

    private static func endsWithEpoch(_ text: Substring) -> Bool {
        let digits = text.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
        return !digits.isEmpty && text.dropLast(digits.count).hasSuffix("_epoch_")
    }
}
