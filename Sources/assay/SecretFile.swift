import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayVerification

/// `OUT.assay-secret`: what opens the commitments of one statement (formats.md section 11).
///
///     {"disclosures":["…"],"log":"<SHA-256 in hex>","samples":"<base64 of 32 bytes>",
///      "secret":"assay/v1"}
///
/// Salts are made from the 32 bytes, so that attesting the same log again gives the same statement,
/// byte by byte. For another log the file is refused: who opens a sample of one statement would
/// reveal salts of the other.
struct SecretFile {
    let path: String
    let samples: SampleSecret
    /// Whether the file was there before.
    let isKept: Bool
    /// The log that a kept secret was made for.
    private let log: Digest?

    private static let version: Text = "assay/v1"

    private enum Member: String, MemberName { case secret, samples, log, disclosures }

    /// Takes the secret of the file at `path` if there is one, and makes a new one otherwise.
    init(path: String) throws(CommandFailure) {
        self.path = path
        isKept = DurableFile.exists(path)
        let (bytes, log) = isKept ? try Self.read(path) : (SecureRandom.bytes(32), nil)
        self.log = log
        guard let samples = SampleSecret(bytes: bytes) else {
            throw CommandFailure(
                .badTrustInput, code: "secret-malformed", "\(path): the secret is not 32 bytes")
        }
        self.samples = samples
    }

    /// Refuses a kept secret that was made for another log.
    func requireLog(_ digest: Digest) throws(CommandFailure) {
        guard log == nil || log == digest else {
            throw CommandFailure(
                .cannot, code: "exists",
                "\(path) is the secret of another log's statement; choose another -o OUT")
        }
    }

    private static func read(
        _ path: String
    ) throws(CommandFailure) -> (bytes: [UInt8], log: Digest?) {
        let bytes = try Files.read(path, limitBytes: 16 << 20)
        do throws(AttestationError) {
            return try parse(bytes)
        } catch {
            throw CommandFailure(
                .badTrustInput, code: "secret-malformed",
                "\(path): not a secret file: " + EscapedText.escape("\(error)"))
        }
    }

    private static func parse(
        _ bytes: [UInt8]
    ) throws(AttestationError) -> (bytes: [UInt8], log: Digest?) {
        let value: JSONValue
        do throws(JSONError) {
            value = try StrictJSON.parse(bytes)
        } catch {
            throw .notJSON(.disclosure, error)
        }
        let cursor = JSONCursor(value, in: .disclosure)
        try cursor.refuseUnknownMembers(besides: Member.self)
        let version = try cursor.member(Member.secret)
        guard try version.text() == Self.version else {
            throw version.failure(.mismatch(expected: Self.version, found: try version.text()))
        }
        return (
            try cursor.member(Member.samples).base64(), try cursor.required(Member.log)
        )
    }

    /// Writes the secret with what was withheld; only its owner may read it.
    func write(_ disclosures: [Disclosure], log: Digest) throws(CommandFailure) {
        let value: JSONValue = [
            "disclosures": .array(disclosures.map { .string($0.text) }),
            "log": .string(log.hex),
            "samples": .string(Base64.encode(samples.bytes)),
            "secret": .string(Self.version),
        ]
        try Files.write(CompactJSON.serialize(value), to: path, mode: 0o600)
    }

    /// The salts of withheld members, in the order in which they are asked for.
    func saltSource() -> () -> [UInt8] {
        var count: UInt64 = 0
        let key = samples.bytes
        return {
            let message = [UInt8]("assay-disclosure".utf8) + count.bigEndianBytes
            count += 1
            return [UInt8](HMACSHA256.code(key: key, message: message).bytes.prefix(16))
        }
    }
}
