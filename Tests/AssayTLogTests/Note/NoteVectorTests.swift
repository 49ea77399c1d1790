import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published notes and verifier keys.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct NoteVectorTests {
    /// What opening a note ended in, in the words of the vectors.
    static func outcome(_ bytes: [UInt8], _ keys: [VerifierKey]) -> (String, verified: Int) {
        do throws(NoteError) {
            let opened = try SignedNote(bytes: bytes).open(with: keys)
            return ("ok", opened.verified.count)
        } catch {
            switch error {
            case .rejectedSignature: return ("bad-signature", 0)
            case .noKnownSignature: return ("no-known-key", 0)
            case .ambiguousKey: return ("ambiguous", 0)
            case .algorithmUnavailable, .libraryFault: return ("unavailable", 0)
            default: return ("malformed", 0)
            }
        }
    }

    /// All 29 notes; the four that are signed with ECDSA or as RFC 6962 tree heads fail at their
    /// keys, which are of no type that Assay reads.
    @Test func notes() throws {
        let cases = try SharedFolder.json("vectors/notes/notes.json").list("cases")
        var wrong: [String] = []
        var foreign = 0
        for vector in cases {
            let bytes =
                try vector["note"]?.text?.utf8
                ?? #require(Base64.decode(vector.string("note_b64").utf8))
            var keys: [VerifierKey] = []
            do {
                keys = try vector.strings("verifiers").map { try VerifierKey(text: $0) }
            } catch VerifierKeyError.unsupportedType(let type) where [2, 5].contains(type) {
                foreign += 1
                continue
            }
            let (outcome, verified) = Self.outcome(bytes, keys)
            let expected = (
                try vector.string("expect").string, try vector.count("verified_signatures")
            )
            if (outcome, UInt64(verified)) != expected {
                wrong.append("\(try vector.string("id")): \(outcome) \(verified)")
            }
        }
        #expect(wrong == [])
        #expect(cases.count == 29)
        #expect(foreign == 4)
    }

    @Test func verifierKeys() throws {
        let cases = try SharedFolder.json("vectors/notes/vkeys.json").list("vkeys")
        var accepted = 0
        var foreign = 0
        for vector in cases {
            let text = try vector.string("vkey")
            do {
                let key = try VerifierKey(text: text)
                #expect(try vector.flag("accept"))
                #expect(try key.name.text == vector.string("name"))
                #expect(try Text(key.id.hex) == vector.string("key_id_hex"))
                #expect(try UInt64(key.type.rawValue) == vector.count("type"))
                #expect(try key.publicKey == vector.hex("public_key_hex"))
                #expect(key.text == text)
                accepted += 1
            } catch VerifierKeyError.unsupportedType(let type) where [2, 5].contains(type) {
                foreign += try vector.flag("accept") ? 1 : 0
            } catch is VerifierKeyError {
                #expect(try vector.flag("accept") == false, "\(text)")
            }
        }
        #expect(cases.count == 19)
        #expect(accepted == 7)
        #expect(foreign == 4)
    }

    @Test func aStatedKeyIDMustMatch() throws {
        let cases = try SharedFolder.json("vectors/notes/vkeys.json").list("vkeys")
        let text = try #require(
            cases.compactMap { $0["vkey"]?.text }.first { $0.string.hasPrefix("test+5893dc2c+") })
        #expect(
            throws: VerifierKeyError.keyIDMismatch(
                stated: NoteKeyID(0x5893_dc2c), computed: NoteKeyID(0x3123_6897))
        ) { try VerifierKey(text: text) }
    }

    @Test func signersAndTheirKnownAnswer() throws {
        let file = try SharedFolder.json("vectors/notes/vkeys.json")
        let cases = try file.list("skeys")
        for vector in cases {
            let key = try VerifierKey(text: vector.string("vkey"))
            let signer = try SignerKey(
                name: key.name, type: key.type, seed: vector.hex("seed_hex"))
            #expect(signer.verifierKey == key)
        }
        #expect(cases.count == 8)

        let answer = try #require(file["sign_known_answer"])
        let first = try #require(cases.first)
        #expect(try first.string("skey") == answer.string("skey"))
        let signer = try SignerKey(
            name: VerifierKey(text: first.string("vkey")).name, type: .ed25519,
            seed: first.hex("seed_hex"))
        let text = try answer.string("text")
        let line = try #require(try signer.sign(text: text))
        let note = try SignedNote(text: text, signatures: [line])
        #expect(try note.bytes == answer.string("note").utf8)
    }

    /// Small-order and non-canonical Ed25519 keys never become verifier keys.
    @Test func weakKeysAreRefused() throws {
        let vectors = try SharedFolder.json("vectors/notes/ed25519_edge_cases.json").list("vectors")
        #expect(vectors.count == 914)
        let name = try #require(KeyName("weak"))
        var wrong: [Text] = []
        var refused = 0
        for vector in vectors {
            let fields = try #require(vector.array)
            let hex = try #require(fields[1].text)
            let bytes = try #require(Hex.decode(hex.utf8))
            let flags = try #require(fields[4].array).compactMap(\.text)
            let isWeak = flags.contains("low_order_A") || flags.contains("non_canonical_A")
            do throws(VerifierKeyError) {
                _ = try VerifierKey(name: name, type: .ed25519Cosignature, publicKey: bytes)
                if isWeak { wrong.append(hex) }
            } catch {
                refused += 1
                if !isWeak || error != .unacceptableKey { wrong.append(hex) }
            }
        }
        #expect(wrong == [])
        #expect(refused > 0)
    }
}
