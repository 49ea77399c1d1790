import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayWitness
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import AssayHTTP

/// A witness asked over loopback, as any C2SP log would ask it.
@Suite(.timeLimit(.minutes(2))) struct WitnessRouteTests {
    private let signers: [SignerKey]

    init() throws { signers = try WitnessWorld().signers }

    private func service(_ store: some TreeHeadStore) throws -> WitnessService {
        let time = try #require(UnixSeconds(WitnessWorld.time))
        return WitnessService(
            Witness(store: store, signers: signers) { time },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Status line, header fields and body of one answer.
    private func post(
        _ body: Text, to path: String = "/add-checkpoint", _ address: ListenAddress
    ) async throws -> (status: Int, head: String, body: String) {
        let request =
            "POST \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n" + body.string
        let text = try await RawConnection.with(address) { reader, writer in
            await writer.send(request)
            return await reader.untilEnd()
        }
        let end = try #require(text.firstRange(of: "\r\n\r\n"), "\(text)")
        let status = try #require(statuses(text).first)
        return (status, String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    /// Sends the steps of one vector to a fresh witness of its log; returns the status of each.
    private func run(
        _ vector: JSONValue, steps: [JSONValue]
    ) async throws -> (statuses: [Int], failures: [String]) {
        let origin = try #require(Origin(vector.string("origin")))
        let key = try VerifierKey(text: vector.string("log_vkey"))
        let store = MemoryTreeHeadStore()
        _ = try await store.put(try #require(WitnessedLog(origin: origin, keys: [key])))
        let signers = signers
        var result: (statuses: [Int], failures: [String]) = ([], [])
        let outcome = AsyncStream<(Int, String?)>.makeStream()
        try await withServer(WitnessResponder(service: try service(store))) { address, _ in
            for step in steps {
                let answer = try await post(step.string("request_body"), address)
                outcome.continuation.yield(
                    (answer.status, try Self.failure(answer, step, signers)))
            }
        }
        outcome.continuation.finish()
        for await (status, failure) in outcome.stream {
            result.statuses.append(status)
            if let failure { result.failures.append(failure) }
        }
        if let size = vector["final_size"]?.number?.count {
            #expect(await store.record(of: origin)?.latest?.head.size.value == size)
        }
        return result
    }

    /// What is wrong with an answer, if anything.
    private static func failure(
        _ answer: (status: Int, head: String, body: String), _ step: JSONValue,
        _ signers: [SignerKey]
    ) throws -> String? {
        let name = "\(step["why"]?.text ?? step["id"]?.text ?? "?")"
        var allowed = [try step.count("expect_status")]
        allowed += (step["accept_also"]?.array ?? []).compactMap { $0.number?.count }
        guard allowed.contains(UInt64(answer.status)) else { return "\(name): \(answer)" }
        if let body = step["expect_body"]?.text, Text(answer.body) != body {
            return "\(name): \(answer)"
        }
        if let type = step["expect_content_type"]?.text,
            !answer.head.lowercased().contains("content-type: \(type)\r\n")
        {
            return "\(name): \(answer)"
        }
        guard answer.status == 200 else { return nil }
        let request = try AddCheckpointRequest(bytes: step.string("request_body").utf8)
        let lines = answer.body.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.last == "", lines.count == signers.count + 1 else { return "\(name): lines" }
        for (line, signer) in zip(lines, signers) {
            let signature = try #require(NoteSignature(line: line.utf8))
            let cosignature = try #require(
                try Cosignature(signature, by: signer.verifierKey), "\(name)")
            guard cosignature.timestamp.value == WitnessWorld.time else { return "\(name): time" }
            try cosignature.verify(over: request.checkpoint)
        }
        return nil
    }

    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func answersTheSequencesOfTheVectors() async throws {
        let vectors = try SharedFolder.json("vectors/witness/add_checkpoint.json")
        let sequences = try vectors.list("sequences")
        var counts: [Int] = []
        var failures: [String] = []
        for sequence in sequences {
            let result = try await run(sequence, steps: sequence.list("steps"))
            counts.append(result.statuses.count)
            failures += result.failures
        }
        #expect(counts == [9, 24])
        #expect(failures == [])
    }

    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func answersTheSingleRequestsOfTheVectors() async throws {
        let vectors = try SharedFolder.json("vectors/witness/add_checkpoint.json")
        let requests = try vectors.list("single_requests")
        #expect(requests.count == 2)
        for request in requests where request["id"]?.text != "ML-DSA-44 log" {
            #expect(try await run(request, steps: [request]).failures == [])
        }
    }

    @Test(
        .enabled(if: SharedFolder.isExpected, SharedFolder.skipComment),
        .enabled(if: MLDSA44.isAvailable, NoteFixtures.mlDSA44Comment))
    func cosignsTheCheckpointOfALogThatSignsWithMLDSA() async throws {
        let vectors = try SharedFolder.json("vectors/witness/add_checkpoint.json")
        let requests = try vectors.list("single_requests").filter {
            $0["id"]?.text == "ML-DSA-44 log"
        }
        #expect(requests.count == 1)
        for request in requests {
            #expect(try await run(request, steps: [request]).failures == [])
        }
    }

    /// tlog-witness makes `sign-subtree` optional; this witness does not have it, so that none of
    /// the answers of those vectors apply but the 404 of a resource that is not there.
    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func hasNoSignSubtree() async throws {
        let vectors = try SharedFolder.json("vectors/witness/add_checkpoint.json")
        let steps = try #require(vectors["sign_subtree"]).list("steps")
        #expect(steps.count >= 5)
        let responder = WitnessResponder(service: try service(MemoryTreeHeadStore()))
        try await withServer(responder) { address, _ in
            var statuses: Set<Int> = []
            for step in steps {
                let answer = try await post(
                    step.string("request_body"), to: "/sign-subtree", address)
                statuses.insert(answer.status)
            }
            #expect(statuses == [404])
        }
    }

    /// The monitoring route, methods, paths and limits.
    @Test func answersMonitorsAndStrangers() async throws {
        let world = try WitnessWorld()
        let store = MemoryTreeHeadStore()
        _ = try await store.put(world.log)
        let service = try service(store)
        func ask(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8] = []) async -> Answer
        {
            let head = HTTPRequest(
                method: method, scheme: "http", authority: "witness.example", path: path)
            return await WitnessResponder(service: service).answer(
                Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: body))),
                from: [127, 0, 0, 1], logger: service.logger)
        }
        let path = "/\(world.log.originHash.hex)/checkpoint"
        #expect(await ask(.get, path).status == .notFound)
        #expect(await ask(.post, "/add-checkpoint", try world.request(0, 5)).status == .ok)
        let shown = await ask(.get, path)
        #expect(shown.status == .ok)
        #expect(shown.fields[.contentType] == "text/plain; charset=utf-8")
        let opened = try SignedNote(bytes: shown.bytes).open(
            with: world.log.keys + signers.map(\.verifierKey))
        #expect(opened.verified.count == 1 + signers.count && opened.unknown == [])

        #expect(await ask(.get, path.uppercased()).status == .notFound)
        #expect(await ask(.get, path + "/").status == .notFound)
        #expect(await ask(.get, "/add-checkpoint").status == .methodNotAllowed)
        #expect(await ask(.post, path).status == .methodNotAllowed)
        #expect(await ask(.get, path + "?size=1").status == .badRequest)
        let large = [UInt8](repeating: 10, count: service.limits.submissionBytesMax + 1)
        #expect(await ask(.post, "/add-checkpoint", large).status == .contentTooLarge)
        await store.failAdvances()
        let failed = await ask(.post, "/add-checkpoint", try world.request(5, 8))
        #expect(failed.status == .serviceUnavailable)
        #expect(try failed.problemCode == "storage-unavailable")
    }
}
