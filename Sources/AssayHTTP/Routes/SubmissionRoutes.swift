import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayVerification
import HTTPTypes
import Hummingbird
import NIOCore

/// The rest of a request's body did not arrive.
struct BodyLost: Error {
    /// What the connection said.
    let cause: any Error
}

extension LogService {
    /// `POST /entries`: one envelope.
    func submit(
        _ request: Request, _ query: Query, from address: [UInt8]
    ) async throws -> Answer {
        let wait = try Self.wait(query)
        try rates.submit(1, by: address, at: clock.now)
        let body = try await Self.body(of: request, max: limits.submissionBytesMax)
        let submission = try Self.read(body)
        let receipt = try await submit(submission, wait)
        let bundle = try await reading { ledger throws(StoreFault) in
            try await ledger.bundle(of: receipt, submitted: submission)
        }
        // The bundle is embedded byte for byte: it has exactly one representation.
        var bytes = CompactJSON.serialize(.object(JSONObject(receipt.members)))
        bytes.removeLast()
        bytes += Array(",\"bundle\":".utf8) + bundle + Array("}\n".utf8)
        var answer = Answer(
            status: receipt.isNew ? .created : .ok, type: "application/json", bytes: bytes)
        answer.fields[.location] = "/entries/\(receipt.index.value)"
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// `POST /entries/batch`: an envelope on each line.
    func submitBatch(
        _ request: Request, _ query: Query, from address: [UInt8]
    ) async throws -> Answer {
        let wait = try Self.wait(query)
        let body = try await Self.body(of: request, max: limits.batchBytesMax)
        // No more are split off than tell that there are too many: a body of line ends alone would
        // take many times its size.
        var lines = body.split(
            separator: 0x0a, maxSplits: limits.batchLinesMax + 1, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard !lines.isEmpty else {
            throw Problem(.malformed, "a batch has an envelope on each line, and at least one")
        }
        guard lines.count <= limits.batchLinesMax else {
            throw Problem(
                .tooLarge, "a batch has at most \(limits.batchLinesMax) lines; send several")
        }
        try rates.submit(lines.count, by: address, at: clock.now)
        let answers = await cosigned(outcomes(of: lines), wait).map(bytes(of:))
        var answer = Answer(
            type: "application/x-ndjson", bytes: Array(answers.joined()))
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    /// How a line of a batch ended.
    private typealias LineOutcome = Result<Receipt, Problem>

    /// One outcome for each of `lines`, in their order; so many at once that they share growth
    /// steps.
    private func outcomes(of lines: [ArraySlice<UInt8>]) async -> [LineOutcome] {
        await withTaskGroup(of: (Int, LineOutcome).self) { group in
            var outcomes: [(position: Int, outcome: LineOutcome)] = []
            var next = 0
            func add() {
                guard next < lines.count else { return }
                let (position, line) = (next, Array(lines[next]))
                group.addTask { (position, await outcome(of: line)) }
                next += 1
            }
            for _ in 0..<limits.batchConcurrency { add() }
            for await (position, outcome) in group {
                outcomes.append((position, outcome))
                add()
            }
            return outcomes.sorted { $0.position < $1.position }.map(\.outcome)
        }
    }

    private func outcome(of line: [UInt8]) async -> LineOutcome {
        do throws(Problem) {
            guard line.count <= limits.submissionBytesMax else {
                throw Self.tooLarge(limits.submissionBytesMax)
            }
            return .success(try await submit(Self.read(line), .signed))
        } catch {
            return .failure(error)
        }
    }

    /// Waits for the cosignatures over the last entry of a batch, and so over all; without them
    /// each entry beyond what is published is a problem.
    private func cosigned(_ outcomes: [LineOutcome], _ wait: Ledger.Wait) async -> [LineOutcome] {
        let receipts = outcomes.compactMap { outcome -> Receipt? in
            guard case .success(let receipt) = outcome else { return nil }
            return receipt
        }
        guard wait == .cosigned, let last = receipts.max(by: { $0.index < $1.index }) else {
            return outcomes
        }
        do throws(Refusal) {
            try await ledger.requireCosigned(last)
            return outcomes
        } catch {
            let size = await ledger.size.value
            return outcomes.map { outcome in
                outcome.flatMap { receipt in
                    receipt.index.value < size
                        ? .success(receipt) : .failure(Problem(.noQuorum(receipt)))
                }
            }
        }
    }

    private func bytes(of outcome: LineOutcome) -> [UInt8] {
        switch outcome {
        case .success(let receipt):
            return JSONValue.object(
                JSONObject(receipt.members + [.init("new", .bool(receipt.isNew))])
            ).answerBytes
        case .failure(let problem):
            metrics.refused(problem.code)
            return problem.json.answerBytes
        }
    }

    private static func read(_ body: [UInt8]) throws(Problem) -> Submission<Envelope> {
        do {
            return try CharterRules.read(body)
        } catch {
            throw Problem(error)
        }
    }

    /// Submits one envelope within its member's share.
    private func submit(
        _ submission: Submission<Envelope>, _ wait: Ledger.Wait
    ) async throws(Problem) -> Receipt {
        let member = await claimedMember(submission.content)
        if let member { try rates.allow(member, at: clock.now) }
        do {
            let receipt = try await ledger.submit(submission, wait: wait)
            if let member { rates.charge(member, at: clock.now) }
            return receipt
        } catch {
            if case .noQuorum = error, let member { rates.charge(member, at: clock.now) }
            throw Problem(error)
        }
    }

    /// The member that the first signature claims to be by; not verified here.
    private func claimedMember(_ envelope: Envelope) async -> Text? {
        guard limits.submissionsPerMember != nil else { return nil }
        let state = await ledger.state
        return envelope.signatures.lazy.compactMap { state.member(holding: $0.keyID) }.first
    }

    private static func wait(_ query: Query) throws(Problem) -> Ledger.Wait {
        switch query["wait"] {
        case nil, "cosigned": .cosigned
        case "signed": .signed
        default: throw Problem(.malformed, "wait must be signed or cosigned")
        }
    }

    private static func tooLarge(_ max: Int) -> Problem {
        Problem(.tooLarge, "the body may have \(max) bytes")
    }

    /// The whole body, refused before it is read where its announced length says enough.
    static func body(of request: Request, max: Int) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > max {
            throw tooLarge(max)
        }
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= max else { throw tooLarge(max) }
                bytes += buffer.readableBytesView
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw BodyLost(cause: error)
        }
        return bytes
    }
}
