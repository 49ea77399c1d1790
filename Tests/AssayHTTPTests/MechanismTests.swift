import AssayCrypto
import AssayTLog
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import AssayHTTP

/// The parts of the service that need no ledger and no socket.
@Suite struct MechanismTests {
    @Test func bucketsGiveTheirBurstAndThenTheirRate() {
        let begin = ContinuousClock.now
        let limiter = RateLimiter(RateLimit(perSecond: 2, burst: 3), keysMax: 2, at: begin)
        #expect(
            (0..<4).map { _ in limiter.take(for: [1], at: begin) == .zero }
                == [true, true, true, false])
        #expect(limiter.take(for: [1], at: begin) == .milliseconds(500))
        #expect(limiter.take(for: [1], at: begin + .milliseconds(500)) == .zero)
        #expect(limiter.take(for: [1], at: begin + .milliseconds(500)) > .zero)
        #expect(limiter.take(3, for: [1], at: begin + .seconds(60)) == .zero)
        #expect(limiter.take(1, for: [1], at: begin + .seconds(60)) > .zero)
        #expect(limiter.take(for: [2], at: begin) == .zero)
    }

    /// More keys than are remembered share one bucket, until others are full and forgotten.
    @Test func bucketsAreBounded() {
        let begin = ContinuousClock.now
        let limiter = RateLimiter(RateLimit(perSecond: 1, burst: 1), keysMax: 2, at: begin)
        #expect(limiter.take(for: [1], at: begin) == .zero)
        #expect(limiter.take(for: [2], at: begin) == .zero)
        #expect(limiter.take(for: [3], at: begin) == .zero)
        #expect(limiter.take(for: [4], at: begin) > .zero)
        #expect(limiter.take(for: [1], at: begin) > .zero)
        let later = begin + .seconds(5)
        #expect(limiter.take(for: [5], at: later) == .zero)
        #expect(limiter.take(for: [6], at: later) == .zero)
    }

    @Test func chargingGoesBelowZeroAndWaitingTakesNothing() {
        let begin = ContinuousClock.now
        let limiter = RateLimiter(RateLimit(perSecond: 1, burst: 2), keysMax: 2, at: begin)
        for _ in 0..<5 { #expect(limiter.wait(for: [1], at: begin) == .zero) }
        limiter.charge(4, to: [1], at: begin)
        #expect(limiter.wait(for: [1], at: begin) == .seconds(3))
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZip", true), ("br, gzip", true),
            ("gzip;q=0", false), ("gzip; q=0.000", false), ("gzip;q=0.1", true), ("*", true),
            ("*;q=0", false), ("identity", false), ("gzip;q=0, *", false), ("deflate, br", false),
            ("x-gzip", true), ("gzip;q=x", false),
        ] as [(String?, Bool)])
    func readsAcceptEncoding(field: String?, allows: Bool) {
        #expect(AcceptEncoding.allowsGzip(field) == allows)
    }

    @Test func compressesTheSameBytesToTheSameMember() throws {
        for count in [0, 1, 1000, 300_000] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 3) }
            let first = try #require(Gzip.compress(bytes))
            #expect(first == Gzip.compress(bytes))
            #expect(first.starts(with: [0x1f, 0x8b, 8]))
            // RFC 1952 section 2.3.1: the last four bytes are the size of the input.
            let size = first.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(size == count)
        }
    }

    @Test func readsTargetsInBothForms() throws {
        func target(_ path: String, authority: String? = "a") throws -> RequestTarget {
            try RequestTarget(
                HTTPRequest(method: .get, scheme: "http", authority: authority, path: path))
        }
        #expect(try target("/a?b=c?d") == target("http://other:80/a?b=c?d"))
        #expect(try target("https://other?x").path == [0x2f])
        #expect(try target("/a?").query.isEmpty)
        for path in ["", "*", "a", "ftp://a/b", "a:443"] {
            #expect(throws: Problem.self, "\(path)") { try target(path) }
        }
        #expect(throws: Problem.self) { try target("/", authority: nil) }
    }

    @Test func readsListenAddresses() {
        #expect(
            ListenAddress("127.0.0.1:8080") == ListenAddress(host: "127.0.0.1", port: 8080))
        #expect(ListenAddress("[::1]:0") == ListenAddress(host: "::1", port: 0))
        #expect(ListenAddress("[::1]:0")?.description == "[::1]:0")
        for text in ["", ":80", "a", "a:", "a:65536", "a:-1", "a:x"] {
            #expect(ListenAddress(text) == nil, "\(text)")
        }
    }

    @Test func escapesMetricLabels() {
        let metrics = LogMetrics()
        metrics.cosigned(by: "a\"b\\c\nd", in: .milliseconds(3))
        let text = metrics.text(at: .now)
        #expect(
            text.contains(
                #"assay_cosignature_seconds_bucket{witness="a\"b\\c\nd",le="0.005"} 1"#))
        #expect(
            text.contains(
                #"assay_cosignature_seconds_bucket{witness="a\"b\\c\nd",le="0.0025"} 0"#))
    }

    /// The clock's whole table: what waits for what.
    @Test func clocksSayWhatExpiresNext() {
        func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }
        var clock = ConnectionClock(
            requestTimeout: .seconds(30), idleTimeout: .seconds(60), at: at(0))
        #expect(clock.nextExpiry?.expiry == .idle)
        #expect(clock.nextExpiry?.deadline == at(60))
        clock.received(at: at(10))
        clock.received(at: at(20))
        #expect(clock.nextExpiry?.expiry == .slowRequest)
        #expect(clock.nextExpiry?.deadline == at(40))
        clock.requestBegan(at: at(21))
        #expect(clock.nextExpiry?.deadline == at(40))
        clock.requestArrived()
        #expect(clock.nextExpiry == nil)
        clock.writeBegan(at: at(50))
        #expect(clock.nextExpiry?.expiry == .unreadAnswer)
        #expect(clock.nextExpiry?.deadline == at(110))
        clock.answered(at: at(51))
        clock.writeEnded(at: at(70))
        #expect(clock.nextExpiry?.expiry == .idle)
        #expect(clock.nextExpiry?.deadline == at(130))
        clock.stop(at: at(100))
        #expect(clock.nextExpiry?.expiry == .stopped)
        clock.linger(until: at(80))
        #expect(clock.nextExpiry?.expiry == .lingered)
    }
}

@Suite struct TurnsTests {
    private final class Crowd: Sendable {
        let inside = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let served = Atomic<Int>(0)
    }

    /// Never more at once than there are turns, and everybody gets one.
    @Test func letsSomeInAtOnce() async {
        let turns = Turns(3)
        let seen = Crowd()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    await turns.take {
                        let count = seen.inside.add(1, ordering: .relaxed).newValue
                        seen.most.max(count, ordering: .relaxed)
                        for _ in 0..<5 { await Task.yield() }
                        seen.inside.subtract(1, ordering: .relaxed)
                        seen.served.add(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect(seen.served.load(ordering: .relaxed) == 200)
        #expect((1...3).contains(seen.most.load(ordering: .relaxed)))
    }

    /// A turn that ends with an error is given back.
    @Test func givesATurnBackAfterAnError() async {
        let turns = Turns(1)
        for _ in 0..<3 {
            await #expect(throws: ConfigurationError.notAnObject) {
                try await turns.take { () async throws(ConfigurationError) in throw .notAnObject }
            }
        }
    }
}
