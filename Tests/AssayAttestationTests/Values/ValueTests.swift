import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

@Suite struct TimestampTests {
    static func time(_ text: String) -> Timestamp? { Timestamp(Text(text)) }

    /// Days counted one by one from 1970 forward and backward, with leap years as their rule says.
    @Test func everyDayOfSixCenturies() {
        func length(_ month: Int, _ year: Int) -> Int {
            let isLeap = year % 400 == 0 || year % 4 == 0 && year % 100 != 0
            return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }
        func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        var days: [(Int64, String)] = []
        var day: Int64 = 0
        for year in 1970..<2301 {
            for month in 1...12 {
                for date in 1...length(month, year) {
                    days.append((day, "\(year)-\(padded(month))-\(padded(date))"))
                    day += 1
                }
            }
        }
        day = 0
        for year in (1700..<1970).reversed() {
            for month in (1...12).reversed() {
                for date in (1...length(month, year)).reversed() {
                    day -= 1
                    days.append((day, "\(year)-\(padded(month))-\(padded(date))"))
                }
            }
        }
        var wrong: [String] = []
        for (day, date) in days {
            let text = "\(date)T23:59:59Z"
            let seconds = day * 86_400 + 86_399
            if Self.time(text)?.unixSeconds != seconds
                || Timestamp(unixSeconds: seconds)?.text != Text(text)
            {
                wrong.append(text)
            }
        }
        #expect(wrong == [])
        #expect(days.count > 219_000)
    }

