import AssayAttestation
import AssayCrypto
import AssayTLog
import AssayTestSupport
import AssayVerification
import Testing

extension Examples {
    /// The bundle of a log of two entries: the genesis charter and a result.
    static func bundle() throws -> Bundle {
        let entries = [try AttestationFixtures.genesis(), try resultEntry()]
        let leaves = entries.map(\.leafHash)
        let checkpoint = Checkpoint(
            origin: try AttestationFixtures.charter().origin,
            head: TreeHead(size: TreeSize(2), root: ReferenceTree.root(leaves[...])))
        let time = try #require(UnixSeconds(1_780_000_000))
        let log = try NoteFixtures.signer(AttestationFixtures.origin, .ed25519)
        let witnesses = try ["w1", "w2"].map {
            try NoteFixtures.signer("witness.example/\($0)", .ed25519Cosignature)
        }
        let note = try SignedNote(
            text: checkpoint.noteText,
            signatures: [try log.sign(checkpoint, at: time)]
                + witnesses.map { try $0.sign(checkpoint, at: time) })
        return Bundle(
            ledger: LedgerID(leaves[0]), checkpoint: note.bytes,
            entries: entries.enumerated().map { position, entry in
                Bundle.Entry(
                    index: LeafIndex(UInt64(position)), entry: entry.bytes,
                    proof: InclusionProof(path: ReferenceTree.path(position, leaves[...])),
                    role: position == 0 ? .charter : .claim)
            })
    }

    /// A bundle that shows the shape of every part; its proofs prove nothing.
    private static func everyPart() throws -> JSONValue {
        let hash = JSONValue.string(AttestationFixtures.digest("hash").base64)
        let note = "ledger.example/2026\n1\n"
        return try StrictJSON.parse(try bundle().bytes)
            .replacing(
                "/handovers",
                with: [
                    [
                        "index": 1, "checkpoint": .string(note), "proof": [hash],
                        "consistency": [hash],
                    ]
                ]
            )
            .replacing(
                "/lookups",
                with: [
                    [
                        "root": 1, "kind": "type", "value": "urn:assay:charter:v1",
                        "indexes": [0, 1],
                        "siblings": [hash], "end": "leaf",
                    ],
                    [
                        "root": 1, "kind": "about",
                        "value": .string(AttestationFixtures.digest("entry").hex), "indexes": [],
                        "siblings": [],
                        "end": [
                            "key": .string(AttestationFixtures.digest("key").hex),
                            "value": .string(Base64.encode([UInt8](repeating: 1, count: 40))),
                        ],
                    ],
                ]
            )
            .replacing("/pins", with: [["size": 1, "root": hash, "proof": [hash]]])
            .replacing("/disclosures", with: ["WyJzIiwibiIsMV0"])
            .replacing(
                "/openings",
                with: [
                    [
                        "entry": 1, "index": 17,
                        "salt": .string(Base64.encode([UInt8](repeating: 2, count: 16))),
                        "record": "e30=", "proof": [hash],
                    ]
                ])
    }

    static func bundles() throws -> [Example] {
        let value = try StrictJSON.parse(try bundle().bytes)
        func broken(_ name: String, _ path: String, _ new: JSONValue?) throws -> Example {
            Example(
                kind: .bundle, name: "invalid-" + name,
                value: try value.replacing(path, with: new))
        }
        let first = try #require(value["entries"]?.array?.first)
        return [
            Example(kind: .bundle, name: "valid-result", value: value),
            Example(kind: .bundle, name: "valid-every-part", value: try everyPart()),
            try broken("other-version", "/bundle", "assay/v2"),
            try broken("unknown-member", "/comment", "x"),
            try broken("no-entries", "/entries", []),
            try broken("unknown-role", "/entries/0/role", "witness"),
            try broken("index-negative", "/entries/0/index", try .lexeme("-1")),
            try broken("index-as-text", "/entries/0/index", "0"),
            try broken("proof-null", "/entries/0/proof", .null),
            try broken("proof-hash-too-short", "/entries/0/proof", ["AAAA"]),
            try broken("checkpoint-missing", "/checkpoint", nil),
            try broken("beyond-schema-index-twice", "/entries", [first, first]),
        ]
    }
}
