import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog
import AssayVerification

/// Prints what a file says without believing it.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints what a bundle, envelope, checkpoint or proof says, headed UNVERIFIED.",
        discussion: """
            Example:
              assay-verify show run.eval.assay
            """)

    @Argument(help: "The file; - reads standard input.")
    var file: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    mutating func run() throws {
        let file = file
        let json = json
        try reporting(as: "assay-verify") { () throws(CommandFailure) in
            let bytes = try TrustOptions.read(file, limitBytes: Bundle.byteCountMax)
            let shown = try Shown(bytes)
            let text =
                json
                ? String(decoding: CompactJSON.serialize(shown.json), as: UTF8.self) + "\n"
                : "UNVERIFIED\n" + shown.text
            try Output.write(text)
        }
    }
}

/// A file of a known kind, for display.
private enum Shown {
    case bundle(Bundle)
    case envelope(EnvelopeDraft)
    case note(SignedNote)
    case lines([String])

    init(_ bytes: [UInt8]) throws(CommandFailure) {
        if bytes.first == UInt8(ascii: "{") {
            self = try Self.object(bytes)
        } else if bytes.starts(with: "c2sp.org/tlog-proof@v1\n".utf8),
            let text = Text(validating: bytes)
        {
            self = .lines(Self.lines(of: text))
        } else {
            do throws(NoteError) {
                self = .note(try SignedNote(bytes: bytes))
            } catch {
                throw CommandFailure(
                    .malformed, code: "malformed",
                    "not a bundle, an envelope, a tlog-proof or a signed note: "
                        + EscapedText.escape("\(error)"))
            }
        }
    }

    /// A bundle if the object has the member of one, an envelope otherwise.
    private static func object(_ bytes: [UInt8]) throws(CommandFailure) -> Shown {
        do throws(AttestationError) {
            return try isBundle(bytes)
                ? .bundle(Bundle(parsing: bytes)) : .envelope(EnvelopeDraft(parsing: bytes))
        } catch {
            throw CommandFailure(.malformed, code: "malformed", EscapedText.escape("\(error)"))
        }
    }

    private static func isBundle(_ bytes: [UInt8]) throws(AttestationError) -> Bool {
        do throws(JSONError) {
            return try StrictJSON.parse(bytes)["bundle"] != nil
        } catch {
            throw .notJSON(.bundle, error)
        }
    }

    private static func lines(of text: Text) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { EscapedText.escape(String(decoding: $0, as: UTF8.self)) }
    }

    /// The file as one JSON value.
    var json: JSONValue {
        switch self {
        case .bundle(let bundle):
            var object = bundle.json.object ?? JSONObject()
            object.append(
                "decoded",
                .array(bundle.entries.map { Self.decoded(entry: $0.entry) }))
            return .object(object)
        case .envelope(let draft): return Self.decoded(draft)
        case .note(let note): return ["note": .string(String(decoding: note.bytes, as: UTF8.self))]
        case .lines(let lines): return ["lines": .array(lines.map { .string($0) })]
        }
    }

    /// The file for reading; everything from it is escaped.
    var text: String {
        switch self {
        case .bundle(let bundle):
            let checkpoint = Text(String(decoding: bundle.checkpoint, as: UTF8.self))
            return "bundle of ledger \(bundle.ledger)\n"
                + Self.lines(of: checkpoint).map { "checkpoint  \($0)\n" }.joined()
                + bundle.entries.map { entry in
                    "entry \(entry.index.value), role \(entry.role.rawValue), leaf hash "
                        + "\(MerkleTree.leafHash(of: entry.entry))\n"
                        + DisplayJSON.text(of: Self.decoded(entry: entry.entry)) + "\n"
                }.joined()
        case .envelope(let draft): return DisplayJSON.text(of: Self.decoded(draft)) + "\n"
        case .note(let note):
            let text = Text(String(decoding: note.bytes, as: UTF8.self))
            return Self.lines(of: text).dropLast().map { $0 + "\n" }.joined()
        case .lines(let lines): return lines.dropLast().map { $0 + "\n" }.joined()
        }
    }

    private static func decoded(entry bytes: [UInt8]) -> JSONValue {
        do throws(AttestationError) {
            return decoded(try EnvelopeDraft(parsing: bytes))
        } catch {
            return ["error": .string("not an envelope: \(error)")]
        }
    }

    /// The statement, and by whom it is said to be signed.
    private static func decoded(_ draft: EnvelopeDraft) -> JSONValue {
        let statement: JSONValue
        do throws(JSONError) {
            statement = try StrictJSON.parse(draft.payload)
        } catch {
            statement = .string("not JSON: \(error)")
        }
        return [
            "signatures": .array(draft.signatures.map { .string($0.keyID.hex) }),
            "statement": statement,
        ]
    }
}
