import AssayCrypto
import AssayTestSupport
import Testing

/// One key has one encoding: everything else that libraries would load is refused, because a key
/// with two keyids could be counted twice.
@Suite struct PublicKeyEncodingTests {
    private static let p256Prefix = bytes("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    private static let p256Point = bytes(
        """
        0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
        7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299
        """)
    private static let p256 = p256Prefix + p256Point

    /// The DER of tag, length and contents, written here apart from the code under test.
    private static func der(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        switch contents.count {
        case ..<128: [tag, UInt8(contents.count)] + contents
        case ..<256: [tag, 0x81, UInt8(contents.count)] + contents
        default: [tag, 0x82, UInt8(contents.count >> 8), UInt8(contents.count & 255)] + contents
        }
    }

    private static func spki(algorithm: [UInt8], key: [UInt8], unusedBits: UInt8 = 0) -> [UInt8] {
        der(0x30, der(0x30, algorithm) + der(0x03, [unusedBits] + key))
    }

    private static func rsa(
        modulus: [UInt8], exponent: [UInt8] = [1, 0, 1],
        algorithm: [UInt8] = bytes("06092a864886f70d0101010500")
    ) -> [UInt8] {
        let numbers = der(2, [0] + modulus) + der(2, exponent)
        return spki(algorithm: algorithm, key: der(0x30, numbers))
    }

    /// Refuses, and says whether for another reason than `error`.
    private func refusal(of spki: [UInt8]) -> KeyError? {
        do throws(KeyError) {
            _ = try PublicKey(spki: spki)
            return nil
        } catch {
            return error
        }
    }

