import ArgumentParser
import AssayAttestation
import AssayCommand
import AssayCrypto
import AssayFiles

/// Makes many envelopes out of one statement, to load a ledger with.
struct EnvelopesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "envelopes",
        abstract: "Signs a statement many times, each time with another number in it.",
        discussion: """
            Example: assay-bench envelopes --statement statement.json --key northland.pem --count 9000

            Prints one envelope a line. The number is a predicate member that readers ignore.
            """)

    @Option(help: "The statement's JSON.")
    var statement: String

    @Option(help: "The key that signs.")
    var key: String

    @Option(help: "How many.")
    var count: Int

    @Option(help: "The first number.")
    var from = 0

    func run() throws {
        try reporting(as: "assay-bench") { () throws(CommandFailure) in
            let json: JSONValue
            let signer: PrivateKey
            do {
                json = try StrictJSON.parse(InputFile.read(statement, limitBytes: 1 << 20))
                signer = try KeyFile.readPrivate(key)
            } catch {
                throw CommandFailure(.cannot, code: "input", "\(error)")
            }
            var lines: [UInt8] = []
            for number in from..<from + count {
                do {
                    let payload = try JCS.serialize(Self.numbered(json, number))
                    let message = PreAuthEncoding.encode(
                        payloadType: Envelope.payloadType, payload: payload)
                    let signature = Envelope.Signature(
                        keyID: signer.publicKey.keyID, bytes: try signer.sign(message))
                    lines += try Envelope(payload: payload, signatures: [signature]).canonicalEntry
                } catch {
                    throw CommandFailure(.cannot, code: "envelope", "\(error)")
                }
                lines.append(UInt8(ascii: "\n"))
                if lines.count > 1 << 20 {
                    try Output.write(lines)
                    lines = []
                }
            }
            try Output.write(lines)
        }
    }

    private static func numbered(_ statement: JSONValue, _ number: Int) -> JSONValue {
        guard var members = statement.object?.members else { return statement }
        for position in members.indices where members[position].name == "predicate" {
            guard var predicate = members[position].value.object else { continue }
            predicate.append("benchmark", .count(UInt64(number)))
            members[position] = JSONObject.Member("predicate", .object(predicate))
        }
        return .object(JSONObject(members))
    }
}
