import AssayAttestation
import AssayCrypto
import AssayLog
import AssayTLog
import AssayTestSupport
import AssayVerification
import HTTPTypes
import HummingbirdCore
import Testing

@testable import AssayHTTP

/// What the service answers to `GET`.
@Suite struct ReadingRouteTests {
    let fixture: LedgerFixture
    let ledger: Ledger
    let service: ServiceFixture

    /// The genesis of size 1 and 299 results; made once, since no test here changes it.
    private static let made = Task {
        let fixture = try LedgerFixture()
        let ledger = try await fixture.openInMemory().ledger
        _ = try await ledger.submitAll(0..<299, of: fixture)
        return (fixture, ledger, ServiceFixture(ledger))
    }

    init() async throws {
        (fixture, ledger, service) = try await Self.made.value
    }

    @Test func showsTheCheckpoint() async throws {
        let answer = await service.get("/checkpoint")
        #expect(answer.status == .ok)
        #expect(answer.fields[.contentType] == "text/plain; charset=utf-8")
        #expect(answer.fields[.cacheControl] == "public, max-age=1")
        let note = try SignedNote(bytes: answer.bytes)
        let checkpoint = try Checkpoint(noteText: note.text)
        #expect(checkpoint.head.size == TreeSize(300))
        let tag = try #require(answer.fields[.eTag])
        let again = await service.get("/checkpoint", fields: [.ifNoneMatch: tag])
        #expect(again.status == .notModified)
        #expect(again.bytes.isEmpty)
        #expect(again.fields[.eTag] == tag)
        let other = await service.get("/checkpoint", fields: [.ifNoneMatch: "\"x\", W/\(tag)"])
        #expect(other.status == .notModified)
        let changed = await service.get("/checkpoint", fields: [.ifNoneMatch: "\"x\""])
        #expect(changed.status == .ok)
    }

    @Test func showsTilesFromWhichTheRootFollows() async throws {
        let full = await service.get("/tile/0/000")
        let partial = await service.get("/tile/0/001.p/44")
        let upper = await service.get("/tile/1/000.p/1")
        #expect([full, partial, upper].map(\.status) == [.ok, .ok, .ok])
        #expect([full, partial, upper].map(\.bytes.count) == [8192, 44 * 32, 32])
        for answer in [full, partial, upper] {
            #expect(answer.fields[.contentType] == "application/octet-stream")
            #expect(answer.fields[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(answer.fields[.eTag] != nil)
        }
        let hashes =
            try HashTile(bytes: full.bytes, width: 256).hashes
            + HashTile(bytes: partial.bytes, width: 44).hashes
        let note = try SignedNote(bytes: #require(await ledger.checkpoint).note)
        #expect(
            MerkleTree.root(ofLeafHashes: hashes[...])
                == (try Checkpoint(noteText: note.text).head.root))
    }

    @Test func showsEntryBundlesCompressedOnDemand() async throws {
        let plain = await service.get("/tile/entries/000")
        let zipped = await service.get(
            "/tile/entries/000", fields: [.acceptEncoding: "br, gzip;q=0.5"])
        #expect(plain.fields[.contentEncoding] == nil)
        #expect(zipped.fields[.contentEncoding] == "gzip")
        #expect(plain.fields[.vary] == "Accept-Encoding")
        #expect(zipped.fields[.vary] == "Accept-Encoding")
        #expect(plain.fields[.eTag] != zipped.fields[.eTag])
        #expect(zipped.bytes.count < plain.bytes.count)
        let bundle = try EntryBundle(bytes: plain.bytes, width: 256)
        #expect(bundle.entries[0] == fixture.genesis.bytes)
        let refused = await service.get(
            "/tile/entries/000", fields: [.acceptEncoding: "gzip;q=0, identity"])
        #expect(refused.fields[.contentEncoding] == nil)
    }

    /// Sizes 1 and 300 were signed, and at most the sizes of the steps between them.
    @Test func showsOnlyTilesThatACheckpointRequired() async throws {
        #expect(await service.get("/tile/0/000.p/1").status == .ok)
        for path in [
            "/tile/0/001", "/tile/0/001.p/45", "/tile/0/002.p/1", "/tile/1/000",
            "/tile/1/000.p/2", "/tile/1/001.p/1", "/tile/2/000.p/1", "/tile/entries/001",
            "/tile/63/000", "/tile/0/x999/x999/x999/x999/x999/999",
        ] {
            let answer = await service.get(path)
            #expect(answer.status == .notFound, "\(path)")
            #expect(try answer.problemCode == "not-found", "\(path)")
        }
    }

