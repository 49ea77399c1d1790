import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles
import AssayTLog

/// Makes a key pair.
struct KeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Makes a key pair: KEY.pem (mode 0600) and KEY.pub beside it.",
        discussion: "Example: assay keygen --out northland.pem --encrypt")

    @Option(help: "Where the private key goes; it must not exist.")
    var out: String

    @Option(help: "The signature algorithm.")
    var algorithm = Word(SignatureAlgorithm.ed25519)

    @Option(help: "A note name, such as an origin: prints the verifier keys under that name.")
    var name: String?

    @Flag(help: "Ask for a passphrase and encrypt the private key with it.")
    var encrypt = false

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() throws {
        try Assay.run { () throws(CommandFailure) in
            let key = try Self.generate(algorithm.value)
            // A name that cannot be used is told before anything is written.
            let shown = try KeyDescription(key.publicKey, name: name)
            let publicPath: String
            do throws(KeyFileError) {
                let passphrase =
                    encrypt ? try KeyFile.newPassphrase() : nil
                publicPath = try KeyFile.create(key, at: out, passphrase: passphrase)
            } catch {
                throw CommandFailure(error)
            }
            try shown.write(files: [out, publicPath], json: json)
        }
    }

    private static func generate(
        _ algorithm: SignatureAlgorithm
    ) throws(CommandFailure) -> PrivateKey {
        do throws(KeyError) {
            return try PrivateKey.generate(algorithm)
        } catch {
            throw CommandFailure(.cannot, code: "algorithm-unavailable", "\(error)")
        }
    }
}

/// What can be said of keys.
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Shows keys.", subcommands: [Show.self])

    /// Shows an existing key.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the keyid and algorithm of a key, and its verifier keys.",
            discussion: "Example: assay key show northland.pub")

        @Argument(help: "A .pub or .pem file.")
        var file: String

        @Option(help: "A note name: prints the verifier keys under that name.")
        var name: String?

        @Flag(help: "Print one JSON value instead of text.")
        var json = false

        func run() throws {
            try Assay.run { () throws(CommandFailure) in
                try KeyDescription(try Files.publicKey(file), name: name)
                    .write(files: [], json: json)
            }
        }
    }
}

/// What is printed of a key.
struct KeyDescription {
    private let key: PublicKey
    /// The key as a log's verifier key, and as a witness's.
    private let verifierKey: VerifierKey?
    private let cosignerKey: VerifierKey?

    init(_ key: PublicKey, name: String?) throws(CommandFailure) {
        self.key = key
        guard let name else {
            (verifierKey, cosignerKey) = (nil, nil)
            return
        }
        let log = try Self.verifierKey(key, name, isLog: true)
        verifierKey = log
        cosignerKey =
            log.type == .ed25519 ? try Self.verifierKey(key, name, isLog: false) : log
    }

    /// `key` under the note name `name`; Ed25519 keys sign as a log (0x01) or cosign (0x04).
    static func verifierKey(
        _ key: PublicKey, _ name: String, isLog: Bool
    ) throws(CommandFailure) -> VerifierKey {
        guard let keyName = KeyName(Text(name)) else {
            throw CommandFailure(
                .usage, code: "name-malformed",
                "\"\(name)\" cannot name a key: it must have characters, no space and no +")
        }
        let (type, raw): (SignatureType, [UInt8]?) =
            switch key.algorithm {
            case .ed25519: (isLog ? .ed25519 : .ed25519Cosignature, key.rawEd25519)
            case .mlDSA44: (.mlDSA44Cosignature, key.rawMLDSA44)
            default: (.ed25519, nil)
            }
        guard let raw else {
            throw CommandFailure(
                .badTrustInput, code: "key-unsuitable",
                "notes are signed with ed25519 or ml-dsa-44 keys, not \(key.algorithm.rawValue)")
        }
        do throws(VerifierKeyError) {
            return try VerifierKey(name: keyName, type: type, publicKey: raw)
        } catch {
            throw CommandFailure(.badTrustInput, code: "key-invalid", "\(error)")
        }
    }

    func write(files: [String], json: Bool) throws(CommandFailure) {
        if json {
            var object = JSONObject()
            object.append("keyid", .string(key.keyID.hex))
            object.append("algorithm", .string(key.algorithm.rawValue))
            object.append("publicKey", .string(Base64.encode(key.spki)))
            if let verifierKey { object.append("verifierKey", .string(verifierKey.text)) }
            if let cosignerKey { object.append("cosignerKey", .string(cosignerKey.text)) }
            object.append("files", .array(files.map { .string($0) }))
            try Output.write(.object(object))
            return
        }
        var lines = ["keyid         \(key.keyID)", "algorithm     \(key.algorithm.rawValue)"]
        if let verifierKey { lines.append("verifier key  \(verifierKey.text)") }
        if let cosignerKey, cosignerKey != verifierKey {
            lines.append("as a witness  \(cosignerKey.text)")
        }
        lines += files.map { "wrote         \($0)" }
        try Output.write(lines.map { $0 + "\n" }.joined())
    }
}
