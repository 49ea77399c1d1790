import AssayAttestation
import AssayCommand
import AssayCrypto

/// One `--member id=…,name=…,jurisdiction=…,group=…,key=PUB[:attest][:govern][,key=…]`.
///
/// A part without `=` belongs to the value before it, so that names may hold commas.
struct MemberArgument {
    private var fields: [String: [String]] = [:]
    private let text: String

    private static let names = ["id", "name", "jurisdiction", "group", "key", "signatures"]

    init(_ text: String) throws(CommandFailure) {
        self.text = text
        var last: String?
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2, Self.names.contains(String(halves[0])) {
                last = String(halves[0])
                fields[String(halves[0]), default: []].append(String(halves[1]))
            } else if let last, let value = fields[last]?.popLast() {
                fields[last]?.append(value + "," + part)
            } else {
                throw Self.usage("\"\(part)\" is not NAME=VALUE", text)
            }
        }
    }

    /// The member, with its keys read from their files.
    func member() throws(CommandFailure) -> CharterMember {
        let keys = fields["key"] ?? []
        guard !keys.isEmpty else { throw Self.usage("key=PUB is missing", text) }
        var memberKeys: [MemberKey] = []
        for key in keys { memberKeys.append(try Self.memberKey(key)) }
        return CharterMember(
            id: Text(try one("id")), name: Text(try one("name")),
            jurisdiction: Text(try one("jurisdiction")), group: Text(try one("group")),
            keys: memberKeys, signaturesPerEntry: try signatures())
    }

    private func one(_ name: String) throws(CommandFailure) -> String {
        guard let values = fields[name], values.count == 1 else {
            throw Self.usage("\(name)=… must be given once", text)
        }
        return values[0]
    }

    private func signatures() throws(CommandFailure) -> UInt64 {
        guard fields["signatures"] != nil else { return 1 }
        guard let count = UInt64(canonicalDecimal: try one("signatures").utf8),
            (1...2).contains(count)
        else { throw Self.usage("signatures is 1 or 2", text) }
        return count
    }

    /// A key file with its uses behind colons; without uses it has both.
    private static func memberKey(_ text: String) throws(CommandFailure) -> MemberKey {
        var path = text
        var uses: [KeyUse] = []
        while let use = KeyUse.allCases.first(where: { path.hasSuffix(":" + $0.rawValue) }) {
            path = String(path.dropLast(use.rawValue.count + 1))
            if !uses.contains(use) { uses.insert(use, at: 0) }
        }
        return MemberKey(
            publicKey: try Files.publicKey(path), uses: uses.isEmpty ? KeyUse.allCases : uses)
    }

    private static func usage(_ problem: String, _ text: String) -> CommandFailure {
        CommandFailure(.usage, code: "usage", "--member \(text): \(problem)")
    }
}
