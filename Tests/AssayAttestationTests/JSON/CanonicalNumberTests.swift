import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@Suite struct CanonicalNumberTests {
    static func canonical(_ value: Double) throws -> String {
        let parsed = try StrictJSON.parse([UInt8]("\(value)".utf8))
        return String(decoding: try JCS.serialize(parsed), as: UTF8.self)
    }

    /// The samples of RFC 8785 appendix B, by their IEEE 754 bits.
    @Test func samplesOfTheRFC() throws {
        let samples: [(UInt64, String)] = [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ]
        for (bits, text) in samples {
            #expect(try Self.canonical(Double(bitPattern: bits)) == text)
        }
    }

    /// Texts read back to the doubles they came from, and have the digits that Python prints.
    @Test(.enabled(if: ChildProcess.exists("python3"), "skipped: there is no python3"))
    func agreesWithPython() throws {
        var generator = SeededGenerator(seed: 8785)
        var values: [Double] = []
        while values.count < 20_000 {
            let value = Double(bitPattern: generator.next())
            if value.isFinite { values.append(value) }
        }
        for _ in 0..<5_000 {
            values.append(Double(Int64(bitPattern: generator.next())) / 1_000_000)
        }
        let texts = try values.map(Self.canonical)
        for (value, text) in zip(values, texts) where Double(text) != value {
            Issue.record("\(value) became \(text)")
        }
        // The layout of ECMAScript from Python's digits, written after RFC 8785 section 3.2.2.3.
        let program = """
            import sys
            from decimal import Decimal
            for line in sys.stdin:
                sign, digits, exponent = Decimal(repr(float(line))).normalize().as_tuple()
                s, k = "".join(map(str, digits)), len(digits)
                n = k + exponent
                if s == "0": print("0"); continue
                if k <= n <= 21: t = s + "0" * (n - k)
                elif 0 < n <= 21: t = s[:n] + "." + s[n:]
                elif -6 < n <= 0: t = "0." + "0" * -n + s
                else: t = s[0] + ("." + s[1:] if k > 1 else "") + "e%+d" % (n - 1)
                print(("-" if sign else "") + t)
            """
        let input = values.map { "\($0)\n" }.joined()
        let answer = try ChildProcess.run(
            ["python3", "-c", program], input: [UInt8](input.utf8))
        try #require(answer.status == 0, "\(String(decoding: answer.errors, as: UTF8.self))")
        let expected = answer.text.split(separator: "\n").map(String.init)
        try #require(expected.count == values.count)
        let different = zip(texts, expected).filter { $0 != $1 }
        #expect(different.isEmpty, "\(different.prefix(5))")
    }
}
