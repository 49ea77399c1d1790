import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayServing
import AssayStore
import AssayTLog

/// Makes the record of a new witness.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the store of a new witness and prints its verifier keys.",
        discussion: """
            Example:
              assay-witness init --store w1.assay-witness --key w1.pem --name witness.example/w1

            The store belongs to these keys for good. Run on a store that has them, the command \\
            only prints the verifier keys.
            """)

    @Option(help: "The file to make; it must not exist, or belong to these very keys.")
    var store: String

    @Option(
        name: .customLong("key"),
        help: "A private key, Ed25519; a second one of ML-DSA-44 may be given.")
    var keys: [String]

    @Option(help: "The witness's name, for instance witness.example/w1.")
    var name: String

    @Flag(help: "Print one JSON value instead of text.")
    var json = false

    func validate() throws {
        guard KeyName(Text(name)) != nil else {
            throw ValidationError("--name must have no spaces and no +, and at most 255 bytes")
        }
        guard !keys.isEmpty else { throw ValidationError("--key is missing") }
    }

    func run() throws {
        try reporting(as: "assay-witness") { () throws(CommandFailure) in try initialise() }
    }

    private func initialise() throws(CommandFailure) {
        guard let name = KeyName(Text(name)) else {
            preconditionFailure("the name was checked with the arguments")
        }
        let signers = try WitnessKeys.read(keys, name: name).map(\.verifierKey)
        var isNew = true
        do {
            try SQLiteTreeHeadStore.create(at: store, signers: signers)
        } catch .alreadyPresent {
            isNew = false
            try requireSame(signers)
        } catch {
            throw CommandFailure(error, store: store)
        }
        guard json else {
            try Output.write(signers.map { "\($0.text)\n" }.joined())
            return
        }
        let value: JSONValue = [
            "created": .bool(isNew), "verifierKeys": .array(signers.map { .string($0.text) }),
        ]
        try Output.write(CompactJSON.serialize(value) + [0x0a])
    }

    private func requireSame(_ signers: [VerifierKey]) throws(CommandFailure) {
        let found: [VerifierKey]
        do {
            found = try SQLiteTreeHeadStore(path: store).signers
        } catch {
            throw CommandFailure(error, store: store)
        }
        guard found == signers else {
            throw CommandFailure(
                .badTrustInput, code: "store-of-another-witness",
                "\(store): belongs to \(found.map(\.text.string).joined(separator: ", "))")
        }
        StandardError.write("assay-witness: \(store) is this witness's already; left as it is\n")
    }
}
