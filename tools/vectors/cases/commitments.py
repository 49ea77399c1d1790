"""Folders disclosures and samples."""

import json

from spec.canonical import canonical, parse
from spec.commitments import (
    challenge,
    digest_of,
    disclosure,
    reveal,
    sample_leaf,
    sample_salt,
    transcript_salt,
)
from spec.encoding import Seeded, b64, b64url, sha256
from spec.merkle import Tree, inclusion_accepts

from .output import checked, dump, reject


def files() -> dict[str, bytes]:
    return {
        "disclosures/disclosures.json": disclosures(),
        "samples/trees.json": trees(),
        "samples/openings.json": openings(),
        "samples/challenges.json": challenges(),
    }


def disclosures() -> bytes:
    cases = []

    def salt(label):
        return Seeded(f"salt {label}").bytes(16)

    def add(name, predicate, shown, verdict, desc=""):
        text = (
            predicate if isinstance(predicate, str) else json.dumps(predicate, ensure_ascii=False)
        )
        case = {
            "name": name,
            "desc": desc,
            "predicate": text,
            "disclosures": shown,
            **reject(verdict),
        }
        if verdict == "accept":
            case["revealed"] = canonical(reveal(parse(text.encode()), shown)).decode()
        cases.append(checked(case, reveal, parse(text.encode()), shown))

    score = disclosure(salt("score"), "value", "0.9375")
    error = disclosure(salt("error"), "standardError", "0.01")
    text = disclosure(salt("text"), "note", 'é \u2028 / "quoted"')
    nested = disclosure(salt("nested"), "tools", {"count": 2, "_sd": [digest_of(score)]})
    decoy = b64url(Seeded("decoy").bytes(32))
    spaced = b64url(b'["' + b64url(salt("spaced")).encode() + b'", "value" ,  "0.5" ]')
    base = {"metric": "accuracy", "_sd": [digest_of(score), digest_of(error), decoy]}

    add("nothing shown", base, [], "accept")
    add("one shown", base, [score], "accept")
    add("two shown", base, [error, score], "accept")
    add("no digests", {"a": 1}, [], "accept")
    add(
        "in an array of objects",
        {"results": [{"_sd": [digest_of(score)]}, {"x": 1}]},
        [score],
        "accept",
    )
    add("text outside ASCII", {"_sd": [digest_of(text)]}, [text], "accept")
    add(
        "white space in the disclosure",
        {"_sd": [digest_of(spaced)]},
        [spaced],
        "accept",
        "the digest is over the characters as sent",
    )
    add("nested, both shown", {"_sd": [digest_of(nested)]}, [nested, score], "accept")
    add("nested, outer shown", {"_sd": [digest_of(nested)]}, [nested], "accept")
    add(
        "same name in two objects",
        {"a": {"_sd": [digest_of(score)]}, "value": "1"},
        [score],
        "accept",
    )
    add("empty digest list", {"_sd": [], "a": 1}, [], "accept")

    other = disclosure(salt("other"), "value", "0.9375")
    changed = disclosure(salt("score"), "value", "0.9376")
    add("value changed", base, [changed], "rejected: unreferenced")
    add("salt changed", base, [other], "rejected: unreferenced")
    add(
        "name changed",
        base,
        [disclosure(salt("score"), "valve", "0.9375")],
        "rejected: unreferenced",
    )
    add("nested, inner alone", {"_sd": [digest_of(nested)]}, [score], "rejected: unreferenced")
    add(
        "other spelling of the same value",
        base,
        [b64url(json.dumps([b64url(salt("score")), "value", "0.9375"]).encode())],
        "rejected: unreferenced",
    )
    add("same disclosure twice", base, [score, score], "rejected: repeated-disclosure")
    add(
        "digest twice in one object",
        {"_sd": [digest_of(score), digest_of(score)]},
        [score],
        "rejected: repeated-digest",
    )
    add(
        "digest in two objects",
        {"a": {"_sd": [digest_of(score)]}, "_sd": [digest_of(score)]},
        [score],
        "rejected: repeated-digest",
    )
    add("decoy twice", {"_sd": [decoy, decoy]}, [], "rejected: repeated-digest")
    add("name taken", {"value": "1", "_sd": [digest_of(score)]}, [score], "rejected: name-taken")
    add(
        "name taken by another disclosure",
        {"_sd": [digest_of(score), digest_of(other)]},
        [score, other],
        "rejected: name-taken",
    )
    for bad in ("_sd", "..."):
        shown = disclosure(salt(bad), bad, ["x"])
        add(f"named {bad}", {"_sd": [digest_of(shown)]}, [shown], "malformed: reserved-name")
    for label, elements in (
        ("two elements", ["s", "v"]),
        ("four elements", ["s", "n", "v", 1]),
        ("no elements", []),
        ("salt a number", [1, "n", "v"]),
        ("name a number", ["s", 1, "v"]),
        ("an object", {"s": "n"}),
    ):
        shown = b64url(canonical(elements))
        add(label, {"_sd": [digest_of(shown)]}, [shown], "malformed: elements")
    for label, shown in (
        ("padded", score + "="),
        ("standard alphabet", "+/+/"),
        ("space", score + " "),
        ("one character", "A"),
        ("trailing bits", "AB"),
    ):
        add(f"base64url: {label}", {"_sd": [digest_of(shown)]}, [shown], "malformed: base64url")
    for label, data in (
        ("not JSON", b"hello"),
        ("duplicate member", b'["s","n",{"a":1,"a":2}]'),
        ("trailing", b'["s","n",1] x'),
        ("UTF-8", b'["s","n","\xff"]'),
    ):
        shown = b64url(data)
        add(f"json: {label}", {"_sd": [digest_of(shown)]}, [shown], "malformed: json")
    add("digests not an array", {"_sd": "x"}, [], "malformed: digests")
    add("digest a number", {"_sd": [1]}, [], "malformed: digests")
    return dump(
        "Predicates with digests of withheld members, and disclosures. `revealed` is the canonical "
        "JSON of the predicate with what was disclosed in place and every `_sd` removed. Reasons, "
        "malformed: base64url, json, elements, reserved-name, digests; rejected: unreferenced, "
        "repeated-disclosure, repeated-digest, name-taken.",
        cases,
    )


