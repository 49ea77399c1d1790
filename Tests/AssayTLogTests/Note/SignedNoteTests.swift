import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// The form of notes, and which lines count.
@Suite struct SignedNoteTests {
    static let time = UnixSeconds(1_767_225_600)

    static func checkpoint() throws -> Checkpoint {
        try NoteFixtures.checkpoint("log.example", size: 7)
    }

    /// A line of `name` and `keyID` over arbitrary bytes, made by way of its text.
    static func line(
        _ name: String, _ keyID: NoteKeyID, _ signature: [UInt8]
    ) throws -> NoteSignature {
        let text = "— \(name) \(Base64.encode(keyID.bytes + signature))"
        return try #require(NoteSignature(line: [UInt8](text.utf8)))
    }

    static func unknownLines(_ count: Int) throws -> [NoteSignature] {
        try (0..<count).map { try line("unknown\($0)", NoteKeyID(UInt32($0)), [1]) }
    }

    static func error(_ note: SignedNote, _ keys: [VerifierKey]) -> NoteError? {
        do throws(NoteError) {
            _ = try note.open(with: keys)
            return nil
        } catch { return error }
    }

    /// A note with the log's line, a witness's and a stranger's.
    static func note() throws -> (note: SignedNote, keys: [VerifierKey]) {
        let checkpoint = try checkpoint()
        let signers = [
            try NoteFixtures.signer("log.example", .ed25519),
            try NoteFixtures.signer("w1", .ed25519Cosignature),
        ]
        let time = try #require(time)
        var lines = try signers.map { try $0.sign(checkpoint, at: time) }
        lines += try unknownLines(1)
        let note = try SignedNote(text: checkpoint.noteText, signatures: lines)
        return (note, signers.map(\.verifierKey))
    }

    /// A change of any byte is refused, or it changed only which strangers are said to have signed.
    @Test func everyChangedByteIsNoticed() throws {
        let (note, keys) = try Self.note()
        let opened = try note.open(with: keys)
        #expect(opened.verified.map(\.key) == keys)
        #expect(opened.verified.map(\.time) == [nil, Self.time])
        #expect(opened.unknown.count == 1)
        #expect(try SignedNote(bytes: note.bytes) == note)
        var wrong: [String] = []
        var tried = 0
        for changed in Mutations.ofEveryByte(note.bytes) {
            tried += 1
            do throws(NoteError) {
                let other = try SignedNote(bytes: changed)
                if other.bytes != changed { wrong.append("two spellings") }
                let opened = try other.open(with: keys)
                // A known line whose name or key ID changed is a stranger's.
                for key in opened.verified.map(\.key) {
                    let line = other.signatures.first { $0.name == key.name }
                    if !note.signatures.contains(where: { $0 == line }) {
                        wrong.append("another signature")
                    }
                }
                if other.text != note.text { wrong.append("another text") }
            } catch {}
        }
        #expect(wrong == [])
        #expect(tried > 3_000)
    }

