package import AssayAttestation
import AssayCrypto

extension InspectLog {
    /// The tree over the salted records of all samples.
    ///
    /// - Parameter commitsTranscripts: whether the records commit to the samples' bytes, which are
    ///   then read a second time: their salts depend on the order of all samples.
    /// - Throws: `AttestRefusal`, of the cases about records and the log.
    package func sampleTree(
        secret: SampleSecret, commitsTranscripts: Bool
    ) throws(AttestRefusal) -> SampleTree {
        var records: [SampleRecord] = []
        records.reserveCapacity(samples.count)
        for (index, sample) in samples.enumerated() {
            var transcript: Digest?
            if commitsTranscripts {
                var computation = secret.transcriptComputation(at: UInt64(index))
                do throws(EvaluationLogError) {
                    try forEachPiece(of: sample) { computation.update($0) }
                } catch {
                    throw .log(error)
                }
                transcript = computation.finalize()
            }
            do throws(AttestationError) {
                records.append(try sample.record(transcript: transcript))
            } catch {
                throw .record(sample.id, error)
            }
        }
        do throws(EvaluationLogError) { try checkUnchanged() } catch { throw .log(error) }
        do throws(SampleTreeError) {
            return try SampleTree(records: records, secret: secret)
        } catch {
            throw .samples(error)
        }
    }

    /// The bytes of the sample at `index` of the records, as the harness stored them, for opening
    /// its transcript.
    ///
    /// - Throws: `EvaluationLogError` as when the log was read.
    package func transcript(at index: UInt64) throws(EvaluationLogError) -> [UInt8]? {
        guard index < UInt64(samples.count) else { return nil }
        var bytes: [UInt8] = []
        try forEachPiece(of: samples[Int(index)]) { bytes += $0 }
        return bytes
    }
}

extension InspectSample {
    /// The sample's record.
    func record(transcript: Digest?) throws(AttestationError) -> SampleRecord {
        let id: SampleRecord.ID =
            switch id {
            case .number(let number): .number(number)
            case .text(let text): .text(text)
            }
        return try SampleRecord(
            key: SampleRecord.Key(id: id, epoch: epoch), item: itemDigest, output: outputDigest,
            scores: scores.map {
                SampleRecord.Score(
                    name: $0.scorer, value: $0.value.recordJSON, answerDigest: $0.answerDigest)
            },
            error: hasError, limit: limit, invalidated: isInvalidated, transcript: transcript)
    }
}

extension ScoreValue {
    /// The value as a record holds it: numbers as decimal strings in their RFC 8785 spelling, so
    /// that `1` and `1.0` are one value; `null` for no value.
    var recordJSON: JSONValue {
        switch self {
        case .number(let number): return .string(Self.canonical(number))
        case .text(let text): return .string(text)
        case .truth(let truth): return .bool(truth)
        case .unscored, .nothing: return .null
        case .map(let entries):
            return .object(
                JSONObject(
                    entries.map { JSONObject.Member($0.name, $0.value.recordJSON) }))
        case .list(let values): return .array(values.map(\.recordJSON))
        }
    }

    private static func canonical(_ number: JSONNumber) -> Text {
        do throws(JCSError) {
            let bytes = try JCS.serialize(.number(number))
            return Text(String(decoding: bytes, as: UTF8.self))
        } catch {
            // A value with an infinite number is refused when it is read.
            preconditionFailure("the number of a score is finite")
        }
    }
}