def record(source: Seeded, identifier, epoch: int, secret: bytes, index: int):
    """A record and the bytes of its transcript."""
    transcript = json.dumps({"id": identifier, "events": source.bytes(20).hex()}).encode()
    value = {
        "id": identifier,
        "epoch": epoch,
        "item": source.bytes(32).hex(),
        "output": source.bytes(32).hex(),
        "scores": {
            "match": {
                "value": source.choice(["0", "1", "0.5", "1e-3"]),
                "answerDigest": source.choice([None, source.bytes(32).hex()]),
            }
        },
        "error": index % 5 == 4,
        "limit": "time" if index % 7 == 6 else None,
        "invalidated": index % 4 == 3,
        "transcript": sha256(transcript_salt(secret, index) + transcript).hex(),
    }
    return canonical(value), transcript


def sample_tree(count: int):
    secret = Seeded(f"samples {count}").bytes(32)
    source = Seeded(f"records {count}")
    keys = [(i // 2 + 1 if count % 2 else f"sample-{i // 2:03d}", i % 2 + 1) for i in range(count)]
    records = [record(source, *key, secret, index) for index, key in enumerate(keys)]
    leaves = [sample_leaf(sample_salt(secret, i), r) for i, (r, _) in enumerate(records)]
    return secret, records, Tree(leaves)


def trees() -> bytes:
    cases = []
    for count in (1, 2, 3, 7, 20):
        secret, records, tree = sample_tree(count)
        cases.append(
            {
                "name": f"{count} samples",
                "secret": secret.hex(),
                "root": tree.root().hex(),
                "samples": [
                    {
                        "record": r.decode(),
                        "salt": sample_salt(secret, i).hex(),
                        "transcriptSalt": transcript_salt(secret, i).hex(),
                        "transcript": t.decode(),
                        "leaf": tree.leaf(i).hex(),
                    }
                    for i, (r, t) in enumerate(records)
                ],
            }
        )
    return dump(
        "Sample commitments assay-samples/1: salts from the statement's secret, leaf hashes of "
        "salt || record, and their root. Member `transcript` of a record is SHA-256 of "
        "transcriptSalt || transcript.",
        cases,
    )


def openings() -> bytes:
    cases = []
    secret, records, tree = sample_tree(20)

    def add(name, index, salt, data, path, accept=False, count=20, root=tree.root()):
        good = len(salt) == 16 and inclusion_accepts(
            sample_leaf(salt, data), index, count, path, root
        )
        assert good == accept, name
        cases.append(
            {
                "name": name,
                "count": count,
                "root": root.hex(),
                "index": index,
                "salt": b64(salt),
                "record": b64(data),
                "proof": [b64(p) for p in path],
                **reject(
                    "accept"
                    if accept
                    else "rejected: commitment"
                    if len(salt) == 16
                    else "malformed: salt"
                ),
            }
        )

    for index in (0, 7, 15, 16, 19):
        salt, data, path = sample_salt(secret, index), records[index][0], tree.path(index, 20)
        add(f"sample {index}", index, salt, data, path, True)
        add(f"sample {index} as the next", index + 1, salt, data, path)
        add(f"sample {index} of 21", index, salt, data, [*path, sha256(b"")], count=21)
        add(
            f"sample {index}, record changed",
            index,
            salt,
            data.replace(b'"epoch":', b'"epoch":1'),
            path,
        )
        add(
            f"sample {index}, salt of the transcript",
            index,
            transcript_salt(secret, index),
            data,
            path,
        )
        add(
            f"sample {index}, a byte moved from the record to the salt",
            index,
            salt + data[:1],
            data[1:],
            path,
        )
        add(f"sample {index}, no proof", index, salt, data, [])
        add(f"sample {index}, other record", index, salt, records[(index + 1) % 20][0], path)
        add(f"sample {index}, last hash missing", index, salt, data, path[:-1])
    return dump(
        "Openings against a sample root. A salt has 16 bytes, so that no byte can move between "
        "salt and record, which are hashed one behind the other. Reasons: salt, commitment.",
        cases,
    )


def challenges() -> bytes:
    cases, source = [], Seeded("challenges")
    for count, wanted in (
        (1, 1),
        (2, 1),
        (2, 2),
        (3, 3),
        (10, 10),
        (100, 10),
        (1200, 300),
        (2**32, 20),
        (2**53 - 1, 20),
        (2**62 + 1, 12),
        (2**63 + 1, 12),
    ):
        leaf, nonce = source.bytes(32), source.bytes(32)
        cases.append(
            {
                "name": f"{wanted} of {count}",
                "leafHash": leaf.hex(),
                "nonce": nonce.hex(),
                "count": str(count),
                "wanted": wanted,
                "indexes": [str(i) for i in challenge(leaf, nonce, count, wanted)],
            }
        )
    return dump(
        "The sample indexes that a challenge asks for, in the order in which they are drawn. The "
        "last two make about a quarter and half of the draws be thrown away.",
        cases,
    )
