import AssayCrypto
import AssayTestSupport
import Testing

@Suite struct PrivateKeyTests {
    static let here = SignatureAlgorithm.allCases.filter(\.isAvailable)

    @Test func theListIsCompleteButForMLDSA() {
        let classic: [SignatureAlgorithm] = [
            .ed25519, .ecdsaP256SHA256, .ecdsaP384SHA384, .sm2SM3, .rsaPSSSHA256,
        ]
        #expect(Self.here.starts(with: classic))
        #expect(Self.here.count == 5 || Self.here.count == 8)
    }

    @Test(arguments: here)
    func freshKeySignsAndIsReadBack(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        #expect(key.algorithm == algorithm)
        let message = [UInt8]("a message".utf8)
        let signature = try key.sign(message)
        try key.publicKey.verify(signature, over: message)

        let again = try PublicKey(spki: key.publicKey.spki)
        #expect(again == key.publicKey)
        #expect(again.keyID == KeyID(SHA256.hash(again.spki)))
        try again.verify(signature, over: message)
        #expect(try PublicKey(pem: again.pem) == again)

        let copy = try PrivateKey(pem: key.pem())
        #expect(copy.publicKey == key.publicKey)
        try again.verify(copy.sign(message), over: message)

        let other = try PrivateKey.generate(algorithm)
        #expect(other.publicKey != key.publicKey)
        #expect(throws: SignatureError.invalid) {
            try other.publicKey.verify(signature, over: message)
        }
        for wrong in [[], signature.dropLast(), signature + [0], [0] + signature] {
            #expect(throws: SignatureError.invalid) {
                try again.verify([UInt8](wrong), over: message)
            }
        }
    }

    @Test(arguments: here)
    func passphraseIsNeededAndTold(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let right = [UInt8]("eine lange Parole".utf8)
        let pem = try key.pem(passphrase: right)
        #expect(try PrivateKey(pem: pem, passphrase: right).publicKey == key.publicKey)
        #expect(throws: KeyError.passphraseNeeded) { try PrivateKey(pem: pem) }
        for wrong in ["", "eine lange parole", "eine lange Parole\n"] {
            #expect(throws: KeyError.wrongPassphrase) {
                try PrivateKey(pem: pem, passphrase: [UInt8](wrong.utf8))
            }
        }
    }

    /// A wrong key passes the padding check once in 256 times, and is not then called something else.
    ///
    /// PBKDF2 of one round makes many tries cheap.
    @Test(.enabled(if: ChildProcess.exists("openssl"), "skipped: there is no openssl command"))
    func everyWrongPassphraseIsCalledThat() throws {
        let folder = try TemporaryFolder()
        let plain = folder.path + "/plain.pem"
        try writeFile(try PrivateKey.generate(.ed25519).pem(), to: plain)
        let made = try ChildProcess.run([
            "openssl", "pkcs8", "-topk8", "-in", plain, "-passout", "pass:right", "-iter", "1",
        ])
        #expect(made.status == 0)
        _ = try PrivateKey(pem: made.output, passphrase: [UInt8]("right".utf8))
        var others: Set<KeyError> = []
        for number in 0..<1500 {
            do throws(KeyError) {
                _ = try PrivateKey(pem: made.output, passphrase: [UInt8]("wrong \(number)".utf8))
                others.insert(.malformedPEM)
            } catch {
                if error != .wrongPassphrase { others.insert(error) }
            }
        }
        #expect(others == [])
    }

    @Test func nothingOfTheSecretShows() throws {
        let seed = [UInt8](repeating: 0xab, count: 32)
        let key = try PrivateKey(seed: seed, algorithm: .ed25519)
        var dumped = ""
        dump(key, to: &dumped)
        for text in [String(describing: key), String(reflecting: key), "\(key)", dumped] {
            #expect(text.contains(key.publicKey.keyID.hex))
            #expect(!text.contains("abab"))
            #expect(!text.contains("171, 171"))
            #expect(!text.contains("171\n"))
        }
    }

    @Test func wipedArraysAreEmpty() {
        var secret: [UInt8] = [1, 2, 3]
        secret.wipe()
        #expect(secret == [])
    }

    @Test func manyThreadsShareOneKey() async throws {
        for algorithm in Self.here {
            let key = try PrivateKey.generate(algorithm)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        for _ in 0..<5 {
                            let message = [UInt8](repeating: UInt8(number), count: 100)
                            try key.publicKey.verify(try key.sign(message), over: message)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
