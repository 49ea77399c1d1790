"""The ledgers, statements and openings that the bundles are made of."""

from spec.canonical import canonical
from spec.commitments import digest_of, disclosure, sample_leaf, sample_salt
from spec.encoding import Seeded, b64, sha256
from spec.keys import Key
from spec.ledger import Ledger, Member
from spec.merkle import Tree
from spec.notes import COSIGNATURE, ML_DSA

from .notes import signer

SCOPE = "This result relates only to the model and the items identified in it."
MODEL = "lab.example/model-a@2026-09-01"
MODEL_DIGEST = sha256(b"assay-model/1\0" + MODEL.encode())
BOTH = ["attest", "govern"]

W1 = signer("w1.example", COSIGNATURE)
W2 = signer("w2.example", COSIGNATURE)
W3 = signer("w3.example", COSIGNATURE)
W4 = signer("w4.example", ML_DSA)
STRANGER = signer("w9.example", COSIGNATURE)

VOTING = "group north 1 aa bb\ngroup south any cc\ngroup amend all north south\nquorum amend\n"


def member(identifier: str, group: str, *algorithms: str, uses=None, signatures=1) -> Member:
    return Member(
        identifier,
        f"Institute {identifier.upper()}",
        "XX",
        group,
        [
            (
                Key(
                    algorithm,
                    "first" if algorithm == "rsa-pss-sha256" else f"{identifier} {number}",
                ),
                uses or BOTH,
            )
            for number, algorithm in enumerate(algorithms)
        ],
        signatures,
    )


def plain(
    amend=None,
    genesis_signers=None,
    witnesses="quorum none\n",
    forkable=True,
    voting=VOTING,
    members=None,
    log=None,
    auditing="quorum none\n",
) -> Ledger:
    """Three members, no witnesses: the log alone could fork."""
    origin = "plain.example/2026"
    return Ledger(
        origin,
        members
        or [
            member("aa", "north", "ed25519"),
            member("bb", "north", "ed25519"),
            member("cc", "south", "ecdsa-p256-sha256"),
        ],
        voting,
        witnesses,
        auditing,
        log or [signer(origin)],
        Key("ed25519", "entries plain"),
        forkable,
        amend,
        genesis_signers,
    )


def varied() -> Ledger:
    """Members with every algorithm that OpenSSL 3.0 has; one signs twice."""
    origin = "varied.example/2026"
    voting = "group amend 3 p2 p3 sm rs tw\nquorum amend\n"
    return Ledger(
        origin,
        [
            member("p2", "east", "ecdsa-p256-sha256"),
            member("p3", "east", "ecdsa-p384-sha384"),
            member("sm", "west", "sm2-sm3"),
            member("rs", "west", "rsa-pss-sha256"),
            member("tw", "west", "ed25519", "ecdsa-p256-sha256", signatures=2),
        ],
        voting,
        "quorum none\n",
        "quorum none\n",
        [signer(origin)],
        Key("ed25519", "entries varied"),
        True,
    )


def witnesses_text(signers, rule: str) -> str:
    return "".join(f"witness W{i + 1} {w.vkey}\n" for i, w in enumerate(signers)) + rule


WITNESS_RULE = "group enough 2 W1 W2 W3\nquorum enough\n"
AUDIT_RULE = "group audit 1 W1 W2\nquorum audit\n"


def witnessed(amend=None, rule=WITNESS_RULE) -> Ledger:
    """Four members in two groups, two of three witnesses, one of the first two audits."""
    origin = "witnessed.example/2026"
    members = [
        member("aa", "north", "ed25519"),
        member("bb", "north", "ed25519"),
        member("cc", "south", "ed25519"),
        member("dd", "south", "ecdsa-p256-sha256"),
    ]
    voting = (
        "group north any aa bb\ngroup south any cc dd\ngroup amend all north south\nquorum amend\n"
    )
    return Ledger(
        origin,
        members,
        voting,
        witnesses_text([W1, W2, W3], rule),
        AUDIT_RULE,
        [signer(origin)],
        Key("ed25519", "entries witnessed"),
        False,
        amend,
    )


