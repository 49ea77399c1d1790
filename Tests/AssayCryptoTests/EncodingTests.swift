import AssayCrypto
import Testing

@Suite struct EncodingTests {
    @Test func base64HasOneSpelling() {
        for bytes: [UInt8] in [[], [0], [0, 1], [0, 1, 2], [255, 254, 253, 252]] {
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
            #expect(Base64URL.decode(Base64URL.encode(bytes).utf8) == bytes)
        }
        let refused = [
            "QR==", "QQ=", "QQ", "Q", "====", "QQ==\n", "Q Q=", "QQ-_", "=QQ=", "QQ==QQ==",
        ]
        for text in refused { #expect(Base64.decode(text.utf8) == nil, "\(text)") }
        #expect(Base64URL.decode("QQ==".utf8) == nil)
        #expect(Base64URL.decode("QR".utf8) == nil)
    }

    /// Every length, every last character, and every byte in every place of a group.
    @Test func base64IsReadStrictlyInEveryPlace() {
        for count in 0...12 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 0xf7 &+ 37 &* $0) }
            let text = [UInt8](Base64.encode(bytes).utf8)
            #expect(text.count == (count + 2) / 3 * 4)
            #expect(Base64.decode(text) == bytes)
            #expect(Base64URL.decode([UInt8](Base64URL.encode(bytes).utf8)) == bytes)
            for position in text.indices {
                for value in UInt8.min...UInt8.max where value != text[position] {
                    var changed = text
                    changed[position] = value
                    // Whatever is read is spelled so, and differs.
                    guard let read = Base64.decode(changed) else { continue }
                    #expect(read != bytes)
                    #expect([UInt8](Base64.encode(read).utf8) == changed)
                }
            }
        }
    }

    @Test func hexHasOneSpelling() {
        #expect(Hex.decode("00ff".utf8) == [0, 255])
        for text in ["0", "0F", "+f", "0x", " 0"] {
            #expect(Hex.decode(text.utf8) == nil, "\(text)")
        }
    }

    @Test func digestKeepsItsBytes() throws {
        let bytes = (0..<32).map { UInt8($0 * 7) }
        let digest = try #require(Digest(bytes: bytes))
        #expect(digest.bytes == bytes)
        #expect(Digest(hex: digest.hex.utf8) == digest)
        #expect(Digest(base64: digest.base64.utf8) == digest)
        #expect(Digest(bytes: bytes.dropLast()) == nil)
        #expect(
            (0..<256).allSatisfy { digest.bit(at: $0) == (bytes[$0 / 8] >> (7 - $0 % 8) & 1 == 1) })
    }

    @Test func knownHashes() {
        #expect(
            SHA256.hash([UInt8]("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        // RFC 4231, test case 2.
        #expect(
            HMACSHA256.code(
                key: [UInt8]("Jefe".utf8), message: [UInt8]("what do ya want for nothing?".utf8)
            ).hex
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func textComparesBytes() {
        #expect(Text("K") != Text("\u{212A}"))
        #expect(Text("é") != Text("e\u{301}"))
        #expect(Text(validating: [0xff]) == nil)
    }

    @Test func decimalHasOneSpelling() {
        #expect(UInt64(canonicalDecimal: "18446744073709551615".utf8) == .max)
        for text in ["", "00", "01", "+1", "-0", "18446744073709551616", "1 "] {
            #expect(UInt64(canonicalDecimal: text.utf8) == nil, "\(text)")
        }
    }
}