    @Test func showsOneEntryByIndexAndByLeafHash() async throws {
        let byIndex = try await service.get("/entries/5").json
        let hash = try #require(byIndex["leafHash"]?.text)
        let byHash = try await service.get("/entries/\(hash)").json
        #expect(byIndex == byHash)
        #expect(byIndex["index"]?.number?.count == 5)
        #expect(byIndex["treeSize"]?.number?.count == 300)
        #expect(byIndex["type"]?.text == "urn:assay:evaluation-result:v1")
        let signer = try #require(byIndex["signers"]?.array?.first)
        #expect(signer["member"]?.text == "northland")
        #expect(signer["uses"]?.array?.isEmpty == false)
        #expect(byIndex["statement"]?["predicateType"]?.text == "urn:assay:evaluation-result:v1")
        #expect(byIndex["envelope"]?["payload"] != nil)
        let genesis = try await service.get("/entries/0").json
        #expect(genesis["type"]?.text == "urn:assay:charter:v1")
        #expect(genesis["signers"]?.array?.contains { $0["ledger"]?.bool == true } == true)
    }

    @Test func showsBundlesThatVerify() async throws {
        for path in ["/entries/5/bundle", "/entries/5/bundle?complete=false", "/charter/bundle"] {
            let answer = await service.get(path)
            #expect(answer.status == .ok)
            #expect(answer.fields[.contentType] == "application/vnd.assay.bundle+json")
            let bundle = try Bundle(parsing: answer.bytes)
            #expect(bundle.ledger == fixture.ledger)
            #expect(bundle.entries.first?.role == .charter)
        }
        let complete = await service.get("/entries/5/bundle?complete=true")
        #expect(try complete.problemCode == "malformed")
    }