def post_quantum(rule: str) -> Ledger:
    """The log signs with ML-DSA-44 too, and so does one of its witnesses."""
    origin = "pq.example/2026"
    witnesses = f"witness W1 {W1.vkey}\nwitness W2 {W2.vkey}\nwitness W4 {W4.vkey}\n" + rule
    return Ledger(
        origin,
        [
            member("aa", "north", "ed25519"),
            member("bb", "north", "ed25519"),
            member("cc", "south", "ed25519"),
        ],
        VOTING,
        witnesses,
        "group audit any W1 W2 W4\nquorum audit\n",
        [signer(origin), signer(origin, ML_DSA)],
        Key("ed25519", "entries pq"),
    )


def samples(count: int = 5):
    """A sample tree with its records and salts."""
    secret, source = Seeded("bundle samples").bytes(32), Seeded("bundle records")
    records = [
        canonical(
            {
                "id": f"s{number}",
                "epoch": 1,
                "item": source.bytes(32).hex(),
                "output": source.bytes(32).hex(),
                "error": False,
                "scores": {"match": {"value": "1", "answerDigest": None}},
                "limit": None,
                "invalidated": False,
                "transcript": source.bytes(32).hex(),
            }
        )
        for number in range(count)
    ]
    salts = [sample_salt(secret, i) for i in range(count)]
    return records, salts, Tree([sample_leaf(s, r) for s, r in zip(salts, records)])


def opening(entry: int, index: int) -> dict:
    records, salts, tree = samples()
    return {
        "entry": entry,
        "index": index,
        "salt": b64(salts[index]),
        "record": b64(records[index]),
        "proof": [b64(p) for p in tree.path(index, len(records))],
    }


VALUE_DISCLOSURE = disclosure(Seeded("value salt").bytes(16), "value", "0.8125")


def result(ledger: Ledger, withheld: bool = False, **changes) -> dict:
    """The predicate of a result; with `withheld`, its first value stands as a digest only."""
    _, _, tree = samples()
    measurement = {
        "metric": "accuracy",
        "name": "accuracy",
        "scorer": "match",
        "value": "0.8125",
        "standardError": "0.0345",
        "n": 5,
    }
    if withheld:
        del measurement["value"]
        measurement["_sd"] = [digest_of(VALUE_DISCLOSURE)]
    source = Seeded("result")
    predicate = {
        "ledger": ledger.name,
        "protocol": None,
        "relation": "exploratory",
        "evaluation": {
            "name": "made arithmetic",
            "version": "1",
            "task": "arithmetic",
            "taskVersion": "1",
            "taskPackage": None,
            "revision": None,
        },
        "protocolDigest": {"algorithm": "assay-protocol/1", "value": source.bytes(32).hex()},
        "itemsRoot": {"algorithm": "assay-items/1", "value": source.bytes(32).hex()},
        "harness": {"name": "inspect_ai", "version": "0.3.180"},
        "run": {
            "id": "made-1",
            "started": "2026-10-01T08:00:00Z",
            "completed": "2026-10-01T08:30:00Z",
            "status": "success",
            "attempt": 1,
        },
        "observedModel": {
            "requested": MODEL,
            "responded": [{"name": "model-a", "count": 5}],
            "backends": [],
            "baseUrlClass": "provider",
        },
        "settings": {
            "generation": {},
            "limits": {},
            "epochs": 1,
            "reducers": ["mean"],
            "tools": [],
            "sandbox": None,
        },
        "counts": {
            "inDataset": 5,
            "selected": 5,
            "planned": 5,
            "completed": 5,
            "failed": 0,
            "scored": 5,
            "unscored": 0,
            "invalidated": 0,
            "edited": 0,
            "limited": 0,
        },
        "results": [measurement],
        "evidence": [],
        "samples": {
            "algorithm": "assay-samples/1",
            "count": 5,
            "root": tree.root().hex(),
            "transcripts": "committed",
        },
        "access": {
            "level": "black",
            "safeguards": "on",
            "preRelease": False,
            "from": None,
            "period": None,
        },
        "independence": {
            "relationship": "third_party",
            "fundedBy": None,
            "reviewedBefore": [],
            "nda": False,
            "conflicts": None,
        },
        "assurance": {"level": "none", "declaredBy": "issuer"},
        "withheld": [{"path": "/results/0/value", "reason": "embargo"}] if withheld else [],
        "authorisedBy": {"role": "director"},
        "statementOfScope": SCOPE,
    }
    return predicate | changes