    @Test func formsThatAreNoNote() throws {
        let (note, _) = try Self.note()
        let text = note.text.utf8
        let line = note.signatures[0].line
        func bytes(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }
        func utf8(_ string: String) -> [UInt8] { [UInt8](string.utf8) }
        let newline = utf8("\n")
        let rest = Array(line.dropFirst(4))
        let cases: [([UInt8], NoteError)] = [
            ([], .noFinalNewline),
            (text, .noSignatureBlock),
            (bytes(text, newline), .noSignatureBlock),
            (bytes(text, newline, newline), .noSignatureBlock),
            (bytes(text, newline, line), .noFinalNewline),
            (bytes(text, newline, utf8("- "), rest, newline), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("– "), rest, newline), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("− "), rest, newline), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("—  "), rest, newline), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("—\u{a0}"), rest, newline), .malformedSignatureLine(0)),
            (bytes(text, newline, line, utf8(" \n")), .malformedSignatureLine(0)),
            (bytes(text, newline, line, newline, utf8("x\n")), .malformedSignatureLine(1)),
            (bytes(text, newline, utf8("— a\u{2028}b AAAAAAA=\n")), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("— a\u{7f}b AAAAAAA=\n")), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("— a+b AAAAAAA=\n")), .malformedSignatureLine(0)),
            // Four bytes are a key ID without a signature; the last has non-zero trailing bits.
            (bytes(text, newline, utf8("— a AAAAAA==\n")), .malformedSignatureLine(0)),
            (bytes(text, newline, utf8("— a AAAAAAB=\n")), .malformedSignatureLine(0)),
            (bytes([0x61, 0x09, 0x0a], newline, line, newline), .controlCharacter(at: 1)),
            (bytes([0x61, 0x0d, 0x0a], newline, line, newline), .controlCharacter(at: 1)),
            (bytes([0xff, 0x0a], newline, line, newline), .notUTF8),
            (
                [UInt8](repeating: 0x61, count: Limits.noteBytes + 1),
                .tooLarge(Limits.noteBytes + 1)
            ),
        ]
        for (number, (input, expected)) in cases.enumerated() {
            #expect(throws: expected, "case \(number)") { try SignedNote(bytes: input) }
        }
        #expect(throws: NoteError.noFinalNewline) {
            try SignedNote(text: "no newline", signatures: note.signatures)
        }
        #expect(throws: NoteError.noSignatureBlock) {
            try SignedNote(text: note.text, signatures: [])
        }
    }

    @Test(arguments: [0, 1, 15, 16, 99]) func strangersAreKeptApart(count: Int) throws {
        let (note, keys) = try Self.note()
        let lines = try Self.unknownLines(count) + [note.signatures[0]]
        let opened = try SignedNote(text: note.text, signatures: lines).open(with: keys)
        #expect(opened.verified.count == 1)
        #expect(opened.unknown.count == count)
        #expect(throws: NoteError.tooManySignatures(101)) {
            try SignedNote(text: note.text, signatures: Self.unknownLines(100) + lines.suffix(1))
        }
    }

    @Test func signaturesOfWrongLengthRejectTheNote() throws {
        let checkpoint = try Self.checkpoint()
        let time = try #require(Self.time)
        for (type, lengths) in [
            (SignatureType.ed25519, [1, 63, 65, 72]), (.ed25519Cosignature, [8, 64, 71, 73]),
        ] {
            let signer = try NoteFixtures.signer("log.example", type)
            let good = try signer.sign(checkpoint, at: time)
            for length in lengths {
                let bytes = [UInt8]((good.signature + [0, 0, 0, 0, 0, 0, 0, 0, 0]).prefix(length))
                let line = try Self.line("log.example", good.keyID, bytes)
                let note = try SignedNote(text: checkpoint.noteText, signatures: [line])
                let expected = NoteSignatureError.wrongLength(
                    actual: length, expected: good.signature.count)
                #expect(
                    Self.error(note, [signer.verifierKey])
                        == .rejectedSignature(good.name, good.keyID, expected))
            }
        }
    }

    /// What an ML-DSA-44 line lacks in form rejects the note, whether or not the algorithm is there.
    @Test func mlDSALinesOfWrongForm() throws {
        let type = SignatureType.mlDSA44Cosignature
        let key = try VerifierKey(
            name: #require(KeyName("m")), type: type, publicKey: [UInt8](repeating: 3, count: 1312))
        let full = 8 + type.signatureByteCount
        let plain = try Self.checkpoint().noteText
        let extended = Text(plain.string + "extra\n")
        let cases: [(Text, [UInt8], NoteSignatureError)] = [
            (
                plain, [UInt8](repeating: 0, count: full - 1),
                .wrongLength(actual: full - 1, expected: full)
            ),
            (
                plain, [UInt8](repeating: 0, count: full + 1),
                .wrongLength(actual: full + 1, expected: full)
            ),
            (plain, [UInt8](repeating: 0x80, count: full), .timestampOutOfRange),
            (extended, [UInt8](repeating: 0, count: full), .uncoveredExtensionLines),
            ("hello\n", [UInt8](repeating: 0, count: full), .notACheckpoint(.tooFewLines(1))),
        ]
        for (text, signature, expected) in cases {
            let line = try Self.line("m", key.id, signature)
            let note = try SignedNote(text: text, signatures: [line])
            #expect(Self.error(note, [key]) == .rejectedSignature(key.name, key.id, expected))
        }
        let line = try Self.line("m", key.id, [UInt8](repeating: 0, count: full))
        let note = try SignedNote(text: plain, signatures: [line])
        #expect(
            Self.error(note, [key])
                == (MLDSA44.isAvailable
                    ? .rejectedSignature(key.name, key.id, .signature(.invalid))
                    : .algorithmUnavailable(.mlDSA44)))
    }

    /// Where the algorithm is missing, its lines stand apart beside the verified ones.
    @Test(.enabled(if: !MLDSA44.isAvailable, "skipped: the libcrypto at hand has ML-DSA-44"))
    func linesThatCannotBeChecked() throws {
        let (note, keys) = try Self.note()
        let type = SignatureType.mlDSA44Cosignature
        let key = try VerifierKey(
            name: #require(KeyName("m")), type: type, publicKey: [UInt8](repeating: 3, count: 1312))
        let line = try Self.line("m", key.id, [UInt8](repeating: 0, count: 2428))
        let mixed = try SignedNote(text: note.text, signatures: note.signatures + [line, line])
        let opened = try mixed.open(with: keys + [key])
        #expect(opened.verified.map(\.key) == keys)
        #expect(opened.unavailable == [key])
    }

    @Test(.enabled(if: MLDSA44.isAvailable, NoteFixtures.mlDSA44Comment))
    func mlDSASigning() throws {
        let signer = try NoteFixtures.signer("log.example", .mlDSA44Cosignature)
        let checkpoint = try Self.checkpoint()
        let time = try #require(Self.time)
        let line = try signer.sign(checkpoint, at: time)
        let note = try SignedNote(text: checkpoint.noteText, signatures: [line])
        #expect(try note.open(with: [signer.verifierKey]).verified.map(\.time) == [time])
        let moved = try NoteFixtures.checkpoint("log.example", size: 8)
        let other = try SignedNote(text: moved.noteText, signatures: [line])
        #expect(
            Self.error(other, [signer.verifierKey])
                == .rejectedSignature(line.name, line.keyID, .signature(.invalid)))
        let extended = try Checkpoint(
            noteText: Text(checkpoint.noteText.string + "extra\n"), extensionLines: .allowed)
        #expect(throws: NoteSignatureError.uncoveredExtensionLines) {
            try signer.sign(extended, at: time)
        }
        #expect(try signer.sign(text: checkpoint.noteText) == nil)
    }

    /// Plain and timestamped signatures of one Ed25519 key never pass for each other, and no
    /// signature passes under another name, origin, size or time.
    @Test func signaturesStayWhereTheyWereMade() throws {
        let checkpoint = try Self.checkpoint()
        let time = try #require(Self.time)
        let seed = [UInt8](repeating: 9, count: 32)
        let name = try #require(KeyName("log.example"))
        let plain = try SignerKey(name: name, type: .ed25519, seed: seed)
        let timed = try SignerKey(name: name, type: .ed25519Cosignature, seed: seed)
        let keys = [plain.verifierKey, timed.verifierKey]
        let plainLine = try plain.sign(checkpoint, at: time)
        let timedLine = try timed.sign(checkpoint, at: time)
        var swapped = [
            try Self.line(
                "log.example", plainLine.keyID, [UInt8](timedLine.signature.dropFirst(8))),
            try Self.line(
                "log.example", timedLine.keyID,
                time.value.bigEndianBytes + plainLine.signature),
        ]
        let late = (time.value + 1).bigEndianBytes + timedLine.signature.dropFirst(8)
        swapped.append(try Self.line("log.example", timedLine.keyID, late))
        for line in swapped {
            let note = try SignedNote(text: checkpoint.noteText, signatures: [line])
            #expect(
                Self.error(note, keys)
                    == .rejectedSignature(name, line.keyID, .signature(.invalid)))
        }
        for other in [
            try NoteFixtures.checkpoint("log.exampl", size: 7),
            try NoteFixtures.checkpoint("Log.example", size: 7),
            try NoteFixtures.checkpoint("log.example.", size: 7),
            try NoteFixtures.checkpoint("log.example", size: 8),
        ] {
            for line in [plainLine, timedLine] {
                let note = try SignedNote(text: other.noteText, signatures: [line])
                #expect(
                    Self.error(note, keys)
                        == .rejectedSignature(name, line.keyID, .signature(.invalid)))
            }
        }
    }

    /// All lines of one key are checked, they count once, and the earliest time stands.
    @Test func severalLinesOfOneKey() throws {
        let checkpoint = try Self.checkpoint()
        let signer = try NoteFixtures.signer("w", .ed25519Cosignature)
        let lines = try [30, 10, 20, 0].map { seconds in
            try signer.sign(checkpoint, at: #require(UnixSeconds(seconds)))
        }
        let note = try SignedNote(text: checkpoint.noteText, signatures: lines)
        let opened = try note.open(with: [signer.verifierKey])
        #expect(opened.verified.map(\.time) == [UnixSeconds(10)])
        let unstated = try SignedNote(text: checkpoint.noteText, signatures: [lines[3]])
        #expect(try unstated.open(with: [signer.verifierKey]).verified.map(\.time) == [nil])
        let broken = try Self.line("w", signer.verifierKey.id, [UInt8](repeating: 0, count: 72))
        let second = try SignedNote(text: checkpoint.noteText, signatures: lines + [broken])
        #expect(
            Self.error(second, [signer.verifierKey])
                == .rejectedSignature(broken.name, broken.keyID, .signature(.invalid)))
    }

    @Test func verifierKeyTexts() throws {
        let key = try NoteFixtures.signer("log.example/a", .ed25519).verifierKey
        #expect(try VerifierKey(text: key.text) == key)
        var wrong: [String] = []
        for changed in Mutations.ofEveryByte(key.text.utf8) {
            guard let text = Text(validating: changed) else { continue }
            do throws(VerifierKeyError) {
                wrong.append(try VerifierKey(text: text).text.string)
            } catch {}
        }
        #expect(wrong == [])
        #expect(KeyName(Text(String(repeating: "a", count: 255))) != nil)
        #expect(KeyName(Text(String(repeating: "a", count: 256))) == nil)
        for space in [
            "\u{9}", " ", "\u{85}", "\u{a0}", "\u{1680}", "\u{2003}", "\u{202f}", "\u{3000}",
        ] {
            #expect(KeyName(Text("a\(space)b")) == nil)
        }
    }

    /// Every byte of a checkpoint's text has its meaning.
    @Test func everyChangedByteOfACheckpoint() throws {
        let checkpoint = try Self.checkpoint()
        #expect(try Checkpoint(noteText: checkpoint.noteText) == checkpoint)
        var wrong: [String] = []
        for changed in Mutations.ofEveryByte(checkpoint.noteText.utf8) {
            guard let text = Text(validating: changed) else { continue }
            do throws(CheckpointError) {
                let other = try Checkpoint(noteText: text)
                if other == checkpoint || other.noteText != text { wrong.append(text.string) }
            } catch {}
        }
        #expect(wrong == [])
        #expect(throws: CheckpointError.extensionLines(["x"])) {
            try Checkpoint(noteText: Text(checkpoint.noteText.string + "x\n"))
        }
        #expect(throws: CheckpointError.emptyExtensionLine) {
            try Checkpoint(noteText: Text(checkpoint.noteText.string + "\n"))
        }
    }
}
