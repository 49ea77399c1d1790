import AssayVerification
import Testing

@Suite struct TextTests {
    @Test func timesAreUTC() {
        let cases: [(UInt64, String)] = [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (951_868_800, "2000-03-01T00:00:00Z"),
            (1_795_565_536, "2026-11-25T00:12:16Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_800, "10000-01-01T00:00:00Z"),
        ]
        for (seconds, text) in cases { #expect(UTCTime.text(of: seconds) == text) }
    }

    @Test func hiddenAndControlScalarsAreShown() {
        #expect(EscapedText.escape("plain text, é 日本 😀") == "plain text, é 日本 😀")
        #expect(EscapedText.escape("a\nVERIFIED\r\u{1b}[0m") == "a\\u{a}VERIFIED\\u{d}\\u{1b}[0m")
        #expect(
            EscapedText.escape("\u{202e}x\u{200b}\u{2028}\u{feff}\u{a0}")
                == "\\u{202e}x\\u{200b}\\u{2028}\\u{feff}\\u{a0}")
        #expect(EscapedText.escape(#"\u{a}"#) == #"\\u{a}"#)
    }

    @Test func worstVerdictCounts() {
        #expect(Verdict.worst(of: [.verified, .rejected, .verifiedAsShown]) == .rejected)
        #expect(Verdict.worst(of: [Verdict]()) == .undecided)
        #expect(Verdict.allCases.map(\.exitStatus).sorted() == [0, 0, 1, 2, 3, 4])
    }
}
