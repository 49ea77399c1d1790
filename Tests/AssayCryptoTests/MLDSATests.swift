import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

/// ML-DSA where the libcrypto at hand has it; `tools/test` runs these under OpenSSL 3.5 too.
@Suite(
    .enabled(
        if: MLDSA44.isAvailable, "skipped: this libcrypto has no ML-DSA (OpenSSL 3.5 and up)"))
struct MLDSATests {
    /// A published log signature and a deterministic cosignature by a second implementation.
    @Test(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
    func publishedSignaturesVerify() throws {
        let file = try SharedFolder.json("vectors/cosignatures/cosignatures.json")
        let cases = try #require(file["cases"]?.array).filter { $0["signed_message_hex"] != nil }
            .filter { $0["type"]?.number?.count == 6 }
        #expect(cases.count == 2)
        for vector in cases {
            let seed = bytes(try #require(vector["seed_hex"]?.text?.string))
            let message = bytes(try #require(vector["signed_message_hex"]?.text?.string))
            let keys = ["log_vkeys", "cosigner_vkeys"].flatMap { vector[Text($0)]?.array ?? [] }
                .compactMap { $0.text?.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2).last }
                .compactMap { Base64.decode($0) }
            let raw = try #require(keys.first { $0.count == 1313 && $0[0] == 6 }).dropFirst()
            let lines = try #require(vector["note"]?.text?.utf8.split(separator: 10))
            let signed = lines.compactMap { $0.split(separator: 32).last }
                .compactMap { Base64.decode($0) }
            // Key ID and timestamp come before the signature.
            let signature = [UInt8](try #require(signed.first { $0.count == 2432 }).dropFirst(12))

            try MLDSA44.verify(signature, over: message, publicKey: [UInt8](raw))
            #expect(throws: SignatureError.invalid) {
                try MLDSA44.verify(signature, over: message + [0], publicKey: [UInt8](raw))
            }
            for position in stride(from: 0, to: signature.count, by: 97) {
                var changed = signature
                changed[position] ^= 0x10
                #expect(throws: SignatureError.invalid) {
                    try MLDSA44.verify(changed, over: message, publicKey: [UInt8](raw))
                }
            }
            let key = try PrivateKey(seed: seed, algorithm: .mlDSA44)
            #expect(key.publicKey.rawMLDSA44 == [UInt8](raw))
            let own = try #require(try MLDSA44.sign(message, with: key))
            #expect(own.count == MLDSA44.signatureByteCount)
            try MLDSA44.verify(own, over: message, publicKey: [UInt8](raw))
        }
    }

    @Test func formsThatAreNoSignatureAreRefused() throws {
        let key = try PrivateKey.generate(.mlDSA44)
        let raw = try #require(key.publicKey.rawMLDSA44)
        let signature = try key.sign([1])
        for wrong in [[], signature.dropLast(), signature + [0]] {
            #expect(throws: SignatureError.invalid) {
                try MLDSA44.verify([UInt8](wrong), over: [1], publicKey: raw)
            }
        }
        // The last four bytes of the hint count its ones: more than omega, 80, is no signature.
        var hint = signature
        hint[hint.count - 1] = 81
        #expect(throws: SignatureError.invalid) {
            try MLDSA44.verify(hint, over: [1], publicKey: raw)
        }
        #expect(throws: SignatureError.invalid) {
            try MLDSA44.verify(signature, over: [1], publicKey: [UInt8](raw.dropLast()))
        }
        #expect(try MLDSA44.sign([1], with: try PrivateKey.generate(.ed25519)) == nil)
    }
}
