import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayVerification

/// Adds a signature to a draft charter.
struct CharterSignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Signs a draft charter; the file collects the signatures.",
        discussion: "Example: assay charter sign charter.json --key northland.pem")

    @Argument(help: "The draft.")
    var draft: String

    @Option(help: "The private key; the charter must list it.")
    var key: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func run() throws {
        try Assay.run { () throws(CommandFailure) in
            var file = try CharterFile(path: draft)
            let privateKey = try Files.privateKey(key)
            let keyID = privateKey.publicKey.keyID
            guard let holder = file.holder(of: keyID) else {
                throw CommandFailure(
                    .badTrustInput, code: "signer-unknown",
                    "\(key): the charter does not list keyid \(keyID), so it cannot sign it")
            }
            let isNew = !file.draft.signatures.contains { $0.keyID == keyID }
            if isNew {
                try file.sign(with: privateKey)
                try Files.write(file.draft.bytes, to: draft)
            }
            try Output.write(
                json ? try json(file, keyID) : try text(file, keyID, holder, isNew: isNew))
        }
    }

    private func json(_ file: CharterFile, _ keyID: KeyID) throws(CommandFailure) -> String {
        let missing = file.missing
        let value: JSONValue = [
            "signed": .string(keyID.hex),
            "missing": .array(missing.map { .string($0.keyID.hex) }),
            "ledger": missing.isEmpty ? .string(try file.verified().ledger.text) : .null,
        ]
        return String(decoding: CompactJSON.serialize(value), as: UTF8.self) + "\n"
    }

    private func text(
        _ file: CharterFile, _ keyID: KeyID, _ holder: String, isNew: Bool
    ) throws(CommandFailure) -> String {
        var lines = ["\(isNew ? "signed " : "already signed ") for \(holder), keyid \(keyID)"]
        let missing = file.missing
        if missing.isEmpty {
            lines.append("complete: the ledger is \(try file.verified().ledger)")
        } else {
            lines += missing.map { key in
                "missing \(file.holder(of: key.keyID) ?? "?"), keyid \(key.keyID)"
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
