import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// Folder jcs.
@Suite struct JSONVectorSuite {
    @Test func numbers() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("jcs/numbers.json", count: 1260) {
            let lexeme = try vector.string("name")
            let value = try StrictJSON.parse(lexeme.utf8)
            let bits = try #require(UInt64(bigEndianBytes: try vector.hex("ieee")))
            if value.number?.double.bitPattern != bits { wrong.append("\(lexeme): value") }
            if try JCS.serialize(value) != vector.string("canonical").utf8 {
                wrong.append("\(lexeme): text")
            }
        }
        #expect(wrong == [])
    }

    @Test func values() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("jcs/values.json", count: 78) {
            let canonical = try vector.string("canonical").utf8
            let value = try StrictJSON.parse(try vector.string("json").utf8)
            let again = try JCS.serialize(try StrictJSON.parse(canonical))
            if try JCS.serialize(value) != canonical || again != canonical {
                wrong.append(try vector.string("name").string)
            }
        }
        #expect(wrong == [])
    }

    @Test func strictReader() throws {
        try VectorFile.compare("jcs/strict.json", count: 102) { vector in
            let bytes = try vector.raw("json")
            do throws(JSONError) {
                _ = try StrictJSON.parse(bytes)
                return ["accept"]
            } catch {
                switch error.reason {
                case .unexpectedEnd: return ["malformed: end"]
                case .byteOrderMark: return ["malformed: bom"]
                case .invalidUTF8: return ["malformed: utf8"]
                case .loneSurrogate: return ["malformed: surrogate"]
                case .duplicateMember: return ["malformed: duplicate"]
                case .tooDeep: return ["malformed: depth"]
                case .trailingBytes: return ["malformed: trailing"]
                case .unexpectedByte, .controlCharacter, .invalidEscape, .invalidNumber:
                    return ["malformed: syntax"]
                case .tooManyValues: return ["too many values"]
                }
            }
        }
    }
}
