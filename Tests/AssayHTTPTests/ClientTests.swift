import AssayAttestation
import AssayClient
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import Logging
import ServiceLifecycle
import Testing

@testable import AssayHTTP

/// The client against the server, over loopback.
@Suite(.timeLimit(.minutes(2))) struct ClientTests {
    /// Runs `body` with a client of a server of `ledger`.
    private func withClient(
        _ ledger: some LedgerPort, server limits: HTTPLimits = HTTPLimits(),
        client clientLimits: ClientLimits = ClientLimits(),
        _ body: @escaping @Sendable (LogClient, ListenAddress) async throws -> Void
    ) async throws {
        let service = ServiceFixture(ledger, limits: limits).service
        try await withServer(LogResponder(service: service), limits: limits) { address, _ in
            let url = try #require(LogURL(Text("http://\(address)/")))
            try await LogClient.with(url, limits: clientLimits) { client in
                try await body(client, address)
            }
        }
    }

    @Test func submitsAndReadsBack() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        try await withClient(ledger) { client, _ in
            let entry = LogEntry(try fixture.envelope(1))
            let receipt = try await client.submit(entry.bytes)
            #expect(receipt.index == LeafIndex(1))
            #expect(receipt.leafHash == entry.leafHash)
            #expect(receipt.isNew)
            let bundle = try Bundle(parsing: #require(receipt.bundle))
            #expect(bundle.entries.last?.entry == entry.bytes)
            let again = try await client.submit(entry.bytes, wait: .signed)
            #expect(!again.isNew && again.index == receipt.index)
            let byHash = try await client.bundle(.leafHash(entry.leafHash))
            #expect(byHash == receipt.bundle)
            let json = try await client.entry(.index(receipt.index))
            #expect(json["leafHash"]?.text == Text(entry.leafHash.hex))
            let charter = try await client.charter()
            #expect(charter["ledger"]?.text == fixture.ledger.text)
            #expect(try Bundle(parsing: await client.charterBundle()).entries.count == 1)
            let note = try SignedNote(bytes: await client.checkpoint())
            #expect(try Checkpoint(noteText: note.text).head.size == TreeSize(2))
            let coordinate = try #require(TileCoordinate(.entries, index: 0, width: 2))
            let entries = try await client.tile(coordinate)
            #expect(try EntryBundle(bytes: entries, width: 2).entries[1] == entry.bytes)
        }
    }

    @Test func submitsBatches() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        try await withClient(ledger) { client, _ in
            var bodies: [[UInt8]] = []
            for number in 0..<20 { bodies.append(try fixture.envelope(number).canonicalEntry) }
            bodies[7] = Array("{}".utf8)
            let results = try await client.submit(batch: bodies)
            #expect(results.count == 20)
            for (position, result) in results.enumerated() {
                switch result {
                case .success(let receipt):
                    #expect(receipt.isNew && receipt.bundle == nil && position != 7)
                case .failure(let refusal):
                    #expect(position == 7 && refusal.code == .malformed && refusal.status == 400)
                }
            }
            #expect(
                try await client.submit(batch: bodies).filter {
                    if case .success(let receipt) = $0 { !receipt.isNew } else { false }
                }.count == 19)
        }
    }

    @Test func tellsRefusalsByTheirCodes() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        let receipt = Receipt(
            index: LeafIndex(7), leafHash: SHA256.hash([7]), isNew: true, treeSize: TreeSize(9))
        var limits = ClientLimits()
        limits.attemptsMax = 1
        for (refusal, code) in [
            (Refusal.signerUnknown("who"), LogRefusal.Code.signerUnknown),
            (.rateLimited("slow", retryAfterSeconds: 3), .rateLimited),
            (.noQuorum(receipt), .noQuorum), (.storageFull, .storageFull),
        ] {
            let scripted = ScriptedLedger(base: ledger, refusal: refusal)
            try await withClient(scripted, client: limits) { client, _ in
                let error = await #expect(throws: ClientError.self) {
                    try await client.submit(fixture.envelope(1).canonicalEntry)
                }
                guard case .refused(let answer) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(answer.code == code)
                #expect(answer.retryAfterSeconds == refusal.retryAfterSeconds)
                #expect(answer.detail == Text(refusal.detail))
                #expect((answer.index != nil) == (code == .noQuorum))
            }
        }
        #expect(
            Set(ProblemCode.allCases.map(\.rawValue)).union(["other"])
                == Set(LogRefusal.Code.allCases.map(\.rawValue)))
    }

    @Test func triesAgainWhereThatMayHelp() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        var limits = HTTPLimits()
        // The second read waits about a second for its token.
        limits.readsPerAddress = RateLimit(perSecond: 2, burst: 1)
        try await withClient(ledger, server: limits) { client, _ in
            let first = try await client.checkpoint()
            let second = try await client.checkpoint()
            #expect(first == second)
        }
    }

    @Test func keepsTransportFaultsApartFromRefusals() async throws {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        var limits = ClientLimits()
        limits.attemptsMax = 2
        limits.firstPause = .milliseconds(1)
        limits.answerBytesMax = 100
        let small = limits
        try await withClient(ledger, client: limits) { client, address in
            await #expect(throws: ClientError.notUnderstood(.tooLarge(limit: 100))) {
                try await client.charter()
            }
            // The address is one that nobody listens on any more once this returns.
            let gone = try #require(LogURL(Text("http://127.0.0.1:1")))
            let error = await #expect(throws: ClientError.self) {
                try await LogClient.with(gone, limits: small) { try await $0.checkpoint() }
            }
            guard case .transport = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func givesUpOnAServerThatIsNoLog() async throws {
        try await withServer(EchoResponder(gate: Gate())) { address, _ in
            let url = try #require(LogURL(Text("http://\(address)")))
            await #expect(throws: ClientError.notUnderstood(.body)) {
                try await LogClient.with(url) { try await $0.charter() }
            }
        }
    }

    @Test(
        arguments: [
            ("http://a", "http://a"), ("https://a:1/b/", "https://a:1/b"), ("http://[::1]:80", nil),
            ("ftp://a", nil), ("http://", nil), ("http:///a", nil), ("http://a?b", nil),
            ("http://a#b", nil), ("http://u@a", nil), ("http://a b", nil), ("http://:80", nil),
        ] as [(String, String?)])
    func readsAddressesOfLogs(text: String, expected: String?) {
        let url = LogURL(Text(text))?.text.string
        #expect(url == (text.contains("[") ? text : expected))
    }
}
