import AssayAttestation
import AssayCrypto
import AssayTestSupport
import Testing

@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct EnvelopeVectorTests {
    struct Key {
        let name: Text
        let publicKey: PublicKey
    }

    static func keys(_ document: JSONValue) throws -> [Key] {
        try ["A", "B"].map { (name: Text) in
            let key = try #require(document["keys"]?[name])
            return Key(
                name: name, publicKey: try PublicKey(ed25519: try key.hex("public")))
        }
    }

    /// The bytes of base64 in either alphabet, which DSSE verifiers must accept and we do not.
    static func bytes(_ text: Text) throws -> [UInt8] {
        let standard = text.string.replacing("-", with: "+").replacing("_", with: "/")
        return try #require(Base64.decode(standard.utf8))
    }

    /// Judges a vector as DSSE does, by our encoding and our keys: distinct keys are counted.
    static func accepts(_ vector: JSONValue, keys: [Key]) throws -> Bool {
        let envelope = try #require(vector["envelope"])
        let type = try envelope.string("payloadType")
        let signed = PreAuthEncoding.encode(
            payloadType: type, payload: try bytes(try envelope.string("payload")))
        let trusted = try vector.strings("trustedKeys")
        var verified: Set<KeyID> = []
        for signature in try envelope.list("signatures") {
            let sig = try bytes(try signature.string("sig"))
            for key in keys where trusted.contains(key.name) {
                do {
                    try key.publicKey.verify(sig, over: signed)
                    verified.insert(key.publicKey.keyID)
                } catch SignatureError.invalid { continue }
            }
        }
        let isSupported = try vector.strings("supportedPayloadTypes").contains(type)
        return try isSupported && verified.count >= Int(vector.count("threshold"))
    }

    @Test func preAuthEncodingAndSignatures() throws {
        let document = try SharedFolder.json("vectors/dsse/vectors.json")
        let keys = try Self.keys(document)
        let vectors = try document.list("vectors")
        #expect(vectors.count == 9)
        for vector in vectors {
            let id = try vector.string("id")
            let envelope = try #require(vector["envelope"])
            let encoded = PreAuthEncoding.encode(
                payloadType: try envelope.string("payloadType"),
                payload: try Self.bytes(try envelope.string("payload")))
            // The vector whose type was swapped states what was signed, not what is claimed.
            #expect(
                (encoded == (try vector.hex("pae"))) == (id != "payload-type-swapped"), "\(id)")
            #expect(
                try Self.accepts(vector, keys: keys) == (vector.string("expect") == "accept"),
                "\(id)")
        }
        let example = try #require(document["ecdsa_p256_example"])
        let encoded = PreAuthEncoding.encode(
            payloadType: try example.string("payloadType"),
            payload: try Self.bytes(try example.string("payload")))
        #expect(try Text(validating: encoded) == example.string("pae_utf8"))
    }

    /// With real keyids, our reader takes exactly the vectors that are canonical enough: standard
    /// base64, the in-toto type, and keyids that differ.
    @Test func strictReaderTakesTheStrictOnes() throws {
        let document = try SharedFolder.json("vectors/dsse/vectors.json")
        let keys = try Self.keys(document)
        var taken: [Text] = []
        for vector in try document.list("vectors") {
            var bytes = String(
                decoding: try JCS.serialize(try #require(vector["envelope"])), as: UTF8.self)
            #expect(throws: AttestationError.self) { try Envelope(parsing: [UInt8](bytes.utf8)) }
            for key in keys {
                bytes = bytes.replacing(
                    #""keyid":"\#(key.name)""#, with: #""keyid":"\#(key.publicKey.keyID)""#)
            }
            do {
                let envelope = try Envelope(parsing: [UInt8](bytes.utf8))
                for signature in envelope.signatures {
                    let key = try #require(
                        keys.first { $0.publicKey.keyID == signature.keyID })
                    try key.publicKey.verify(
                        signature.bytes, over: envelope.preAuthEncoding)
                }
                taken.append(try vector.string("id"))
            } catch is AttestationError { continue }
        }
        #expect(taken == ["single-signature", "empty-payload", "threshold-two-distinct-keys"])
    }
}
