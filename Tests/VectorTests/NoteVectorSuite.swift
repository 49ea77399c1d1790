import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import Testing

/// Folders vkeys, notes, checkpoints and cosignatures.
@Suite struct NoteVectorSuite {
    @Test func verifierKeys() throws {
        try VectorFile.compare("vkeys/vkeys.json", count: 67) { vector in
            guard let text = Text(validating: try vector.raw("vkey")) else {
                return ["malformed: name"]
            }
            do {
                let key = try VerifierKey(text: text)
                let same =
                    try key.name.text == vector.string("keyName")
                    && key.id.bytes == vector.hex("keyID")
                    && UInt64(key.type.rawValue) == vector.count("type")
                    && key.publicKey == vector.base64("publicKey") && key.text == text
                return [same ? "accept" : "read otherwise"]
            } catch let error as VerifierKeyError {
                return ["malformed: \(Self.word(error))"]
            }
        }
    }

    static func word(_ error: VerifierKeyError) -> String {
        switch error {
        case .notThreeParts: "format"
        case .malformedName: "name"
        case .malformedKeyID: "id"
        case .malformedBase64: "base64"
        case .unsupportedType: "type"
        case .wrongKeyLength: "length"
        case .unacceptableKey: "key"
        case .keyIDMismatch: "id-mismatch"
        }
    }

    /// What opening the note of a case says; undecided where the library lacks an algorithm.
    static func open(_ vector: JSONValue) throws -> Set<String> {
        let bytes = try vector.raw("note")
        let keys = try vector.strings("keys").map { try VerifierKey(text: $0) }
        do {
            let opened = try SignedNote(bytes: bytes).open(with: keys)
            if !opened.unavailable.isEmpty { return try [vector.expected] }
            let same =
                try opened.verified.map(\.key.text) == vector.strings("verified")
                && opened.note.text.utf8 == vector.raw("text") && opened.note.bytes == bytes
            return [same ? "accept" : "read otherwise"]
        } catch let error as NoteError {
            if try vector.isUndecidable, case .algorithmUnavailable = error {
                return try [vector.expected]
            }
            return words(error)
        }
    }

    static func words(_ error: NoteError) -> Set<String> {
        switch error {
        case .notUTF8: ["malformed: utf8"]
        case .controlCharacter: ["malformed: control"]
        case .noFinalNewline: ["malformed: newline"]
        case .noSignatureBlock: ["malformed: separator", "malformed: no-signatures"]
        case .tooManySignatures: ["malformed: too-many"]
        case .malformedSignatureLine:
            ["malformed: line", "malformed: name", "malformed: base64", "malformed: short"]
        case .rejectedSignature: ["rejected: signature"]
        case .noKnownSignature: ["rejected: no-known-signature"]
        case .tooLarge, .ambiguousKey, .algorithmUnavailable, .libraryFault: ["\(error)"]
        }
    }

    @Test func notes() throws {
        try VectorFile.compare("notes/notes.json", count: 72, judge: Self.open)
    }

    @Test func cosignedNotes() throws {
        try VectorFile.compare("cosignatures/notes.json", count: 42, judge: Self.open)
    }

    @Test func checkpoints() throws {
        try VectorFile.compare("checkpoints/checkpoints.json", count: 50) { vector in
            let text = try #require(Text(validating: try vector.raw("text")))
            do {
                let checkpoint = try Checkpoint(noteText: text)
                let same =
                    try checkpoint.origin.text == vector.string("origin")
                    && checkpoint.head.size.value == vector.count("size")
                    && checkpoint.head.root == vector.digest("root")
                    && checkpoint.noteText == text
                return [same ? "accept" : "read otherwise"]
            } catch let error as CheckpointError {
                return ["malformed: \(Self.word(error))"]
            }
        }
    }

    static func word(_ error: CheckpointError) -> String {
        switch error {
        case .noFinalNewline: "newline"
        case .tooFewLines, .emptyExtensionLine: "lines"
        case .malformedOrigin: "origin"
        case .malformedSize: "size"
        case .malformedRoot: "root"
        case .extensionLines: "extension"
        }
    }

    /// The signed bytes of every case, the verdict on its line, and for Ed25519 the line itself.
    @Test func cosignedMessages() throws {
        var wrong: [String] = []
        for vector in try VectorFile.cases("cosignatures/messages.json", count: 15) {
            let title = try vector.string("name").string
            let key = try VerifierKey(text: try vector.string("vkey"))
            let time = try #require(UnixSeconds(try vector.count("timestamp")))
            let checkpoint = try Checkpoint(noteText: try vector.string("text"))
            let message =
                key.type == .ed25519Cosignature
                ? Cosignature.timedMessage(checkpoint.noteText, at: time)
                : Cosignature.treeMessage(checkpoint, by: key.name, at: time)
            if try message != vector.base64("message") { wrong.append("\(title): message") }
            let line = try #require(NoteSignature(line: try vector.string("line").utf8.dropLast()))
            let cosignature = try #require(try Cosignature(line, by: key))
            if cosignature.timestamp != time { wrong.append("\(title): time") }
            if key.type == .ed25519Cosignature {
                let signer = try SignerKey(
                    name: key.name, type: key.type, seed: try vector.hex("seed"))
                if signer.verifierKey != key { wrong.append("\(title): key of the seed") }
                if try signer.sign(checkpoint, at: time) != line { wrong.append("\(title): line") }
            }
            if key.type.algorithm.isAvailable { try cosignature.verify(over: checkpoint) }
        }
        #expect(wrong == [])
    }
}
