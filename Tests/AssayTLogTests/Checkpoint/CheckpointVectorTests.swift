import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The published checkpoints and cosignatures.
@Suite(.enabled(if: SharedFolder.isExpected, SharedFolder.skipComment))
struct CheckpointVectorTests {
    @Test func checkpointTexts() throws {
        let cases = try SharedFolder.json("vectors/checkpoints/parse.json").list("cases")
        var accepted = 0
        for vector in cases {
            let text = try vector.string("text")
            do {
                let checkpoint = try Checkpoint(noteText: text, extensionLines: .allowed)
                #expect(try vector.flag("accept"), "\(text)")
                #expect(try checkpoint.origin.text == vector.string("origin"))
                #expect(try checkpoint.head.size.value == vector.count("size"))
                #expect(try checkpoint.head.root == vector.digest("root_hex"))
                #expect(try checkpoint.extensions == vector.strings("extensions"))
                #expect(checkpoint.noteText == text)
                accepted += 1
                let isPlain = checkpoint.extensions.isEmpty
                #expect(isPlain == Self.isAccepted(text))
            } catch is CheckpointError {
                #expect(try vector.flag("accept") == false, "\(text)")
            }
        }
        #expect(cases.count == 28)
        #expect(accepted == 9)
    }

    /// Whether the rule for Assay's own checkpoints, no extension lines, accepts `text`.
    static func isAccepted(_ text: Text) -> Bool {
        do throws(CheckpointError) {
            _ = try Checkpoint(noteText: text)
            return true
        } catch { return false }
    }

    static func cases(_ list: String) throws -> [JSONValue] {
        try SharedFolder.json("vectors/cosignatures/cosignatures.json").list(list)
    }

    static func keys(_ vector: JSONValue, _ lists: String...) throws -> [VerifierKey] {
        try lists.flatMap { try vector.strings($0) }.map { try VerifierKey(text: $0) }
    }

    /// All four notes: every line verifies, or says that it cannot be checked; the bytes that are
    /// signed and the times are as published.
    @Test func cosignatures() throws {
        let cases = try Self.cases("cases")
        var unavailable = 0
        for vector in cases {
            let keys = try Self.keys(vector, "log_vkeys", "cosigner_vkeys")
            let note = try SignedNote(bytes: try vector.string("note").utf8)
            let checkpoint = try Checkpoint(noteText: note.text)
            for line in note.signatures {
                let key = try #require(
                    keys.first { $0.name == line.name && $0.id == line.keyID })
                guard let cosignature = try Cosignature(line, by: key) else { continue }
                if let time = vector["timestamps"]?[key.name.text]?.text {
                    #expect(Text("\(cosignature.timestamp.value)") == time)
                }
                if vector["signed_message_hex"] != nil {
                    let message =
                        key.type == .mlDSA44Cosignature
                        ? Cosignature.treeMessage(
                            checkpoint, by: key.name, at: cosignature.timestamp)
                        : Cosignature.timedMessage(note.text, at: cosignature.timestamp)
                    #expect(try message == vector.hex("signed_message_hex"))
                }
            }
            do throws(NoteError) {
                let opened = try note.open(with: keys)
                #expect(opened.verified.count + opened.unavailable.count == keys.count)
                unavailable += opened.unavailable.count
            } catch {
                #expect(error == .algorithmUnavailable(.mlDSA44))
                unavailable += 1
            }
        }
        #expect(cases.count == 4)
        #expect(unavailable == (MLDSA44.isAvailable ? 0 : 2))
    }

    /// All nine altered notes.
    ///
    /// Where ML-DSA-44 cannot be checked, no such note is ever called good,
    /// and those that are wrong in form are refused all the same.
    @Test func alteredCosignatures() throws {
        let cases = try Self.cases("negative")
        var undecided = 0
        for vector in cases {
            let id = try vector.string("id")
            let keys = try Self.keys(vector, "verifiers")
            let expected =
                vector["recommended"]?.text == "reject"
                ? "bad-signature" : try vector.string("expect").string
            let (outcome, _) = NoteVectorTests.outcome(try vector.string("note").utf8, keys)
            if outcome == "unavailable" {
                undecided += 1
                #expect(keys.map(\.type) == [.mlDSA44Cosignature], "\(id)")
            } else {
                #expect(outcome == expected, "\(id)")
            }
        }
        #expect(cases.count == 9)
        #expect(undecided == (MLDSA44.isAvailable ? 0 : 3))
    }

    /// The four ML-DSA-44 notes whose verdict needs the algorithm itself.
    @Test(
        .enabled(if: MLDSA44.isAvailable, NoteFixtures.mlDSA44Comment),
        arguments: [
            "ML-DSA-44 log signature, timestamp 0, size 1",
            "ML-DSA-44 checkpoint cosignature known answer (deterministic variant, rnd = 32 zero bytes)",
        ])
    func mlDSACosignature(id: String) throws {
        let vector = try #require(try Self.cases("cases").first { $0["id"]?.text == Text(id) })
        let keys = try Self.keys(vector, "log_vkeys", "cosigner_vkeys")
        let opened = try SignedNote(bytes: try vector.string("note").utf8).open(with: keys)
        #expect(opened.verified.map(\.key) == keys)
    }

    /// The Ed25519 known answer is what this signer makes.
    @Test func cosigningKnownAnswer() throws {
        let vector = try #require(
            try Self.cases("cases").first {
                $0["id"]?.text == "Ed25519 cosignature known answer (deterministic)"
            })
        let key = try #require(try Self.keys(vector, "cosigner_vkeys").first)
        let parts = try vector.string("cosigner_skey").utf8.split(
            separator: UInt8(ascii: "+"), maxSplits: 4)
        let typed = try #require(Base64.decode(parts[4]))
        let signer = try SignerKey(
            name: key.name, type: .ed25519Cosignature,
            seed: [UInt8](typed.dropFirst()))
        #expect(signer.verifierKey == key)
        let note = try SignedNote(bytes: try vector.string("note").utf8)
        let times = try #require(vector["timestamps"])
        let time = try #require(UnixSeconds(times.count("Wit1")))
        let line = try signer.sign(try Checkpoint(noteText: note.text), at: time)
        #expect(line == note.signatures.last)
    }
}
