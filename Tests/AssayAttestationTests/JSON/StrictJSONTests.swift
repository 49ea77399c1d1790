import AssayAttestation
import AssayCrypto
import Testing

@Suite struct StrictJSONTests {
    static func reason(_ text: String) -> JSONError? {
        do throws(JSONError) {
            _ = try StrictJSON.parse([UInt8](text.utf8))
            return nil
        } catch { return error }
    }

    @Test func keepsNumbersAndOrder() throws {
        let value = try StrictJSON.parse(
            [UInt8](#" {"b":1.50e+2,"a":[true,null,"\u00e9\ud83d\ude00"]} "#.utf8))
        #expect(value.object?.members.map(\.name) == ["b", "a"])
        #expect(value["b"]?.number?.lexeme == "1.50e+2")
        #expect(value["a"]?.array?[2].text == "é😀")
        #expect(
            String(decoding: try JCS.serialize(value), as: UTF8.self)
                == #"{"a":[true,null,"é😀"],"b":150}"#)
    }

    @Test func refusesWhatHasTwoMeaningsOrNone() {
        let cases: [(String, JSONError.Reason, Int)] = [
            ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
            (#"{"a":1,"a":2}"#, .duplicateMember("a"), 7),
            (#"{"a":1,"\u0061":2}"#, .duplicateMember("a"), 7),
            ("1 2", .trailingBytes, 2), ("1\u{0}", .trailingBytes, 1),
            ("[1,]", .unexpectedByte(0x5d), 3), (#"{"a":1,}"#, .unexpectedByte(0x7d), 7),
            ("01", .invalidNumber, 0), ("-", .invalidNumber, 1), ("1.", .invalidNumber, 2),
            ("1e", .invalidNumber, 2), ("+1", .unexpectedByte(0x2b), 0),
            ("NaN", .unexpectedByte(0x4e), 0), ("-Infinity", .invalidNumber, 1),
            (#""\ud800""#, .loneSurrogate, 3), (#""\udc00""#, .loneSurrogate, 3),
            (#""\x""#, .invalidEscape, 2), ("\"\t\"", .controlCharacter(9), 1),
            ("\u{feff}1", .byteOrderMark, 0), ("nul", .unexpectedEnd, 3),
            ("'a'", .unexpectedByte(0x27), 0), ("/**/1", .unexpectedByte(0x2f), 0),
        ]
        for (text, reason, offset) in cases {
            #expect(Self.reason(text) == JSONError(reason, at: offset), "\(text)")
        }
        #expect(
            Self.reason(String(repeating: "[", count: 33)) == JSONError(.tooDeep(limit: 32), at: 32)
        )
        #expect(
            Self.reason(String(repeating: "[", count: 32) + String(repeating: "]", count: 32))
                == nil)
        let duplicateAmongMany = "{" + (0..<20).map { "\"m\($0)\":0," }.joined() + "\"m3\":1}"
        #expect(Self.reason(duplicateAmongMany)?.reason == .duplicateMember("m3"))
    }

    @Test func refusesInvalidUTF8() {
        for bytes: [UInt8] in [
            [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80],
        ] {
            #expect(throws: JSONError(.invalidUTF8, at: 0)) {
                try StrictJSON.parse([0x22] + bytes + [0x22])
            }
        }
    }

    @Test func nonFiniteNumbersOnlyOnRequest() throws {
        let lax = StrictJSON.Limits(allowsNonFiniteNumbers: true)
        let value = try StrictJSON.parse([UInt8]("[NaN,Infinity,-Infinity,-1]".utf8), limits: lax)
        #expect(value.array?.map { $0.number?.isJSON } == [false, false, false, true])
        #expect(throws: JCSError.nonFiniteNumber("NaN")) { try JCS.serialize(value) }
    }

    @Test func canonicalNumbers() throws {
        let cases = [
            ("0", "0"), ("-0", "0"), ("1E30", "1e+30"), ("4.50", "4.5"), ("2e-3", "0.002"),
            ("0.000000000000000000000000001", "1e-27"), ("1e21", "1e+21"),
            ("333333333.33333329", "333333333.3333333"), ("1e20", "100000000000000000000"),
            ("0.000001", "0.000001"), ("1e-7", "1e-7"), ("-5e-324", "-5e-324"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("9007199254740993", "9007199254740992"),
            ("123456789012345680000", "123456789012345680000"),
        ]
        for (source, canonical) in cases {
            let bytes = try JCS.serialize(try StrictJSON.parse([UInt8](source.utf8)))
            #expect(String(decoding: bytes, as: UTF8.self) == canonical)
        }
    }

    @Test func membersSortByUTF16() throws {
        let value = try StrictJSON.parse([UInt8](#"{"\ue000":1,"\ud800\udc00":2,"a":3}"#.utf8))
        #expect(
            String(decoding: try JCS.serialize(value), as: UTF8.self)
                == "{\"a\":3,\"\u{10000}\":2,\"\u{e000}\":1}")
    }
}
