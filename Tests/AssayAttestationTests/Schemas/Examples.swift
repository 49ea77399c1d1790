import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

/// The examples of `schemas/examples`, made from the fixtures.
enum Examples {
    struct Example {
        let kind: SchemaKind
        /// `valid-…`, `invalid-…`, or `invalid-beyond-schema-…` for what only the types refuse.
        let name: String
        let value: JSONValue

        var path: String { "\(Schemas.folder)/examples/\(kind.rawValue)/\(name).json" }
        /// Bundles have one representation, without a final newline.
        var bytes: [UInt8] {
            kind == .bundle ? CompactJSON.serialize(value) : value.prettyBytes() + [0x0a]
        }
    }

    static func all() throws -> [Example] {
        try envelopes() + statements() + charters() + memberKeys() + indexRoots() + corrections()
            + results() + bundles()
    }

    /// Invalid examples: a valid value with one place changed, or removed.
    private static func broken(
        _ kind: SchemaKind, _ value: JSONValue, _ changes: [(String, String, JSONValue?)]
    ) throws -> [Example] {
        try changes.map { name, path, new in
            Example(
                kind: kind, name: "invalid-" + name, value: try value.replacing(path, with: new))
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws -> JSONValue {
        try StrictJSON.parse(bytes)
    }

    private static func digest(_ text: String) -> JSONValue {
        .string(AttestationFixtures.digest(text).hex)
    }

    static func genesisStatement() throws -> Statement {
        try Statement(parsing: try AttestationFixtures.genesis().envelope.payload)
    }

    static func resultStatement() throws -> Statement {
        try AttestationFixtures.resultStatement(ledger: try AttestationFixtures.ledger())
    }

    static func resultEntry() throws -> LogEntry {
        LogEntry(
            try Envelope.sign(
                try resultStatement().payload,
                with: [try AttestationFixtures.key("northland attest")]))
    }

    // MARK: Envelopes

    private static func envelopes() throws -> [Example] {
        let genesis = try parsed(try AttestationFixtures.genesis().bytes)
        let result = try parsed(try resultEntry().bytes)
        let signature = try #require(result["signatures"]?.array?.first)
        let keyID = try #require(signature["keyid"]?.text?.string)
        return [
            Example(kind: .envelope, name: "valid-genesis-charter", value: genesis),
            Example(kind: .envelope, name: "valid-result", value: result),
        ]
            + (try broken(
                .envelope, result,
                [
                    ("unknown-member", "/note", "x"),
                    ("no-signature", "/signatures", []),
                    ("other-payload-type", "/payloadType", "text/plain"),
                    ("payload-without-padding", "/payload", "e30"),
                    ("payload-url-safe", "/payload", "-_-_"),
                    ("payload-missing", "/payload", nil),
                    ("keyid-upper-case", "/signatures/0/keyid", .string(keyID.uppercased())),
                    ("signature-with-algorithm", "/signatures/0/alg", "none"),
                    (
                        "beyond-schema-two-signatures-by-one-keyid", "/signatures",
                        [signature, signature]
                    ),
                ]))
    }

    // MARK: Statements

    private static func statements() throws -> [Example] {
        let result = try parsed(try resultStatement().payload)
        let genesis = try parsed(try genesisStatement().payload)
        let first = try #require(result["subject"]?.array?.first)
        return try [
            Example(kind: .statement, name: "valid-genesis-charter", value: genesis),
            Example(kind: .statement, name: "valid-result", value: result),
            Example(
                kind: .statement, name: "valid-result-with-withheld-members",
                value: try parsed(try DisclosureTests.withheld().1.payload)),
        ]
            + others()
            + broken(
                .statement, result,
                [
                    ("no-subject", "/subject", []),
                    ("subject-without-sha256", "/subject/0/digest", ["sha512": "ab"]),
                    ("other-version-of-in-toto", "/_type", "https://in-toto.io/Statement/v0.1"),
                    ("unknown-type", "/predicateType", "urn:assay:result:v1"),
                    ("no-ledger", "/predicate/ledger", nil),
                    ("predicate-missing", "/predicate", nil),
                    ("beyond-schema-two-subjects-with-one-digest", "/subject", [first, first]),
                ])
            + broken(
                .statement, genesis,
                [
                    (
                        "charter-with-two-subjects", "/subject",
                        [first, ["digest": ["sha256": digest("x")]]]
                    ),
                    ("charter-without-subject-name", "/subject/0/name", nil),
                    ("beyond-schema-charter-of-other-origin", "/subject/0/name", "other.example"),
                    (
                        "beyond-schema-genesis-of-other-digest", "/subject/0/digest/sha256",
                        digest("x")
                    ),
                ])
    }

    /// The kinds of statements of which only the ledger and the references are read.
    private static func others() throws -> [Example] {
        let ledger = JSONValue.string(try AttestationFixtures.ledger().text)
        func statement(_ type: PredicateType, _ predicate: JSONValue) throws -> JSONValue {
            try parsed(
                try Statement(
                    subjects: [Subject(digest: AttestationFixtures.digest("subject"))],
                    type: type, predicate: predicate
                ).payload)
        }
        let replication = try statement(
            .replication,
            ["ledger": ledger, "original": digest("a"), "own": digest("b"), "kind": "same-items"])
        let kinds: [(PredicateType, JSONValue)] = [
            (
                .evaluationProtocol,
                [
                    "ledger": ledger,
                    "protocolDigest": ["algorithm": "assay-protocol/1", "value": digest("p")],
                ]
            ),
            (.modelIdentity, ["ledger": ledger, "developer": "example-lab"]),
            (.spotCheck, ["ledger": ledger, "k": 5]), (.disclosure, ["ledger": ledger]),
            (.response, ["ledger": ledger, "position": "disputes"]),
        ]
        return try [Example(kind: .statement, name: "valid-replication", value: replication)]
            + kinds.map { type, predicate in
                Example(
                    kind: .statement, name: "valid-\(type.rawValue)",
                    value: try statement(type, predicate))
            }
            + broken(
                .statement, replication,
                [
                    ("replication-without-original", "/predicate/original", nil),
                    ("replication-without-ledger", "/predicate/ledger", nil),
                ])
    }

    // MARK: Predicates

    private static func charters() throws -> [Example] {
        let genesis = try genesisStatement().predicateJSON
        let amendment = try genesis.replacing("/version", with: 2)
            .replacing("/ledger", with: .string(try AttestationFixtures.ledger().text))
        let key = try #require(genesis["members"]?.array?.first?["keys"]?.array?.first)
        return try [
            Example(kind: .charter, name: "valid-genesis", value: genesis),
            Example(kind: .charter, name: "valid-amendment", value: amendment),
        ]
            + broken(
                .charter, genesis,
                [
                    ("version-zero", "/version", 0),
                    (
                        "genesis-with-ledger", "/ledger",
                        .string("assay1:" + String(repeating: "0", count: 64))
                    ),
                    ("origin-on-two-lines", "/origin", "a\nb"),
                    ("no-checkpoint-key", "/checkpointKeys", []),
                    ("no-entry-key", "/entryKeys", []),
                    ("member-id-upper-case", "/members/0/id", "Northland"),
                    (
                        "member-id-too-long", "/members/0/id",
                        .string(String(repeating: "a", count: 33))
                    ),
                    ("member-without-key", "/members/0/keys", []),
                    ("key-without-use", "/members/0/keys/0/uses", []),
                    ("key-with-unknown-use", "/members/0/keys/0/uses/0", "sign"),
                    ("three-signatures-an-entry", "/members/0/signaturesPerEntry", 3),
                    ("voting-without-final-newline", "/voting", "quorum northland"),
                    ("auditing-missing", "/auditing", nil),
                    ("allow-forkable-as-text", "/allowForkable", "false"),
                    ("index-every-zero", "/indexEvery", 0),
                    ("beyond-schema-key-of-two-members", "/members/1/keys/0", key),
                    ("beyond-schema-member-id-twice", "/members/1/id", "northland"),
                    ("beyond-schema-voting-none", "/voting", "quorum none\n"),
                    ("beyond-schema-voting-by-a-stranger", "/voting", "quorum stranger\n"),
                    ("beyond-schema-witnesses-forkable", "/witnesses", "quorum none\n"),
                    ("beyond-schema-key-of-small-order", "/entryKeys/0", smallOrderKey),
                ])
            + broken(.charter, amendment, [("amendment-without-ledger", "/ledger", nil)])
    }

    /// The Ed25519 key whose point is the neutral element.
    private static let smallOrderKey = JSONValue.string(
        Base64.encode(
            [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 0x01]
                + [UInt8](repeating: 0, count: 31)))

    private static func memberKeys() throws -> [Example] {
        let keys = MemberKeys(
            ledger: try AttestationFixtures.ledger(), member: "northland",
            previous: AttestationFixtures.digest("previous"),
            add: [MemberKey(publicKey: try AttestationFixtures.key("northland new").publicKey)],
            revoke: [
                .init(
                    keyID: try AttestationFixtures.key("northland attest").publicKey.keyID,
                    suspectFrom: 412),
                .init(
                    keyID: try AttestationFixtures.key("northland govern").publicKey.keyID,
                    suspectFrom: nil),
            ])
        let value = keys.json
        let key = try #require(value["add"]?.array?.first)
        return try [Example(kind: .memberKeys, name: "valid-rotation", value: value)]
            + broken(
                .memberKeys, value,
                [
                    ("suspect-from-missing", "/revoke/0/suspectFrom", nil),
                    ("suspect-from-negative", "/revoke/0/suspectFrom", try .lexeme("-1")),
                    ("no-previous", "/previous", nil),
                    ("add-missing", "/add", nil),
                    ("beyond-schema-key-added-twice", "/add", [key, key]),
                    (
                        "beyond-schema-key-added-and-revoked", "/revoke/0/keyid",
                        .string(keys.add[0].publicKey.keyID.hex)
                    ),
                ])
            + [
                Example(
                    kind: .memberKeys, name: "invalid-nothing-changes",
                    value: try value.replacing("/add", with: []).replacing("/revoke", with: []))
            ]
    }

    private static func indexRoots() throws -> [Example] {
        let root = IndexRoot(
            ledger: try AttestationFixtures.ledger(), size: TreeSize(256),
            root: AttestationFixtures.digest("root"), keys: 512)
        return try [Example(kind: .indexRoot, name: "valid-root", value: root.json)]
            + broken(
                .indexRoot, root.json,
                [
                    ("size-as-text", "/size", "256"),
                    ("root-in-base64", "/root", .string(root.root.base64)),
                    ("keys-missing", "/keys", nil),
                    ("size-beyond-2-to-53", "/size", try .lexeme("9007199254740992")),
                ])
    }

    private static func corrections() throws -> [Example] {
        let correction = Correction(
            ledger: try AttestationFixtures.ledger(),
            target: AttestationFixtures.digest("target"), action: .supersede,
            replacement: AttestationFixtures.digest("new"), reason: .scorerBug)
        let retraction = Correction(
            ledger: correction.ledger, target: correction.target, action: .retract,
            reason: .contamination)
        return try [
            Example(kind: .correction, name: "valid-supersede", value: correction.json),
            Example(kind: .correction, name: "valid-retract", value: retraction.json),
        ]
            + broken(
                .correction, correction.json,
                [
                    ("supersede-without-replacement", "/replacement", nil),
                    ("supersede-by-null", "/replacement", .null),
                    ("unknown-reason", "/reason", "regret"),
                    ("target-missing", "/target", nil),
                ])
    }

    private static func results() throws -> [Example] {
        let result = try resultStatement().predicateJSON
        let withheld = try DisclosureTests.withheld().1.predicateJSON
        let least = try leastResult()
        return try [
            Example(kind: .evaluationResult, name: "valid-every-member", value: result),
            Example(kind: .evaluationResult, name: "valid-fewest-members", value: least),
            Example(kind: .evaluationResult, name: "valid-withheld-members", value: withheld),
        ]
            + broken(
                .evaluationResult, result,
                [
                    ("value-as-number", "/results/0/value", try .lexeme("0.825")),
                    ("value-not-a-number", "/results/0/value", "NaN"),
                    ("value-with-plus", "/results/0/value", "+0.825"),
                    ("count-as-text", "/counts/planned", "120"),
                    ("count-negative", "/counts/planned", try .lexeme("-1")),
                    ("count-missing", "/counts/planned", nil),
                    ("time-with-offset", "/run/started", "2026-11-01T10:00:00+01:00"),
                    ("time-without-seconds", "/run/started", "2026-11-01T10:00Z"),
                    ("ledger-missing", "/ledger", nil),
                    ("protocol-missing", "/protocol", nil),
                    ("counts-missing", "/counts", nil),
                    ("withheld-missing", "/withheld", nil),
                    ("ledger-withheld", "/withheld", [["path": "/ledger", "reason": "other"]]),
                    ("unknown-relation", "/relation", "confirming"),
                    ("unknown-status", "/run/status", "done"),
                    ("other-scope", "/statementOfScope", "This model is safe."),
                    ("samples-without-root", "/samples/root", nil),
                    ("beyond-schema-day-that-is-none", "/run/started", "2026-02-30T10:00:00Z"),
                    (
                        "beyond-schema-withheld-twice", "/withheld",
                        [
                            ["path": "/judge", "reason": "other"],
                            ["path": "/judge", "reason": "other"],
                        ]
                    ),
                    (
                        "beyond-schema-withheld-without-digest", "/withheld",
                        [["path": "/hardware", "reason": "other"]]
                    ),
                ])
            + broken(
                .evaluationResult, withheld,
                [
                    ("beyond-schema-missing-and-not-listed", "/counts", nil),
                    ("digests-as-text", "/_sd", "x"),
                    ("other-digest-algorithm", "/_sd_alg", "md5"),
                ])
    }

    /// A result of a log without samples: what need not be known is `null` or absent.
    private static func leastResult() throws -> JSONValue {
        typealias Result = EvaluationResult
        var result = Result(ledger: try AttestationFixtures.ledger(), relation: .exploratory)
        result.evaluation = Result.Evaluation(name: "arithmetic", task: "arithmetic")
        result.harness = Result.Harness(name: "inspect-ai")
        result.run = Result.Run(id: "r1", status: .success)
        result.observedModel = Result.ObservedModel(
            requested: "example-lab/atlas-2", responded: [], backends: [], baseUrlClass: .unknown)
        result.settings = Result.Settings(
            generation: SettingMap(), limits: SettingMap(), reducers: [], tools: [])
        result.counts = Result.Counts()
        result.results = []
        result.evidence = []
        result.access = Result.Access(level: .black, safeguards: .on, preRelease: false)
        result.independence = Result.Independence(
            relationship: .thirdParty, reviewedBefore: [], nda: false)
        result.assurance = Result.Assurance(level: "self-declared", declaredBy: .issuer)
        result.authorisedBy = Result.Authorisation(role: "head of testing")
        return result.json
    }
}
