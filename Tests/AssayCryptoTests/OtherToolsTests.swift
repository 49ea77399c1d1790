import AssayCrypto
import AssayTestSupport
import Testing

/// Keys and signatures that cross between this library and others: Python's `cryptography`, and the
/// `openssl` command for SM2.
@Suite struct OtherToolsTests {
    static let hasPython: Bool = {
        do {
            let answer = try ChildProcess.run([
                "python3", "-c", "import cryptography.hazmat.primitives.asymmetric.ed25519",
            ])
            return answer.status == 0
        } catch {
            return false
        }
    }()

    private let message = [UInt8]("a message".utf8)

    /// Runs a Python program with the algorithms at hand imported.
    private func python(_ program: String, input: String = "") throws -> [[String]] {
        let prelude = """
            import sys
            from cryptography.hazmat.primitives import hashes as h, serialization as z
            from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding as p, rsa
            try:
                from cryptography.hazmat.primitives.asymmetric import mldsa
            except ImportError:
                mldsa = None
            def spki(k):
                return k.public_bytes(z.Encoding.DER, z.PublicFormat.SubjectPublicKeyInfo)
            def pss(hash, salt):
                return p.PSS(mgf=p.MGF1(hash), salt_length=salt)
            def say(*parts):
                print(*[x.hex() if isinstance(x, bytes) else x for x in parts])

            """
        let answer = try ChildProcess.run(
            ["python3", "-c", prelude + program], input: [UInt8](input.utf8))
        #expect(answer.status == 0, "\(String(decoding: answer.errors, as: UTF8.self))")
        return answer.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test(.enabled(if: hasPython, "skipped: Python has no cryptography"))
    func theirSignaturesVerifyHere() throws {
        let lines = try python(
            """
            m = b"a message"
            k = ed25519.Ed25519PrivateKey.generate()
            say("ed25519", spki(k.public_key()), k.sign(m))
            k = ec.generate_private_key(ec.SECP256R1())
            say("ecdsa-p256-sha256", spki(k.public_key()), k.sign(m, ec.ECDSA(h.SHA256())))
            k = ec.generate_private_key(ec.SECP384R1())
            say("ecdsa-p384-sha384", spki(k.public_key()), k.sign(m, ec.ECDSA(h.SHA384())))
            k = rsa.generate_private_key(65537, 3072)
            say("rsa-pss-sha256", spki(k.public_key()), k.sign(m, pss(h.SHA256(), 32), h.SHA256()))
            if mldsa:
                for name, make in (("44", mldsa.MLDSA44PrivateKey), ("65", mldsa.MLDSA65PrivateKey)):
                    k = make.generate()
                    say("ml-dsa-" + name, spki(k.public_key()), k.sign(m))
            """)
        #expect(lines.count == 4 || lines.count == 6)
        for line in lines {
            let key = try PublicKey(spki: bytes(line[1]))
            #expect(key.algorithm.rawValue == line[0])
            guard key.algorithm.isAvailable else {
                #expect(throws: SignatureError.algorithmUnavailable(key.algorithm)) {
                    try key.verify(bytes(line[2]), over: message)
                }
                continue
            }
            try key.verify(bytes(line[2]), over: message)
            #expect(throws: SignatureError.invalid) {
                try key.verify(bytes(line[2]), over: message + [0])
            }
        }
    }

    @Test(.enabled(if: hasPython, "skipped: Python has no cryptography"))
    func ourSignaturesVerifyThere() throws {
        var input = ""
        let algorithms: [SignatureAlgorithm] = [
            .ed25519, .ecdsaP256SHA256, .ecdsaP384SHA384, .rsaPSSSHA256, .mlDSA44, .mlDSA65,
        ]
        let available = algorithms.filter(\.isAvailable)
        for algorithm in available {
            let key = try PrivateKey.generate(algorithm)
            let signature = try key.sign(message)
            let fields = [key.publicKey.spki, signature].map { Hex.encode($0) }
            input += "\(algorithm.rawValue) \(fields[0]) \(fields[1])\n"
        }
        let lines = try python(
            """
            m = b"a message"
            for line in sys.stdin:
                name, key, signature = line.split()
                k = z.load_der_public_key(bytes.fromhex(key))
                assert spki(k).hex() == key
                s = bytes.fromhex(signature)
                if name.startswith("ecdsa-p256"): k.verify(s, m, ec.ECDSA(h.SHA256()))
                elif name.startswith("ecdsa-p384"): k.verify(s, m, ec.ECDSA(h.SHA384()))
                elif name.startswith("rsa"): k.verify(s, m, pss(h.SHA256(), 32), h.SHA256())
                else: k.verify(s, m)
                say("verified", name)
            """, input: input)
        #expect(lines == available.map { ["verified", $0.rawValue] })
    }

    /// What an RSA key can sign with other parameters is no signature here.
    @Test(.enabled(if: hasPython, "skipped: Python has no cryptography"))
    func otherRSASignaturesAreRefused() throws {
        let lines = try python(
            """
            m = b"a message"
            k = rsa.generate_private_key(65537, 3072)
            a, b = h.SHA256(), h.SHA384()
            say("right", spki(k.public_key()), k.sign(m, pss(a, 32), a))
            say("no-salt", spki(k.public_key()), k.sign(m, pss(a, 0), a))
            say("salt-31", spki(k.public_key()), k.sign(m, pss(a, 31), a))
            say("longest-salt", spki(k.public_key()), k.sign(m, pss(a, p.PSS.MAX_LENGTH), a))
            say("other-mask", spki(k.public_key()), k.sign(m, pss(b, 32), a))
            say("other-hash", spki(k.public_key()), k.sign(m, pss(b, 32), b))
            say("pkcs1", spki(k.public_key()), k.sign(m, p.PKCS1v15(), a))
            """)
        #expect(lines.count == 7)
        for line in lines {
            let key = try PublicKey(spki: bytes(line[1]))
            if line[0] == "right" {
                try key.verify(bytes(line[2]), over: message)
            } else {
                #expect(throws: SignatureError.invalid, "\(line[0])") {
                    try key.verify(bytes(line[2]), over: message)
                }
            }
        }
    }

    @Test(.enabled(if: hasPython, "skipped: Python has no cryptography"))
    func privateKeysCross() throws {
        let theirs = try python(
            """
            for k in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1()),
                      ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 3072)):
                for e in (z.NoEncryption(), z.BestAvailableEncryption(b"right")):
                    pem = k.private_bytes(z.Encoding.PEM, z.PrivateFormat.PKCS8, e)
                    say(spki(k.public_key()), pem)
            """)
        #expect(theirs.count == 8)
        for (number, line) in theirs.enumerated() {
            let key = try PrivateKey(pem: bytes(line[1]), passphrase: [UInt8]("right".utf8))
            #expect(key.publicKey.spki == bytes(line[0]))
            if number % 2 == 1 {
                #expect(throws: KeyError.passphraseNeeded) { try PrivateKey(pem: bytes(line[1])) }
            }
        }

        var input = ""
        var expected: [[String]] = []
        let algorithms = SignatureAlgorithm.allCases.filter { algorithm in
            algorithm.isAvailable && ![.sm2SM3, .mlDSA44, .mlDSA65, .mlDSA87].contains(algorithm)
        }
        for algorithm in algorithms {
            let key = try PrivateKey.generate(algorithm)
            for passphrase in [nil, [UInt8]("right".utf8)] {
                input += Hex.encode(try key.pem(passphrase: passphrase))
                input += passphrase == nil ? " -\n" : " right\n"
                expected.append([Hex.encode(key.publicKey.spki)])
            }
        }
        let read = try python(
            """
            for line in sys.stdin:
                pem, word = line.split()
                word = None if word == "-" else word.encode()
                say(spki(z.load_pem_private_key(bytes.fromhex(pem), word).public_key()))
            """, input: input)
        #expect(read == expected)
    }

    @Test(.enabled(if: ChildProcess.exists("openssl"), "skipped: there is no openssl command"))
    func sm2CrossesWithTheOpenSSLCommand() throws {
        let folder = try TemporaryFolder()
        let (secret, open) = (folder.path + "/secret.pem", folder.path + "/public.pem")
        let (text, signed) = (folder.path + "/text", folder.path + "/signature")
        try writeFile(message, to: text)
        let options = { (identifier: String) in
            ["-rawin", "-in", text, "-digest", "sm3", "-pkeyopt", "distid:" + identifier]
        }
        let made = try ChildProcess.run([
            "openssl", "genpkey", "-algorithm", "SM2", "-out", secret,
        ])
        #expect(made.status == 0)
        let key = try PrivateKey(pem: try readFile(secret))
        #expect(key.algorithm == .sm2SM3)
        try writeFile(key.publicKey.pem, to: open)

        let sign = ["openssl", "pkeyutl", "-sign", "-inkey", secret]
        let theirs = try ChildProcess.run(sign + options("1234567812345678"))
        try key.publicKey.verify(theirs.output, over: message)
        for identifier in ["", "ALICE123@YAHOO.COM", "12345678"] {
            let other = try ChildProcess.run(sign + options(identifier))
            #expect(other.output.count > 60, "\(identifier)")
            #expect(throws: SignatureError.invalid, "\(identifier)") {
                try key.publicKey.verify(other.output, over: message)
            }
        }

        try writeFile(try key.sign(message), to: signed)
        let verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", open]
        let right = options("1234567812345678") + ["-sigfile", signed]
        #expect(try ChildProcess.run(verify + right).status == 0)
        let wrong = options("other") + ["-sigfile", signed]
        #expect(try ChildProcess.run(verify + wrong).status != 0)
    }
}