    @Test func everyAlgorithmHasItsTemplate() throws {
        // The object identifiers as their registries spell them.
        let templates: [(SignatureAlgorithm, String, Int)] = [
            (.ed25519, "302a300506032b6570032100", 32),
            (.ecdsaP256SHA256, "3059301306072a8648ce3d020106082a8648ce3d03010703420004", 64),
            (.ecdsaP384SHA384, "3076301006072a8648ce3d020106052b8104002203620004", 96),
            (.sm2SM3, "3059301306072a8648ce3d020106082a811ccf5501822d03420004", 64),
            (.mlDSA44, "30820532300b06096086480165030403110382052100", 1312),
            (.mlDSA65, "308207b2300b0609608648016503040312038207a100", 1952),
            (.mlDSA87, "30820a32300b060960864801650304031303820a2100", 2592),
        ]
        for (algorithm, prefix, count) in templates {
            let prefix = bytes(prefix)
            let raw: [UInt8]
            if algorithm.isAvailable {
                let key = try PrivateKey.generate(algorithm).publicKey
                #expect(key.spki.starts(with: prefix))
                raw = [UInt8](key.spki.dropFirst(prefix.count))
            } else {
                raw = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            }
            #expect(raw.count == count)
            let key = try PublicKey(spki: prefix + raw)
            #expect(key.algorithm == algorithm)
            #expect(key.keyID == KeyID(SHA256.hash(prefix + raw)))
            #expect(try PublicKey(raw: raw, algorithm: algorithm) == key)
            #expect(key.rawEd25519 == (algorithm == .ed25519 ? raw : nil))
            #expect(key.rawMLDSA44 == (algorithm == .mlDSA44 ? raw : nil))
            for wrong in [raw.dropLast(), raw + [0]] {
                #expect(throws: KeyError.wrongKeyLength(algorithm, bytes: wrong.count)) {
                    try PublicKey(raw: [UInt8](wrong), algorithm: algorithm)
                }
            }
            for wrong in [prefix + raw + [0], (prefix + raw).dropLast(), prefix + raw.dropLast()] {
                #expect(refusal(of: [UInt8](wrong)) != nil)
            }
        }
    }

    @Test func unavailableAlgorithmIsNeverCalledInvalid() throws {
        for algorithm in SignatureAlgorithm.allCases where !algorithm.isAvailable {
            let raw = [UInt8](repeating: 7, count: algorithm == .mlDSA44 ? 1312 : 1952)
            guard algorithm != .mlDSA87 else { continue }
            let key = try PublicKey(raw: raw, algorithm: algorithm)
            #expect(throws: SignatureError.algorithmUnavailable(algorithm)) {
                try key.verify([], over: [])
            }
            #expect(throws: KeyError.algorithmUnavailable(algorithm)) {
                try PrivateKey.generate(algorithm)
            }
            #expect(throws: KeyError.algorithmUnavailable(algorithm)) {
                try PrivateKey(seed: [UInt8](repeating: 1, count: 32), algorithm: algorithm)
            }
        }
        #expect(MLDSA44.isAvailable == SignatureAlgorithm.mlDSA44.isAvailable)
        if !MLDSA44.isAvailable {
            #expect(throws: SignatureError.algorithmUnavailable(.mlDSA44)) {
                try MLDSA44.verify(
                    [UInt8](repeating: 0, count: 2420), over: [],
                    publicKey: [UInt8](repeating: 0, count: 1312))
            }
        }
    }

    @Test func otherSpellingsOfACurvePointAreRefused() throws {
        _ = try PublicKey(spki: Self.p256)
        let curve = bytes("06072a8648ce3d020106082a8648ce3d030107")
        let x = [UInt8](Self.p256Point[1..<33])
        let isOdd = Self.p256Point[64] & 1
        let others: [String: [UInt8]] = [
            "compressed": Self.spki(algorithm: curve, key: [2 + isOdd] + x),
            "hybrid": Self.spki(algorithm: curve, key: [6 + isOdd] + Self.p256Point.dropFirst()),
            "infinity": Self.spki(algorithm: curve, key: [0]),
            "trailing byte": Self.p256 + [0],
            "byte within": Self.spki(algorithm: curve, key: Self.p256Point + [0]),
            "unused bits": Self.spki(algorithm: curve, key: Self.p256Point, unusedBits: 1),
            "long length": [0x30, 0x81, 0x59] + Self.p256.dropFirst(2),
            "extra parameters": Self.spki(algorithm: curve + [5, 0], key: Self.p256Point),
        ]
        for (name, spki) in others {
            let error = try #require(refusal(of: spki), "\(name)")
            #expect([.encodingNotAllowed(.ecdsaP256SHA256), .unknownKeyType].contains(error))
        }
        #expect(refusal(of: others["compressed"] ?? []) == .encodingNotAllowed(.ecdsaP256SHA256))
    }

    @Test(.enabled(if: ChildProcess.exists("openssl"), "skipped: there is no openssl command"))
    func explicitCurveParametersAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/named.pem"
        try writeFile(PublicKey(spki: Self.p256).pem, to: path)
        let command = ["openssl", "pkey", "-pubin", "-in", path, "-outform", "DER"]
        #expect(try ChildProcess.run(command).output == Self.p256)
        for option in ["ec_param_enc:explicit", "ec_conv_form:compressed", "ec_conv_form:hybrid"] {
            let parts = option.split(separator: ":").map(String.init)
            let flag = parts[0] == "ec_param_enc" ? "-param_enc" : "-conv_form"
            let other = try ChildProcess.run([
                "openssl", "ec", "-pubin", "-in", path, "-outform", "DER", flag, parts[1],
            ])
            #expect(other.output.count > 30 && other.output != Self.p256, "\(option)")
            #expect(refusal(of: other.output) != nil, "\(option)")
        }
    }

    @Test func pointsOffTheCurveAreRefused() throws {
        for algorithm in [SignatureAlgorithm.ecdsaP256SHA256, .ecdsaP384SHA384, .sm2SM3] {
            let key = try PrivateKey.generate(algorithm).publicKey
            let size = algorithm == .ecdsaP384SHA384 ? 96 : 64
            let raw = [UInt8](key.spki.suffix(size))
            for position in [0, size / 2, size - 1] {
                var bad = raw
                bad[position] ^= 1
                #expect(throws: KeyError.unacceptablePoint(algorithm)) {
                    try PublicKey(raw: bad, algorithm: algorithm)
                }
            }
            for byte in [0, 0xff] as [UInt8] {
                #expect(throws: KeyError.unacceptablePoint(algorithm)) {
                    try PublicKey(
                        raw: [UInt8](repeating: byte, count: size), algorithm: algorithm)
                }
            }
        }
    }

    /// The points of small order in all their encodings, after "Taming the many EdDSAs".
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ])
    func smallOrderEd25519KeyIsRefused(hex: String) {
        #expect(throws: KeyError.unacceptablePoint(.ed25519)) {
            try PublicKey(ed25519: bytes(hex))
        }
    }

    @Test func rsaKeysAreHeldToTheirEncoding() throws {
        let key = try PrivateKey.generate(.rsaPSSSHA256).publicKey
        let modulus = [UInt8](key.spki[33..<(33 + 384)])
        #expect(Self.rsa(modulus: modulus) == key.spki)

        let withoutNull = bytes("06092a864886f70d010101")
        let pss = bytes("06092a864886f70d01010a")
        for algorithm in [withoutNull, withoutNull + [5, 1, 0], withoutNull + [5, 0, 5, 0]] {
            #expect(
                refusal(of: Self.rsa(modulus: modulus, algorithm: algorithm))
                    == .encodingNotAllowed(.rsaPSSSHA256))
        }
        #expect(refusal(of: Self.rsa(modulus: modulus, algorithm: pss)) == .unknownKeyType)
        #expect(refusal(of: key.spki + [0]) == .encodingNotAllowed(.rsaPSSSHA256))
        // A leading zero in the modulus, and a negative one.
        for spelling in [[0, 0] + modulus, modulus] {
            let numbers = Self.der(2, spelling) + Self.der(2, [1, 0, 1])
            let spki = Self.spki(
                algorithm: withoutNull + [5, 0], key: Self.der(0x30, numbers))
            #expect(refusal(of: spki) == .encodingNotAllowed(.rsaPSSSHA256))
        }
    }

    @Test func weakRSAKeysAreRefused() throws {
        let key = try PrivateKey.generate(.rsaPSSSHA256).publicKey
        let modulus = [UInt8](key.spki[33..<(33 + 384)])
        for exponent in [[1], [3], [1, 0, 0], [1, 0, 2], [0, 0xff, 0xff]] as [[UInt8]] {
            #expect(
                refusal(of: Self.rsa(modulus: modulus, exponent: exponent))
                    == .unacceptableExponent)
        }
        let long: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 1]
        #expect(refusal(of: Self.rsa(modulus: modulus, exponent: long)) == .unacceptableExponent)
        let largest: [UInt8] = [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        #expect(refusal(of: Self.rsa(modulus: modulus, exponent: largest)) == nil)

        // 2048 bits, 3071 bits (as the first byte's top bit is clear), and one above the limit.
        let short = [UInt8](modulus.prefix(256))
        #expect(refusal(of: Self.rsa(modulus: short)) == .modulusOutOfRange(bits: 2048))
        let numbers = Self.der(2, [0x7f] + modulus.dropFirst()) + Self.der(2, [1, 0, 1])
        let below = Self.spki(
            algorithm: bytes("06092a864886f70d0101010500"), key: Self.der(0x30, numbers))
        #expect(refusal(of: below) == .modulusOutOfRange(bits: 3071))
        let huge = [UInt8](repeating: 0xff, count: 1025)
        #expect(refusal(of: Self.rsa(modulus: huge)) == .modulusOutOfRange(bits: 8200))

        // Even; divisible by 3 (all bits set is 4^1536 - 1); the square of a number.
        let even = modulus.dropLast() + [0xfe]
        let divisible = [UInt8](repeating: 0xff, count: 384)
        for bad in [[UInt8](even), divisible] {
            #expect(refusal(of: Self.rsa(modulus: bad)) == .unacceptableModulus)
        }
    }
}
