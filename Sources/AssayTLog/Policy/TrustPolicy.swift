public import AssayCrypto

/// Which logs are trusted, which witnesses are known, and how many of them suffice (tlog-policy).
///
///     log <verifier key> [<url>]
///     witness <name> <verifier key> [<url>]
///     group <name> all|any|<k> <member>...
///     quorum <name>|none
///
/// Stricter than tlog-policy where it is silent or its readers differ: log keys are of type 0x01
/// or 0x06 and witness keys of type 0x04 or 0x06, no key is both a log's and a witness's, `all` and
/// `any` are no names, thresholds have no leading zero, the last line ends in a newline, and `#`
/// stands only at the beginning of a line.
public struct TrustPolicy: Hashable, Sendable {
    /// A trusted log.
    public struct Log: Hashable, Sendable {
        /// The key, whose name is the origin.
        public let key: VerifierKey
        /// Where it is read, if the policy says so.
        public let url: Text?

        /// Creates a log.
        public init(key: VerifierKey, url: Text? = nil) {
            self.key = key
            self.url = url
        }
    }

    /// A known witness.
    public struct Witness: Hashable, Sendable {
        /// The name within the policy, which need not be the name of the key.
        public let name: Text
        /// The key.
        public let key: VerifierKey
        /// The submission prefix, if the policy has it.
        public let url: Text?
    }

    /// The trusted logs; any one of them suffices.
    public private(set) var logs: [Log] = []
    /// The known witnesses.
    public private(set) var witnesses: [Witness] = []
    /// The groups in the order of their lines.
    public let groups: [QuorumGroup]
    /// The rule over witness names, or `nil` for `quorum none`.
    public let quorum: Quorum?

    /// Reads a whole policy.
    ///
    /// - Throws: `PolicyError` with the line at fault.
    public init(text: Text) throws(PolicyError) {
        try self.init(text: text, allowsLogs: true)
    }

    /// Reads a charter's `witnesses`: a policy without log lines (formats.md 5).
    ///
    /// - Throws: `PolicyError` with the line at fault.
    public init(witnessesText: Text) throws(PolicyError) {
        try self.init(text: witnessesText, allowsLogs: false)
    }

    private init(text: Text, allowsLogs: Bool) throws(PolicyError) {
        var builder = QuorumBuilder()
        var keys = PolicyKeys()
        for line in try PolicyLine.lines(of: text.utf8) {
            do throws(PolicyError.Reason) {
                let items = [Text](line.items.dropFirst())
                switch line.items.first {
                case "log":
                    guard allowsLogs else { throw .lineNotAllowed }
                    logs.append(try Self.readLog(items, &keys))
                case "witness":
                    guard let name = items.first else { throw .wrongItemCount(0) }
                    try builder.declareLeaf(name)
                    witnesses.append(try Self.readWitness(items, &keys))
                case "group": try builder.readGroup(items)
                case "quorum": try builder.readQuorum(items)
                case nil: continue
                default: throw .unknownKeyword
                }
            } catch { throw PolicyError(error, line: line.number) }
        }
        do throws(PolicyError.Reason) {
            quorum = try builder.quorum()
        } catch { throw PolicyError(error) }
        groups = builder.groups
    }

    /// This policy with other logs: how a charter's witnesses and checkpoint keys come together.
    ///
    /// - Throws: `unsuitableKeyType`, `duplicateKey` or `tooManyLines`, without a line.
    public func trusting(logs: [Log]) throws(PolicyError) -> TrustPolicy {
        var keys = PolicyKeys()
        do throws(PolicyError.Reason) {
            for log in logs { try keys.addLog(log.key) }
            for witness in witnesses { try keys.addWitness(witness.key) }
        } catch { throw PolicyError(error) }
        var policy = self
        policy.logs = logs
        return policy
    }

    private static func readLog(
        _ items: [Text], _ keys: inout PolicyKeys
    ) throws(PolicyError.Reason) -> Log {
        guard (1...2).contains(items.count) else { throw .wrongItemCount(items.count) }
        let key = try readKey(items[0])
        try keys.addLog(key)
        return Log(key: key, url: items.count == 2 ? items[1] : nil)
    }

    private static func readWitness(
        _ items: [Text], _ keys: inout PolicyKeys
    ) throws(PolicyError.Reason) -> Witness {
        guard (2...3).contains(items.count) else { throw .wrongItemCount(items.count) }
        let key = try readKey(items[1])
        try keys.addWitness(key)
        return Witness(name: items[0], key: key, url: items.count == 3 ? items[2] : nil)
    }

    private static func readKey(_ text: Text) throws(PolicyError.Reason) -> VerifierKey {
        do throws(VerifierKeyError) {
            return try VerifierKey(text: text)
        } catch { throw .verifierKey(error) }
    }

    /// The policy in its plainest spelling: logs, witnesses, groups, quorum.
    public var text: Text {
        func withURL(_ line: String, _ url: Text?) -> String {
            url.map { "\(line) \($0)" } ?? line
        }
        let lines =
            logs.map { withURL("log \($0.key.text)", $0.url) }
            + witnesses.map { withURL("witness \($0.name) \($0.key.text)", $0.url) }
            + groups.map(\.line) + [Quorum.line(of: quorum)]
        return Text(lines.map { $0 + "\n" }.joined())
    }
}

/// The keys of a policy so far; each public key may stand in it once, whatever its name and type.
private struct PolicyKeys {
    private struct Hint: Hashable {
        let name: KeyName
        let id: NoteKeyID
    }

    private var publicKeys: Set<[UInt8]> = []
    private var hints: Set<Hint> = []
    private var logCount = 0
    private var witnessCount = 0

    mutating func addLog(_ key: VerifierKey) throws(PolicyError.Reason) {
        guard key.type != .ed25519Cosignature else { throw .unsuitableKeyType(key.type) }
        guard logCount < Limits.policyLogs else { throw .tooManyLines }
        logCount += 1
        try add(key)
    }

    mutating func addWitness(_ key: VerifierKey) throws(PolicyError.Reason) {
        guard key.type.isCosignature else { throw .unsuitableKeyType(key.type) }
        guard witnessCount < Limits.policyWitnesses else { throw .tooManyLines }
        witnessCount += 1
        try add(key)
    }

    private mutating func add(_ key: VerifierKey) throws(PolicyError.Reason) {
        guard publicKeys.insert(key.publicKey).inserted,
            hints.insert(Hint(name: key.name, id: key.id)).inserted
        else { throw .duplicateKey }
    }
}
