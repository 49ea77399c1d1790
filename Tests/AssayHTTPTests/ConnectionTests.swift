import NIOCore
import ServiceLifecycle
import Testing

@testable import AssayHTTP

/// The server's limits on connections, spoken to over raw sockets.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ConnectionTests {
    private static var quick: HTTPLimits {
        var limits = HTTPLimits()
        limits.requestTimeout = .milliseconds(400)
        limits.idleTimeout = .seconds(3)
        limits.lingerTimeout = .milliseconds(300)
        limits.stopTimeout = .milliseconds(500)
        return limits
    }

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    /// What the server of `limits` answers to `text` before it ends the connection.
    private func answer(to text: String, limits: HTTPLimits = quick) async throws -> String {
        let (answers, continuation) = AsyncStream<String>.makeStream()
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send(text)
                continuation.yield(await reader.untilEnd())
            }
        }
        return try #require(await answers.first { _ in true })
    }

    @Test func keepsAConnectionAndClosesItWhenIdle() async throws {
        let text = try await answer(to: Self.get + Self.get)
        #expect(statuses(text) == [200, 200])
        #expect(!text.contains("[") && text.hasSuffix("ok"))
    }

    @Test func answersAnUnfinishedHeaderWith408() async throws {
        let text = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        #expect(statuses(text) == [408])
        #expect(text.contains("application/problem+json"))
        #expect(text.contains("\"code\":\"request-timeout\""))
    }

    @Test func countsATrickledHeaderAsOneRequest() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                writer.trickle("a", every: .milliseconds(50))
                #expect(statuses(await reader.untilEnd()) == [408])
            }
        }
    }

    @Test func countsATrickledBodyAsOneRequest() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n")
                writer.trickle("a", every: .milliseconds(50))
                #expect(statuses(await reader.untilEnd()) == [408])
            }
        }
    }

    @Test func closesASilentConnectionWithoutAWord() async throws {
        let text = try await answer(to: "")
        #expect(text == "")
    }

    @Test(arguments: [
        "X-Long: " + String(repeating: "a", count: 17 * 1024),
        (0..<101).map { "X-\($0): a" }.joined(separator: "\r\n"),
        (0..<60).map { "X-\($0): " + String(repeating: "a", count: 300) }.joined(separator: "\r\n"),
    ])
    func answersAnOversizedHeaderWith431(fields: String) async throws {
        let text = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
        #expect(statuses(text) == [431])
        #expect(text.contains("\"code\":\"headers-too-large\""))
    }

    @Test func answersAnEndlessRequestLineWith431() async throws {
        let line = "GET /" + String(repeating: "a", count: 20 * 1024)
        #expect(statuses(try await answer(to: line)) == [431])
    }

    @Test func takesAHeaderWithinTheLimits() async throws {
        let fields = (0..<98).map { "X-\($0): " + String(repeating: "a", count: 100) }
            .joined(separator: "\r\n")
        let text = try await answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
        #expect(statuses(text) == [200])
    }

    @Test(arguments: [
        "GET\r\n\r\n", "\u{16}\u{3}\u{1}", "GET / HTTP/3.7\r\n\r\n", "GET / HTTP/1.1\nHost a\n\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3x\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    ])
    func answersWhatIsNotARequestWith400(text: String) async throws {
        let answer = try await answer(to: text)
        #expect(statuses(answer) == [400], "\(text.debugDescription): \(answer)")
        #expect(answer.contains("\"code\":\"malformed\""))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func answersARequestBeforeGarbageAndTheGarbageAfterIt() async throws {
        let text = try await answer(to: Self.get + "GARBAGE\r\n\r\n" + Self.get)
        #expect(statuses(text) == [200, 400])
    }

    @Test func answersPipelinedRequestsBeforeASlowOne() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send(Self.get + Self.get)
                var text = try await reader.until("ok") + reader.until("ok")
                await writer.send("GET / HT")
                text += await reader.untilEnd()
                #expect(statuses(text) == [200, 200, 408])
            }
        }
    }

    /// Nobody fills the memory with requests whose answers it does not read.
    @Test func takesSoManyRequestsAtOnceOnOneConnection() async throws {
        var limits = Self.quick
        limits.pipelinedMax = 3
        let gate = Gate()
        try await withServer(EchoResponder(gate: gate), limits: limits) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                let wait = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"
                await writer.send(wait + Self.get + Self.get + Self.get + Self.get)
                await gate.arrival()
                gate.open()
                let text = await reader.untilEnd()
                #expect(statuses(text) == [200, 200, 200, 429])
            }
        }
    }

    @Test func endsTheConnectionThatTheClientWantsEnded() async throws {
        let close = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        var limits = Self.quick
        limits.idleTimeout = .seconds(100)
        let text = try await answer(to: close + Self.get, limits: limits)
        #expect(statuses(text) == [200])
        #expect(text.lowercased().contains("connection: close"))
    }

    @Test func readsAHalfClosedRequest() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
                writer.endSending()
                #expect(await reader.untilEnd().hasSuffix("got 3"))
            }
        }
    }

    @Test func refusesATruncatedBody() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
                writer.endSending()
                let text = await reader.untilEnd()
                #expect(!text.contains("got"))
                #expect(statuses(text).allSatisfy { $0 == 400 })
            }
        }
    }

    @Test func invitesABodyThatWaitsForIt() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send(
                    """
                    POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\
                    Expect: 100-continue\r\n\r\n
                    """)
                let invitation = try await reader.until("\r\n\r\n")
                #expect(statuses(invitation) == [100])
                await writer.send("abc")
                #expect(await reader.untilEnd().hasSuffix("got 3"))
            }
        }
    }

    @Test func closesOnAClientThatDoesNotRead() async throws {
        try await withServer(EchoResponder(gate: Gate()), limits: Self.quick) { address, _ in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
                // A silent connection, begun later, ends after the same time, twice for safety.
                for _ in 0..<2 {
                    let silence = try await RawConnection.with(address) { other, _ in
                        await other.untilEnd()
                    }
                    #expect(silence == "")
                }
                let text = await reader.untilEnd()
                #expect(text.utf8.count < 32 << 20)
            }
        }
    }

    @Test func answersConnectionsBeyondTheLimitWith503() async throws {
        var limits = Self.quick
        limits.connectionsMax = 2
        limits.idleTimeout = .seconds(20)
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, _ in
            try await RawConnection.with(address) { first, firstWriter in
                await firstWriter.send(Self.get)
                _ = try await first.until("ok")
                try await RawConnection.with(address) { second, secondWriter in
                    await secondWriter.send(Self.get)
                    _ = try await second.until("ok")
                    try await RawConnection.with(address) { third, _ in
                        let text = await third.untilEnd()
                        #expect(statuses(text) == [503])
                        #expect(text.contains("\"code\":\"too-many-connections\""))
                        #expect(text.lowercased().contains("retry-after: 5"))
                    }
                }
                await firstWriter.send(Self.get)
                let again = try await first.until("ok")
                #expect(again.hasSuffix("ok"))
            }
            // Both are closed now, so that there is room again.
            try await RawConnection.with(address) { reader, writer in
                await writer.send(Self.get)
                let text = try await reader.until("ok")
                #expect(statuses(text) == [200])
            }
        }
    }

    /// Whoever holds all connections does not decide that nobody else is served.
    @Test func servesAnotherAddressInThePlaceOfTheOneWithTheMost() async throws {
        var limits = Self.quick
        limits.connectionsMax = 2
        limits.idleTimeout = .seconds(100)
        limits.requestTimeout = .seconds(100)
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, _ in
            try await RawConnection.with(address) { first, firstWriter in
                await firstWriter.send(Self.get + "GET / HT")
                _ = try await first.until("ok")
                try await RawConnection.with(address) { second, secondWriter in
                    await secondWriter.send(Self.get)
                    _ = try await second.until("ok")
                    try await RawConnection.with(address, from: "127.0.0.2") { other, writer in
                        await writer.send(Self.get)
                        let served = try await other.until("ok")
                        #expect(statuses(served) == [200])
                        // The one that had waited longest is gone, the other one is not.
                        #expect(await first.untilEnd() == "")
                        await secondWriter.send(Self.get)
                        let again = try await second.until("ok")
                        #expect(statuses(again) == [200])
                    }
                }
            }
        }
    }

    @Test func displacesNothingThatTheServerIsAtWorkFor() async throws {
        let gate = Gate()
        var limits = Self.quick
        limits.connectionsMax = 2
        limits.displacedAfter = .nanoseconds(1)
        try await withServer(EchoResponder(gate: gate), limits: limits) { address, _ in
            try await RawConnection.with(address) { first, firstWriter in
                await firstWriter.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                await gate.arrival()
                try await RawConnection.with(address) { second, secondWriter in
                    await secondWriter.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                    await gate.arrival()
                    try await RawConnection.with(address, from: "127.0.0.2") { other, _ in
                        #expect(statuses(await other.untilEnd()) == [503])
                    }
                    gate.open()
                    gate.open()
                    let firstAnswer = try await first.until("waited")
                    #expect(statuses(firstAnswer) == [200])
                    let secondAnswer = try await second.until("waited")
                    #expect(statuses(secondAnswer) == [200])
                }
            }
        }
    }

    @Test func displacesWhatHasWaitedForAWhile() async throws {
        var limits = Self.quick
        limits.connectionsMax = 1
        limits.idleTimeout = .seconds(100)
        limits.displacedAfter = .nanoseconds(1)
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, _ in
            try await RawConnection.with(address) { first, firstWriter in
                await firstWriter.send(Self.get)
                _ = try await first.until("ok")
                try await RawConnection.with(address) { second, secondWriter in
                    await secondWriter.send(Self.get)
                    let served = try await second.until("ok")
                    #expect(statuses(served) == [200])
                    #expect(await first.untilEnd() == "")
                }
            }
        }
    }

    /// Answers that nobody reads do not fill the memory, and do not keep others from theirs.
    @Test func closesOnWhoeverLeavesMostUnread() async throws {
        var limits = Self.quick
        limits.unreadBytesMax = 40 << 20
        limits.idleTimeout = .seconds(100)
        let long = "GET /long HTTP/1.1\r\nHost: a\r\n\r\n"
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, _ in
            try await RawConnection.with(address) { silent, silentWriter in
                await silentWriter.send(long)
                let begin = try await silent.until("\r\n\r\n")
                #expect(statuses(begin) == [200])
                try await RawConnection.with(address, from: "127.0.0.2") { other, writer in
                    for _ in 0..<2 {
                        await writer.send(long)
                        let head = try await other.until("\r\n\r\n")
                        #expect(statuses(head) == [200])
                        let isWhole = try await other.count(32 << 20)
                        #expect(isWhole)
                    }
                    let text = await silent.untilEnd()
                    #expect(text.utf8.count < 32 << 20)
                }
            }
        }
    }

    @Test func finishesWhatWasBegunBeforeItStops() async throws {
        let gate = Gate()
        try await withServer(EchoResponder(gate: gate)) { address, group in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
                await gate.arrival()
                await group.triggerGracefulShutdown()
                gate.open()
                let text = await reader.untilEnd()
                #expect(statuses(text) == [200])
                #expect(text.hasSuffix("waited"))
            }
        }
    }

    @Test func stopsInTimeWhileAClientIsStillSending() async throws {
        var limits = HTTPLimits()
        limits.stopTimeout = .milliseconds(300)
        try await withServer(EchoResponder(gate: Gate()), limits: limits) { address, group in
            try await RawConnection.with(address) { reader, writer in
                await writer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
                await group.triggerGracefulShutdown()
                let text = await reader.untilEnd()
                #expect(!text.contains("got"))
            }
        }
    }

    @Test func saysThatAPortIsInUse() async throws {
        try await withServer(EchoResponder(gate: Gate())) { address, _ in
            await #expect(throws: ServerError.addressInUse(address)) {
                try await withServer(EchoResponder(gate: Gate()), address: address) { _, _ in }
            }
        }
    }
}
