import AssayCrypto
import Testing

@Suite struct PEMTests {
    private let key: PublicKey
    private let text: String

    init() throws {
        key = try PublicKey(
            ed25519: bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        text = String(decoding: key.pem, as: UTF8.self)
    }

    private func refusal(_ text: String) -> KeyError? {
        do throws(KeyError) {
            _ = try PublicKey(pem: [UInt8](text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func oneFormIsWrittenAndRead() {
        #expect(
            text == """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
                -----END PUBLIC KEY-----

                """)
        #expect(refusal(text) == nil)
        #expect(refusal(String(text.dropLast())) == nil)
    }

    @Test func otherThingsAreNamed() throws {
        let secret = String(decoding: try PrivateKey.generate(.ed25519).pem(), as: UTF8.self)
        #expect(refusal(secret) == .privateKeyGiven)
        let renamed = { (label: String) in
            text.replacing("PUBLIC KEY", with: label)
        }
        #expect(refusal(renamed("ENCRYPTED PRIVATE KEY")) == .privateKeyGiven)
        #expect(refusal(renamed("EC PRIVATE KEY")) == .privateKeyGiven)
        #expect(refusal(renamed("CERTIFICATE")) == .certificateGiven)
        #expect(refusal(renamed("TRUSTED CERTIFICATE")) == .certificateGiven)
        #expect(refusal(renamed("RSA PUBLIC KEY")) == .unexpectedPEMLabel("RSA PUBLIC KEY"))
        #expect(refusal(renamed("public key")) == .unexpectedPEMLabel("public key"))

        #expect(throws: KeyError.publicKeyGiven) { try PrivateKey(pem: key.pem) }
        let rsa = [UInt8](renamed("RSA PRIVATE KEY").utf8)
        #expect(throws: KeyError.unexpectedPEMLabel("RSA PRIVATE KEY")) {
            try PrivateKey(pem: rsa)
        }
        #expect(throws: KeyError.malformedPrivateKey) {
            try PrivateKey(pem: [UInt8](renamed("PRIVATE KEY").utf8))
        }
        #expect(throws: KeyError.malformedPrivateKey) {
            try PrivateKey(
                pem: [UInt8](renamed("ENCRYPTED PRIVATE KEY").utf8), passphrase: [1])
        }
    }

    @Test func nothingStandsAround() {
        #expect(refusal("subject: x\n" + text) == .textAroundPEM)
        #expect(refusal("\n" + text) == .textAroundPEM)
        #expect(refusal("\u{feff}" + text) == .textAroundPEM)
        #expect(refusal(text + "\n") == .textAroundPEM)
        #expect(refusal(text + "x") == .textAroundPEM)
        #expect(refusal(text + text) == .severalPEMBlocks)
        #expect(refusal(text + "\n" + text) == .severalPEMBlocks)
    }

    @Test func linesHaveTheirForm() {
        let lines = text.split(separator: "\n").map(String.init)
        let body = lines[1]
        let forms = [
            "", "MCow", lines[0], lines[0] + "\n", lines[0] + "\n" + lines[2] + "\n",
            text.replacing("\n", with: "\r\n"), text.replacing("\n", with: "\n "),
            text.replacing(body, with: body.prefix(32) + "\n" + body.dropFirst(32)),
            text.replacing(body, with: body + "\n"), text.replacing(body, with: "\n" + body),
            text.replacing(body, with: body + "AAAA" + "AAAA"),
            text.replacing(body, with: body.dropLast()),
            text.replacing("URo=", with: "URp="),
            text.replacing(body, with: "Proc-Type: 4,ENCRYPTED\n\n" + body),
            text.replacing("-----END PUBLIC KEY-----", with: "-----END PRIVATE KEY-----"),
            text.replacing("-----END", with: "----END"),
        ]
        for form in forms { #expect(refusal(form) == .malformedPEM, "\(form)") }
    }

    /// Whatever byte is changed, the text is refused or holds another key.
    @Test func everyByteCounts() {
        var same: [Int] = []
        let pem = key.pem
        for position in pem.indices {
            for bit in 0..<8 {
                var changed = pem
                changed[position] ^= 1 << bit
                do throws(KeyError) {
                    if try PublicKey(pem: changed) == key { same.append(position) }
                } catch {
                    continue
                }
            }
        }
        #expect(same == [])
    }
}
