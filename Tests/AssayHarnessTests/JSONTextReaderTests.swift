import AssayAttestation
import AssayCrypto
import Testing

@testable import AssayHarness

/// Bytes in pieces of one size.
private final class PieceStream: ByteStream {
    private var rest: ArraySlice<UInt8>
    private let count: Int

    init(_ bytes: [UInt8], count: Int) {
        rest = bytes[...]
        self.count = count
    }

    func next() throws(EvaluationLogError) -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

@Suite
struct JSONTextReaderTests {
    private func reader(
        _ text: String, pieces count: Int = 1 << 16, limits: ReadingLimits = ReadingLimits()
    ) -> JSONTextReader {
        JSONTextReader(PieceStream(Array(text.utf8), count: count), limits: limits, member: nil)
    }

    /// Cut anywhere, a text is read alike, and what is passed over leaves the rest in place.
    @Test func piecesDoNotMatter() throws {
        let text = #"""
             { "skip\"ped" : {"a":[1,-2.5e-7,"x\\\"y",[],{},[[{"b":null}]]],"c":true}, "kept":
            ["é\u00e9\n", NaN , -Infinity, {"deep":{"er":[0]}} ] ,"last": "様" } 
            """#
        let expected = try StrictJSON.parse(
            Array(text.utf8), limits: StrictJSON.Limits(allowsNonFiniteNumbers: true))
        for count in 1...text.utf8.count {
            let reader = reader(text, pieces: count)
            var members: [Text: JSONValue] = [:]
            try reader.forEachMember { (name) throws(EvaluationLogError) in
                if name == #"skip"ped"# {
                    try reader.skipValue()
                } else {
                    members[name] = try reader.value()
                }
            }
            try reader.expectEnd()
            #expect(members == ["kept": try #require(expected["kept"]), "last": "様"])
        }
    }

    @Test func elementOffsetsAreExact() throws {
        let text = #" [ {"a":1},{"b":"]"} , 3] "#
        for count in [1, 3, 100] {
            let reader = reader(text, pieces: count)
            var parts: [String] = []
            try reader.forEachElement { () throws(EvaluationLogError) in
                let start = Int(reader.offset)
                try reader.skipValue()
                parts.append(
                    String(decoding: Array(text.utf8)[start..<Int(reader.offset)], as: UTF8.self))
            }
            #expect(parts == [#"{"a":1}"#, #"{"b":"]"}"#, "3"])
        }
    }

    @Test func refusesBrokenStructure() {
        let broken = [
            "", "{", "[", "[1", "[1,", "[1,]", "{}x", "[}", "{]", #"{"a"}"#, #"{"a":}"#,
            #"{"a":1,}"#, #"{"a" 1}"#, "{a:1}", #"["a]"#, #"["\"#, "[\"\u{1}\"]", "[1 2]", "]",
            "[,1]", "nope", "[*]", "[1]]",
        ]
        var accepted: [String] = []
        for text in broken {
            for count in [1, 100] {
                do {
                    let reader = reader(text, pieces: count)
                    try reader.skipValue()
                    try reader.expectEnd()
                    // The words of scalars that are passed over are not read.
                    if text != "nope" { accepted.append(text) }
                } catch {}
                do {
                    let reader = reader(text, pieces: count)
                    _ = try reader.value()
                    try reader.expectEnd()
                    accepted.append(text)
                } catch {}
            }
        }
        #expect(accepted == [])
    }

    @Test func refusesRepeatedNames() {
        for text in [#"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#] {
            #expect(throws: EvaluationLogError.self) {
                let reader = reader(text)
                try reader.forEachMember { (_) throws(EvaluationLogError) in
                    try reader.skipValue()
                }
            }
        }
    }

    @Test func bounds() throws {
        var limits = ReadingLimits()
        limits.depth = 20
        limits.valueBytes = 1000
        for (depth, isAllowed) in [(20, true), (21, false), (100_000, false)] {
            let text =
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            for takes in [false, true] {
                let reader = reader(text, pieces: 7, limits: limits)
                let works: Bool
                do throws(EvaluationLogError) {
                    if takes { _ = try reader.value() } else { try reader.skipValue() }
                    works = true
                } catch {
                    works = false
                    #expect(
                        error == .exceeds(.depth, limit: 20, member: nil)
                            || error == .exceeds(.valueBytes, limit: 1000, member: nil))
                }
                // A short value may be as deep as is allowed; a long one is too long as well.
                #expect(works == isAllowed)
            }
        }
        let long = "[\"" + String(repeating: "x", count: 5000) + "\"]"
        try reader(long, pieces: 64, limits: limits).skipValue()
        #expect(throws: EvaluationLogError.exceeds(.valueBytes, limit: 1000, member: nil)) {
            try reader(long, pieces: 64, limits: limits).value()
        }
    }
}