    @Test func listsEntriesInPages() async throws {
        var indexes: [UInt64] = []
        var next: UInt64?
        repeat {
            let after = next.map { "&after=\($0)" } ?? ""
            let page = try await service.get("/entries?signer=northland&limit=120" + after).json
            #expect(page["treeSize"]?.number?.count == 300)
            indexes += try #require(page["entries"]?.array).compactMap {
                $0["index"]?.number?.count
            }
            next = page["next"]?.number?.count
        } while next != nil
        #expect(indexes == Array(0..<300))
    }

    @Test func listsEntriesByEachKey() async throws {
        let entry = try await service.get("/entries/5").json
        let statement = try Statement(
            parsing: Envelope(canonicalEntry: try #require(try await ledger.entry(at: .init(5))))
                .payload)
        guard case .evaluationResult(let result) = statement.predicate else {
            Issue.record("entry 5 is \(statement.predicateType)")
            return
        }
        let subject = statement.subjects[0].digest.hex
        let evaluation = try #require(result.protocolDigest?.value).hex
        var counts: [String: Int] = [
            "subject=\(subject)": 299, "evaluation=\(evaluation)": 299, "signer=northland": 300,
            "type=urn:assay:charter:v1": 1, "type=urn%3Aassay%3Aevaluation-result%3Av1": 299,
            "type=urn:assay:correction:v1": 0, "signer=nobody": 0,
            "subject=\(String(repeating: "0", count: 64))": 0,
            "subject=\(subject)&signer=northland&after=290": 9,
            "type=urn:assay:charter:v1&evaluation=\(evaluation)": 0, "": 300, "after=299": 0,
        ]
        if let plan = result.protocolEntry { counts["about=\(plan.hex)"] = 299 }
        for (query, count) in counts {
            let answer = await service.get(
                "/entries?limit=1000" + (query.isEmpty ? "" : "&" + query))
            #expect(try answer.json["entries"]?.array?.count == count, "\(query)")
        }
        #expect(entry["referredToBy"]?.array == [])
    }

    @Test(arguments: [
        "/entries?limit=0", "/entries?limit=1001", "/entries?limit=01", "/entries?limit=x",
        "/entries?after=-1", "/entries?after=", "/entries?subject=x", "/entries?type=urn:x",
        "/entries?signer=", "/entries?signer=0.5", "/entries?signer=-a", "/entries?signer=A",
        "/entries?signer=a&signer=b", "/entries?unknown=1", "/entries?%zz=1",
        "/entries?signer=%ff", "/entries?signer=%4", "/entries?&", "/entries?evaluation=ABC",
        "/checkpoint?x=1", "/entries/5?x", "/entries/5/bundle?complete=maybe", "/charter?a=b",
    ])
    func refusesBadQueries(target: String) async throws {
        #expect(try await service.get(target).problemCode == "malformed")
    }

    @Test(arguments: [
        "/x", "/checkpoint/", "//checkpoint", "/./checkpoint", "/%63heckpoint", "/Checkpoint",
        "/entries/", "/entries/05", "/entries/-1", "/entries/300", "/entries/5/", "/entries/5/x",
        "/entries/" + String(repeating: "a", count: 64),
        "/entries/" + String(repeating: "A", count: 64), "/entries/99999999999999999999",
        "/tile/0/0", "/tile/0/00", "/tile/00/000", "/tile/0/x000/000", "/tile/64/000",
        "/tile/0/000.p/0", "/tile/0/000.p/256", "/tile/0/000.p/01", "/tile/0/000/", "/tile/0",
        "/tile//000", "/tile/entries/0", "/tile/-1/000", "/tile/0/000.p", "/charter/x", "/batch",
        "/" + String(repeating: "a", count: 4000),
    ])
    func answersUnknownPathsWith404(path: String) async throws {
        let answer = await service.get(path)
        #expect(answer.status == .notFound)
        #expect(try answer.problemCode == "not-found")
    }

    @Test func answersWrongMethodsWith405() async throws {
        for (path, method, allowed) in [
            ("/checkpoint", HTTPRequest.Method.post, "GET, HEAD"),
            ("/entries", .put, "GET, HEAD, POST"), ("/entries/batch", .get, "POST"),
            ("/entries/5", .delete, "GET, HEAD"), ("/tile/0/000", .patch, "GET, HEAD"),
            ("/", .options, "GET, HEAD"), ("/metrics", .trace, "GET, HEAD"),
        ] {
            let answer = await service.ask(method, path)
            #expect(answer.status == .methodNotAllowed, "\(path)")
            #expect(answer.fields[.allow] == allowed, "\(path)")
            #expect(try answer.problemCode == "method-not-allowed", "\(path)")
        }
    }

    @Test func answersHeadWithTheFieldsOfGet() async throws {
        for path in ["/checkpoint", "/tile/0/000", "/entries/5", "/", "/x"] {
            let get = await service.get(path)
            let head = await service.ask(.head, path)
            #expect(head.status == get.status && head.fields == get.fields, "\(path)")
            let written = head.response(to: .head)
            #expect(written.body.contentLength == 0)
            #expect(written.headers[.contentLength] == String(get.bytes.count))
        }
    }

    @Test func showsTheCharterInForce() async throws {
        let json = try await service.get("/charter").json
        #expect(json["ledger"]?.text == fixture.ledger.text)
        #expect(json["treeSize"]?.number?.count == 300)
        #expect(json["charter"]?["version"]?.number?.count == 1)
        #expect(json["voting"]?["split"]?.number?.count != nil)
    }

    @Test func showsTheStartPageWithoutAnyScript() async throws {
        let answer = await service.get("/")
        #expect(answer.fields[.contentType] == "text/html; charset=utf-8")
        let policy = try #require(answer.fields[.contentSecurityPolicy])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(answer.fields[.xContentTypeOptions] == "nosniff")
        #expect(answer.text.contains(fixture.ledger.text.string))
        #expect(answer.text.contains("<dd>300</dd>"))
        #expect(!answer.text.contains("<script"))
    }

    @Test func saysWhetherItIsAliveAndReady() async throws {
        #expect(await service.get("/healthz").status == .ok)
        #expect(await service.get("/readyz").status == .ok)
        let stopped = ServiceFixture(ScriptedLedger(base: ledger, stopCause: .shutDown))
        #expect(await stopped.get("/healthz").status == .ok)
        let answer = await stopped.get("/readyz")
        #expect(answer.status == .serviceUnavailable)
        #expect(try answer.problemCode == "not-ready")
    }

    @Test func answersAFaultOfTheStoreWith503() async throws {
        let broken = ServiceFixture(
            ScriptedLedger(base: ledger, fault: .failed(code: 10, operation: "read")))
        for path in [
            "/tile/0/000", "/entries/5", "/entries/5/bundle", "/charter/bundle", "/entries",
            "/entries/" + String(repeating: "a", count: 64),
        ] {
            #expect(try await broken.get(path).problemCode == "storage-unavailable", "\(path)")
        }
    }

    /// Under a charter that asks for witnesses nothing is shown before they have cosigned, but for
    /// the tiles that they read.
    @Test func showsNothingThatLacksItsQuorum() async throws {
        let fixture = try LedgerFixture(hasWitnesses: true)
        let (ledger, _) = try await fixture.openInMemory()
        let submission = try CharterRules.read(fixture.envelope(0).canonicalEntry)
        let receipt = try await ledger.submit(submission, wait: .signed)
        let service = ServiceFixture(ledger)
        let checkpoint = await service.get("/checkpoint")
        #expect(try checkpoint.problemCode == "not-ready")
        #expect(checkpoint.fields[.retryAfter] != nil)
        for path in ["/entries/0", "/entries/1", "/charter/bundle", "/entries/1/bundle"] {
            #expect(try await service.get(path).problemCode == "not-ready", "\(path)")
        }
        #expect(await service.get("/tile/0/000.p/2").status == .ok)
        #expect(try await service.get("/entries").json["treeSize"]?.number?.count == 0)
        #expect(await service.get("/metrics").text.contains("assay_quorum_met 0.0\n"))
        let signed = try await ledger.bundle(of: receipt, submitted: submission)
        #expect(try Bundle(parsing: signed).entries.map(\.index.value) == [0, 1])
    }

    /// A log whose witnesses do not answer is alive and not ready.
    @Test(arguments: [
        (QuorumStanding.notAsked, true), (.met, true), (.pending, true), (.outOfReach, false),
    ])
    func isReadyIfWitnessesAnswer(quorum: QuorumStanding, isReady: Bool) async throws {
        var scripted = ScriptedLedger(base: ledger)
        scripted.quorum = quorum
        let service = ServiceFixture(scripted)
        #expect(try await service.get("/readyz").problemCode == (isReady ? nil : "not-ready"))
        #expect(await service.get("/healthz").status == .ok)
    }

    @Test func measuresRoutesByTemplate() async throws {
        let service = ServiceFixture(ledger)
        for path in ["/entries/1", "/entries/2", "/tile/0/000", "/nowhere", "/else\"where"] {
            _ = await service.get(path)
        }
        let answer = await service.get("/metrics")
        #expect(answer.fields[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = Set(answer.text.split(separator: "\n").map(String.init))
        for line in [
            #"assay_http_requests_total{route="/entries/{reference}",status="200"} 2"#,
            #"assay_http_requests_total{route="/tile",status="200"} 1"#,
            #"assay_http_requests_total{route="none",status="404"} 2"#,
            #"assay_refusals_total{code="not-found"} 2"#, "assay_tree_size 300.0",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        for name in [
            "assay_entries_total", "assay_tree_size", "assay_checkpoint_age_seconds",
            "assay_append_seconds", "assay_batch_entries", "assay_cosignature_seconds",
            "assay_quorum_met", "assay_refusals_total", "assay_store_errors_total",
            "assay_http_requests_total",
        ] {
            #expect(answer.text.contains("# TYPE \(name) "), "\(name)")
        }
    }

    /// A long list is more work than a tile, and counts so.
    @Test func countsAListByItsLength() async throws {
        var limits = HTTPLimits()
        limits.readsPerAddress = RateLimit(perSecond: 0.001, burst: 12)
        let service = ServiceFixture(ledger, limits: limits)
        for (path, status) in [
            ("/entries?limit=1000", 200), ("/checkpoint", 429),
        ] {
            #expect(await service.ask(.get, path).status.code == status, "\(path)")
        }
        let other = ServiceFixture(ledger, limits: limits)
        for (path, status) in [
            ("/entries?limit=100", 200), ("/entries?limit=100", 429), ("/checkpoint", 200),
            ("/checkpoint", 429),
        ] {
            #expect(await other.ask(.get, path).status.code == status, "\(path)")
        }
    }

    @Test func limitsTheRateOfReading() async throws {
        var limits = HTTPLimits()
        limits.readsPerAddress = RateLimit(perSecond: 0.001, burst: 3)
        let service = ServiceFixture(ledger, limits: limits)
        var statuses: [Int] = []
        for _ in 0..<5 { statuses.append(await service.get("/checkpoint").status.code) }
        #expect(statuses == [200, 200, 200, 429, 429])
    }
}
