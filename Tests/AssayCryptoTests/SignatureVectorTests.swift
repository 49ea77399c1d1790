import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// Published keys, messages and signatures.
@Suite struct SignatureVectorTests {
    /// An algorithm, a public key in its raw form, a message and a signature over it.
    struct Vector: CustomTestStringConvertible {
        let source: String
        let algorithm: SignatureAlgorithm
        let key: String
        let message: [UInt8]
        let signature: [UInt8]

        var testDescription: String { source }
    }

    static let vectors: [Vector] = [
        Vector(
            source: "RFC 8032 section 7.1, TEST 1", algorithm: .ed25519,
            key: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: [],
            signature: bytes(
                """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
                5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                """)),
        Vector(
            source: "RFC 8032 section 7.1, TEST 3", algorithm: .ed25519,
            key: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: [0xaf, 0x82],
            signature: bytes(
                """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
                """)),
        Vector(
            source: "RFC 6979 section A.2.5, SHA-256, sample", algorithm: .ecdsaP256SHA256,
            key: """
                60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
                7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299
                """,
            message: [UInt8]("sample".utf8),
            signature: pair(
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")),
        Vector(
            source: "RFC 6979 section A.2.6, SHA-384, sample", algorithm: .ecdsaP384SHA384,
            key: """
                ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64\
                def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c62189\
                6708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720
                """,
            message: [UInt8]("sample".utf8),
            signature: pair(
                """
                94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c\
                81a648152e44acf96e36dd1e80fabe46
                """,
                """
                99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94f\
                a329c145786e679e7b82c71a38628ac8
                """)),
        Vector(
            source: "GB/T 32918.5, the example of a digital signature", algorithm: .sm2SM3,
            key: """
                09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13
                """,
            message: [UInt8]("message digest".utf8),
            signature: pair(
                "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
                "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")),
    ]

    @Test(arguments: vectors)
    func publishedSignatureVerifies(vector: Vector) throws {
        let key = try PublicKey(raw: bytes(vector.key), algorithm: vector.algorithm)
        try key.verify(vector.signature, over: vector.message)
        #expect(throws: SignatureError.invalid) {
            try key.verify(vector.signature, over: vector.message + [0])
        }
    }

    @Test(arguments: vectors)
    func everyBitOfTheSignatureCounts(vector: Vector) throws {
        let key = try PublicKey(raw: bytes(vector.key), algorithm: vector.algorithm)
        var accepted: [Int] = []
        for bit in 0..<(vector.signature.count * 8) {
            var signature = vector.signature
            signature[bit / 8] ^= 1 << (bit % 8)
            do throws(SignatureError) {
                try key.verify(signature, over: vector.message)
                accepted.append(bit)
            } catch {
                if error != .invalid { accepted.append(bit) }
            }
        }
        #expect(accepted == [])
    }

    @Test func anSM2SignatureIsNotOneOfP256() throws {
        let sm2 = try #require(Self.vectors.first { $0.algorithm == .sm2SM3 })
        let p256 = try #require(Self.vectors.first { $0.algorithm == .ecdsaP256SHA256 })
        let key = try PublicKey(raw: bytes(p256.key), algorithm: .ecdsaP256SHA256)
        #expect(throws: SignatureError.invalid) {
            try key.verify(sm2.signature, over: sm2.message)
        }
        // The SM2 point does not lie on P-256.
        #expect(throws: KeyError.unacceptablePoint(.ecdsaP256SHA256)) {
            try PublicKey(raw: bytes(sm2.key), algorithm: .ecdsaP256SHA256)
        }
    }

    @Test func ed25519SignsAsPublished() throws {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
        let key = try PrivateKey(seed: bytes(seed), algorithm: .ed25519)
        let vector = try #require(Self.vectors.first)
        #expect(key.publicKey.rawEd25519 == bytes(vector.key))
        #expect(try key.sign(vector.message) == vector.signature)
    }

    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func dsseExampleVerifies() throws {
        let example = try #require(
            try SharedFolder.json("vectors/dsse/vectors.json")["ecdsa_p256_example"])
        let raw = try #require(example["sig"]?.text.flatMap { Base64.decode($0.utf8) })
        let x = try #require(example["public_x_decimal"]?.text)
        let y = try #require(example["public_y_decimal"]?.text)
        let message = try #require(example["pae_utf8"]?.text)
        let key = try PublicKey(
            raw: bigEndian(decimal: x.utf8, count: 32) + bigEndian(decimal: y.utf8, count: 32),
            algorithm: .ecdsaP256SHA256)
        try key.verify(derPair(raw.prefix(32), raw.suffix(32)), over: message.utf8)
        // DSSE's example is r and s side by side, a form that is not taken.
        #expect(throws: SignatureError.invalid) { try key.verify(raw, over: message.utf8) }
    }

    /// All points of the published edge cases: keys and nonces that are of small order, mixed order
    /// or not canonical.
    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func ed25519EdgeCasesHaveOneStrictAnswer() throws {
        let file = try SharedFolder.json("vectors/notes/ed25519_edge_cases.json")
        let cases = try #require(file["vectors"]?.array)
        let fatal: Set<Text> = [
            "low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R",
            "low_order_residue",
        ]
        var accepted = 0
        var wrong: [Int] = []
        for (number, vector) in cases.enumerated() {
            let parts = try #require(vector.array)
            let key = try #require(parts[1].text.flatMap { Hex.decode($0.utf8) })
            let signature = try #require(parts[2].text.flatMap { Hex.decode($0.utf8) })
            let message = try #require(parts[3].text).utf8
            let flags = try #require(parts[4].array).compactMap(\.text)
            let answer = (try? PublicKey(ed25519: key).verify(signature, over: message)) != nil
            if answer { accepted += 1 }
            if answer != fatal.isDisjoint(with: flags) { wrong.append(number) }
        }
        #expect(cases.count == 914)
        #expect(accepted == 43)
        #expect(wrong == [])
    }
}