    @Test func takesOneSpellingOfTimesThatExist() {
        for text in [
            "2026-11-24T22:55:04Z", "2026-11-24T22:55:04.5Z", "2024-02-29T00:00:00.000000001Z",
            "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2000-02-29T12:00:00Z",
        ] { #expect(Self.time(text)?.text == Text(text), "\(text)") }
        for text in [
            "", "2026-11-24", "2026-11-24T22:55:04", "2026-11-24t22:55:04Z",
            "2026-11-24T22:55:04z", "2026-11-24 22:55:04Z", "2026-11-24T22:55:04+00:00",
            "2026-11-24T22:55:60Z", "2026-11-24T24:00:00Z", "2026-11-24T22:60:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-11-24T22:55:04.Z", "2026-11-24T22:55:04.0000000001Z", "2026-11-24T22:55Z",
            "2026-1-24T22:55:04Z", "+026-11-24T22:55:04Z", "0000-01-01T00:00:00Z",
            "2026-11-24T22:55:04Z ", "2026-11-24T22:55:04ZZ", "2026-11-24T22:55:0４Z",
        ] { #expect(Self.time(text) == nil, "\(text)") }
    }

    @Test func offsetsBecomeUTC() {
        let cases = [
            ("2026-11-24T22:55:04+02:00", "2026-11-24T20:55:04Z"),
            ("2026-01-01T00:30:00.250-01:30", "2026-01-01T02:00:00.250Z"),
            ("2024-03-01T00:00:00+14:00", "2024-02-29T10:00:00Z"),
            ("2026-11-24T22:55:04Z", "2026-11-24T22:55:04Z"),
            ("1969-12-31T23:00:00-00:30", "1969-12-31T23:30:00Z"),
        ]
        for (local, utc) in cases {
            #expect(Timestamp(anyOffset: Text(local))?.text == Text(utc), "\(local)")
        }
        for text in [
            "2026-11-24T22:55:04", "2026-11-24T22:55:04+2:00", "2026-11-24T22:55:04+24:00",
            "0001-01-01T00:00:00+00:01",
        ] { #expect(Timestamp(anyOffset: Text(text)) == nil, "\(text)") }
    }

    @Test func orderIsThatOfMoments() throws {
        let texts = [
            "2026-11-24T22:55:04Z", "2026-11-24T22:55:04.05Z", "2026-11-24T22:55:04.5Z",
            "2026-11-24T22:55:05Z",
        ]
        let times = try texts.map { try #require(Self.time($0)) }
        for (left, right) in zip(times, times.dropFirst()) {
            #expect(left.precedes(right))
            #expect(!right.precedes(left))
        }
        let other = try #require(Self.time("2026-11-24T22:55:04.50Z"))
        #expect(!other.precedes(times[2]) && !times[2].precedes(other))
    }
}

@Suite struct ValueTests {
    @Test func decimalsFollowTheGrammar() {
        for text in [
            "0", "-0", "0.825", "1e-07", "1E+5", "-12.50e3", "007.5", "1e400",
            String(repeating: "9", count: 300),
        ] { #expect(DecimalString(Text(text))?.text == Text(text), "\(text)") }
        for text in [
            "", "-", "+1", ".5", "5.", "1e", "1e+", "NaN", "Infinity", "-inf", "1 ", " 1", "1,5",
            "0x1", "1.5.2", "1e5.0", "--1", "１",
        ] { #expect(DecimalString(Text(text)) == nil, "\(text)") }
    }

    @Test func ledgerIdentitiesHaveOneSpelling() throws {
        let digest = AttestationFixtures.digest("ledger")
        let text = "assay1:" + digest.hex
        #expect(LedgerID(Text(text)) == LedgerID(digest))
        #expect(LedgerID(digest).text == Text(text))
        for wrong in [
            "", digest.hex, "assay2:" + digest.hex, "assay1:" + digest.hex.uppercased(),
            text + " ", String(text.dropLast()), text + "0", "ASSAY1:" + digest.hex,
        ] { #expect(LedgerID(Text(wrong)) == nil, "\(wrong)") }
    }

    @Test func trustInputsMayPinAHead() throws {
        let ledger = LedgerID(AttestationFixtures.digest("ledger"))
        let root = AttestationFixtures.digest("root")
        let head = TreeHead(size: TreeSize(300), root: root)
        #expect(TrustedLedger(ledger.text) == TrustedLedger(ledger))
        for spelling in [root.hex, root.base64] {
            let read = TrustedLedger(Text("\(ledger)@300:\(spelling)"))
            #expect(read == TrustedLedger(ledger, pinnedHead: head))
            #expect(read?.text == Text("\(ledger)@300:\(root.hex)"))
        }
        for wrong in [
            "@300:", "\(ledger)@", "\(ledger)@300", "\(ledger)@300:", "\(ledger)@0300:\(root.hex)",
            "\(ledger)@0:\(root.hex)", "\(ledger)@-1:\(root.hex)", "\(ledger)@300:\(root.hex) ",
            "\(ledger)@18446744073709551616:\(root.hex)", "\(ledger)@300:\(root.hex.uppercased())",
            "\(ledger)@1@300:\(root.hex)",
        ] { #expect(TrustedLedger(Text(wrong)) == nil, "\(wrong)") }
    }

    @Test func pointersAreThoseOfRFC6901() throws {
        let document = try StrictJSON.parse(
            [UInt8](#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"~1":9}"#.utf8))
        let cases: [(Text, JSONValue)] = [
            ("", document), ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1),
            ("/c%d", 2), ("/m~0n", 8), ("/~01", 9),
        ]
        for (text, value) in cases {
            let pointer = try #require(JSONPointer(text))
            #expect(pointer.value(in: document) == value, "\(text)")
            #expect(pointer.text == text)
        }
        for text: Text in ["foo", "/a~", "/a~2", "~0", "/foo/~"] {
            #expect(JSONPointer(text) == nil, "\(text)")
        }
        for text: Text in ["/foo/2", "/foo/00", "/foo/-", "/foo/bar", "/x", "/foo/0/0", "//"] {
            #expect(JSONPointer(text)?.value(in: document) == nil, "\(text)")
        }
    }

    @Test func pointersGoNoDeeperThanDocuments() {
        #expect(JSONPointer(Text(String(repeating: "/a", count: 32)))?.tokens.count == 32)
        #expect(JSONPointer(Text(String(repeating: "/a", count: 33))) == nil)
        #expect(JSONPointer(Text(String(repeating: "/", count: 40_000))) == nil)
    }

    @Test func modelsHaveOneDigestEach() throws {
        let id = try #require(ModelID("example-lab/family/atlas@2@2026-10-01"))
        #expect(id.developer == "example-lab")
        #expect(id.name == "family/atlas@2")
        #expect(id.snapshot == "2026-10-01")
        let served = ModelSubject.served(id)
        #expect(
            served.digest
                == SHA256.hash([UInt8]("assay-model/1\0example-lab/family/atlas@2@2026-10-01".utf8))
        )
        #expect(served.subject() == Subject(name: id.text, digest: served.digest))
        let key = [UInt8](repeating: 7, count: 32)
        let hidden = ModelSubject.undisclosed(subject: served.digest, exerciseKey: key)
        #expect(
            hidden.digest
                == HMACSHA256.code(key: key, message: [UInt8]("model".utf8) + served.digest.bytes))
        #expect(hidden.subject().name == nil)
        #expect(ModelID("example-lab/atlas")?.snapshot == nil)
        #expect(ModelID("example-lab/atlas")?.name == "atlas")
        for wrong: Text in [
            "", "atlas@1", "atlas", "lab/", "/atlas@1", "lab/@1", "lab/atlas@", "lab@1/atlas",
            "lab/at las@1", "lab/atlas@1\n",
        ] { #expect(ModelID(wrong) == nil, "\(wrong)") }
    }

    @Test func freeTextMayNameItsLanguage() throws {
        for (tag, isTag) in [
            ("en", true), ("zh-Hant-TW", true), ("sw", true), ("de-1996", true), ("", false),
            ("e_n", false), ("1a", false), ("en-", false), ("abcdefghi", false), ("en--us", false),
        ] { #expect((LanguageTag(Text(tag)) != nil) == isTag, "\(tag)") }
        let text = FreeText("habari", language: LanguageTag("sw"))
        #expect(text.json == ["text": "habari", "lang": "sw"])
        #expect(FreeText("plain").json == "plain")
    }

    @Test func compactJSONKeepsOrderAndNumbers() throws {
        let text = #"{"b":1.50e+2,"a":["/","é","\n\u0001"],"c":{"d":null}}"#
        let value = try StrictJSON.parse([UInt8](text.utf8))
        #expect(String(decoding: CompactJSON.serialize(value), as: UTF8.self) == text)
    }
}
