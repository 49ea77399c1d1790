import AssayAttestation
import AssayCrypto
import AssayTLog

/// A sample while it is read, member by member.
struct SampleReading {
    private var parts: [Text: JSONValue] = [:]
    private var hasError = false
    private var isInvalidated = false
    private var references: Set<Text> = []
    private var attachments = Attachments()
    private var backends: [Text: UInt64] = [:]
    private var tools: [Text]?

    /// The members that are taken whole.
    private static let takenNames: Set<Text> = [
        "id", "epoch", "input", "choices", "target", "output", "scores", "limit",
    ]

    /// Reads the sample object that comes next.
    mutating func readSample(from reader: JSONTextReader) throws(EvaluationLogError) {
        try reader.forEachMember { (name) throws(EvaluationLogError) in
            switch name {
            case _ where Self.takenNames.contains(name):
                let value = try reader.value()
                Attachments.names(in: value, into: &references)
                parts[name] = value
            case "score": throw .unexpected("sample.score")
            case "error":
                hasError = try reader.peekKind() != UInt8(ascii: "n")
                try reader.skipValue()
            case "invalidation":
                isInvalidated = try reader.peekKind() != UInt8(ascii: "n")
                try reader.skipValue()
            case "attachments": try readAttachments(from: reader)
            case "events": try readEvents(from: reader)
            default: try reader.skipValue()
            }
        }
    }

    /// Reads the contents that the members so far refer to: an object, or in the chunked layout an
    /// array, whose first element is number `first`.
    ///
    /// Gives the number of the next element.
    @discardableResult
    mutating func readAttachments(
        from reader: JSONTextReader, first: Int = 0
    ) throws(EvaluationLogError) -> Int {
        var number = first
        if try reader.peekKind() == UInt8(ascii: "[") {
            try reader.forEachElement { () throws(EvaluationLogError) in
                try readAttachment(Text(String(number)), from: reader)
                number += 1
            }
        } else {
            try reader.forEachMember { (name) throws(EvaluationLogError) in
                try readAttachment(name, from: reader)
            }
        }
        return number
    }

    private mutating func readAttachment(
        _ name: Text, from reader: JSONTextReader
    ) throws(EvaluationLogError) {
        // Where attachments come before what refers to them, all are kept.
        if references.contains(name) || parts["input"] == nil {
            attachments.add(name, try reader.value())
        } else {
            try reader.skipValue()
        }
    }

    // MARK: Events

    /// Reads the array of events that comes next for who answered and which tools were offered.
    mutating func readEvents(from reader: JSONTextReader) throws(EvaluationLogError) {
        guard try reader.peekKind() == UInt8(ascii: "[") else { return try reader.skipValue() }
        try reader.forEachElement { () throws(EvaluationLogError) in
            try readEvent(from: reader)
        }
    }

    private mutating func readEvent(from reader: JSONTextReader) throws(EvaluationLogError) {
        var kind: Text?
        var fingerprint: Text?
        var tools: [Text] = []
        var role: Text?
        let isFirst = self.tools == nil
        try reader.forEachMember { (name) throws(EvaluationLogError) in
            switch name {
            case "event": kind = try reader.value().text
            case "role": role = try reader.value().text
            case "call": fingerprint = try Self.fingerprint(inCallFrom: reader)
            case "tools" where isFirst: tools = try Self.toolNames(from: reader)
            default: try reader.skipValue()
            }
        }
        // Calls in a role, such as a judge's, are not calls of the model that is evaluated.
        guard kind == "model", role == nil else { return }
        if let fingerprint { backends[fingerprint, default: 0] += 1 }
        if isFirst { self.tools = tools }
    }

    private static func toolNames(
        from reader: JSONTextReader
    ) throws(EvaluationLogError) -> [Text] {
        guard try reader.peekKind() == UInt8(ascii: "[") else {
            try reader.skipValue()
            return []
        }
        var names: [Text] = []
        try reader.forEachElement { () throws(EvaluationLogError) in
            guard try reader.peekKind() == UInt8(ascii: "{") else {
                return try reader.skipValue()
            }
            try reader.forEachMember { (name) throws(EvaluationLogError) in
                if name == "name" {
                    if let tool = try reader.value().text { names.append(tool) }
                } else {
                    try reader.skipValue()
                }
            }
        }
        return names
    }

    /// The provider's `call.response.system_fingerprint`.
    private static func fingerprint(
        inCallFrom reader: JSONTextReader
    ) throws(EvaluationLogError) -> Text? {
        guard try reader.peekKind() == UInt8(ascii: "{") else {
            try reader.skipValue()
            return nil
        }
        var fingerprint: Text?
        try reader.forEachMember { (name) throws(EvaluationLogError) in
            guard name == "response", try reader.peekKind() == UInt8(ascii: "{") else {
                return try reader.skipValue()
            }
            try reader.forEachMember { (name) throws(EvaluationLogError) in
                if name == "system_fingerprint" {
                    fingerprint = try reader.value().text
                } else {
                    try reader.skipValue()
                }
            }
        }
        return fingerprint
    }

    // MARK: The sample

    /// The sample, after all of it was read.
    func sample(order: Int, location: SampleLocation) throws(EvaluationLogError) -> InspectSample {
        guard let idValue = parts["id"] else { throw .missing("sample.id") }
        guard let id = SampleID(idValue) else { throw .unexpected("sample.id") }
        guard let epochValue = parts["epoch"] else { throw .missing("sample.epoch") }
        guard let epoch = epochValue.number?.count else { throw .unexpected("sample.epoch") }
        guard let input = parts["input"] else { throw .missing("sample.input") }
        guard let target = parts["target"] else { throw .missing("sample.target") }
        let item = try CanonicalItem.bytes(
            id: id, input: attachments.resolve(input),
            choices: parts["choices"].map(attachments.resolve),
            target: attachments.resolve(target))
        let output = attachments.resolve(parts["output"] ?? .null)
        return InspectSample(
            id: id, epoch: epoch, itemDigest: SHA256.hash(item),
            itemLeafHash: MerkleTree.leafHash(of: item),
            outputDigest: SHA256.hash(Self.completion(of: output).utf8),
            respondingModel: output["model"]?.text, backends: backends,
            offeredTools: tools ?? [], scores: try scores(), hasError: hasError,
            limit: parts["limit"]?["type"]?.text, isInvalidated: isInvalidated, order: order,
            location: location)
    }

    /// What the model answered: the completion where the log has it, else the text of the first
    /// choice's message, of which the completion is made.
    private static func completion(of output: JSONValue) -> Text {
        if let completion = output["completion"]?.text { return completion }
        switch output["choices"]?.array?.first?["message"]?["content"] {
        case .string(let text): return text
        case .array(let parts):
            let texts = parts.filter { $0["type"]?.text == "text" }.compactMap { $0["text"]?.text }
            return Text(texts.map(\.string).joined(separator: "\n"))
        default: return ""
        }
    }

    private func scores() throws(EvaluationLogError) -> [SampleScore] {
        guard let value = parts["scores"], value != .null else { return [] }
        guard let object = value.object else { throw .unexpected("sample.scores") }
        var scores: [SampleScore] = []
        for member in object.members {
            let score = try LogObject(member.value, "sample.scores")
            guard let value = ScoreValue(score.members["value"] ?? .null) else {
                throw .unexpected("sample.scores.value")
            }
            let answer = score["answer"].map(attachments.resolve)?.text
            scores.append(
                SampleScore(
                    scorer: member.name, value: value,
                    answerDigest: answer.map { SHA256.hash($0.utf8) },
                    isEdited: try !score.array("history").isEmpty))
        }
        return scores
    }
}
