"""Ledgers whose genesis charter breaks a rule of formats.md section 5."""

import base64
import json

from spec import ed25519
from spec.encoding import b64, sha256
from spec.envelopes import entry
from spec.keys import Key, ed25519_spki
from spec.ledger import sign
from spec.notes import COSIGNATURE, ML_DSA

from .notes import signer, vkey_of
from .sample_ledgers import W1, W2, W3, plain, witnesses_text

# A genesis that is not acceptable is a wrong trust input or bad evidence, as one looks at it.
REFUSED = ["REJECTED", "MALFORMED", "BAD TRUST INPUT"]


def attacks():
    """Name, bundle, trust, right headlines, description."""
    for name, ledger in [*amended(), *possession(), *rebuilt()]:
        yield name, ledger.bundle([]), ledger.name, REFUSED


def amended():
    def put(**changes):
        return plain(amend=lambda predicate: predicate.update(changes))

    def dropped(name):
        return plain(amend=lambda predicate: predicate.pop(name))

    def inside(alter):
        return plain(amend=alter)

    for name in (
        "version",
        "origin",
        "checkpointKeys",
        "entryKeys",
        "members",
        "voting",
        "witnesses",
        "auditing",
        "allowForkable",
        "indexEvery",
    ):
        yield f"{name} absent", dropped(name)
    yield "version 0", put(version=0)
    yield "version 2", put(version=2)
    yield "version in a string", put(version="1")
    yield "no checkpoint keys", put(checkpointKeys=[])
    yield "no entry keys", put(entryKeys=[])
    yield "no members", put(members=[])
    yield "index roots never", put(indexEvery=0)
    yield "allowForkable a string", put(allowForkable="true")
    origin = "plain.example/2026"
    log = signer(origin)
    yield "origin not the checkpoint key's name", put(origin="other.example")
    yield "origin empty", put(origin="")
    yield "checkpoint key of another name", put(checkpointKeys=[signer("other.example").vkey])
    yield "checkpoint key of a cosigner", put(checkpointKeys=[signer(origin, COSIGNATURE).vkey])
    yield "checkpoint key of ML-DSA-44 alone", put(checkpointKeys=[signer(origin, ML_DSA).vkey])
    yield (
        "checkpoint key with a wrong id",
        put(checkpointKeys=[vkey_of(origin, 1, log.key, bytes(4))]),
    )
    yield (
        "checkpoint key of small order",
        put(checkpointKeys=[vkey_of(origin, 1, ed25519.encode(ed25519.torsion()[1]))]),
    )
    yield "checkpoint key twice", put(checkpointKeys=[log.vkey, log.vkey])
    yield "entry key not base64", put(entryKeys=["?"])
    for text, name in (
        ("quorum none\n", "none"),
        ("", "empty"),
        ("quorum amend\n", "undefined"),
        ("group a all aa zz\nquorum a\n", "of a stranger"),
        ("group a 3 aa bb\nquorum a\n", "beyond its members"),
        ("group a 0 aa bb\nquorum a\n", "of nobody"),
        ("group a all aa bb\nquorum a", "without a final newline"),
        ("group a all aa aa\nquorum a\n", "counting one twice"),
        ("# x\nquorum aa\n", "with a comment"),
    ):
        yield f"voting {name}", put(voting=text)
    yield "auditing of an unknown witness", put(auditing="group a any W1\nquorum a\n")
    yield "auditing empty", put(auditing="")
    yield "forkable without consent", put(allowForkable=False)
    yield "witnesses with a log line", put(witnesses=f"log {log.vkey}\nquorum none\n")
    yield "witnesses empty", put(witnesses="")

    def first(**changes):
        return inside(lambda predicate: predicate["members"][0].update(changes))

    for identifier in ("", "AA", "-aa", "a_a", "a" * 33, "é", "a a", "a\n"):
        yield f"member id {identifier!r}", first(id=identifier)
    yield "member id twice", first(id="bb")
    yield "member without keys", first(keys=[])
    for count in (0, 3, "1", True):
        yield f"signatures per entry {count!r}", first(signaturesPerEntry=count)
    for name in ("id", "name", "jurisdiction", "group", "keys", "signaturesPerEntry"):
        yield f"member: {name} absent", inside(lambda p, name=name: p["members"][0].pop(name))

    def key(**changes):
        return inside(lambda predicate: predicate["members"][0]["keys"][0].update(changes))

    for uses in ([], ["attest", "attest"], ["vote"], "attest", ["Attest"]):
        yield f"uses {uses!r}", key(uses=uses)
    yield (
        "member key of small order",
        key(publicKey=b64(ed25519_spki(ed25519.encode(ed25519.torsion()[1])))),
    )
    yield (
        "member key with a byte behind",
        inside(
            lambda p: p["members"][0]["keys"][0].update(
                publicKey=b64(Key("ed25519", "aa 0").spki + b"\0")
            )
        ),
    )
    yield "member key not base64", key(publicKey="?")
    yield (
        "key of two members",
        inside(lambda p: p["members"][0]["keys"].append(p["members"][1]["keys"][0])),
    )
    yield (
        "key twice in one member",
        inside(lambda p: p["members"][0]["keys"].append(p["members"][0]["keys"][0])),
    )
    yield (
        "entry key is a member's",
        inside(
            lambda p: p["members"][0]["keys"].append(
                {"publicKey": p["entryKeys"][0], "uses": ["attest"]}
            )
        ),
    )


def possession():
    yield "a member has not signed", plain(genesis_signers=lambda keys: keys[1:])
    yield "the entry key has not signed", plain(genesis_signers=lambda keys: keys[:-1])
    yield "one key signed alone", plain(genesis_signers=lambda keys: keys[:1])
    yield (
        "an outsider signed too",
        plain(genesis_signers=lambda keys: [*keys, Key("ed25519", "outsider")]),
    )


def rebuilt():
    def again(alter):
        ledger = plain()
        value = json.loads(ledger_payload(ledger))
        alter(value)
        payload = json.dumps(value).encode()
        signers = [k for m in ledger.members for k, _ in m.keys] + [ledger.entry_key]
        ledger.entries[0] = entry(payload, sign(payload, signers))
        return ledger

    yield (
        "another subject digest",
        again(lambda v: v["subject"][0]["digest"].update(sha256=sha256(b"x").hex())),
    )
    yield "another subject name", again(lambda v: v["subject"][0].update(name="other.example"))
    yield (
        "two subjects",
        again(
            lambda v: v["subject"].append({"name": "x", "digest": {"sha256": sha256(b"x").hex()}})
        ),
    )
    yield (
        "genesis of another type",
        again(lambda v: v.update(predicateType="urn:assay:member-keys:v1")),
    )
    broken = plain()
    value = json.loads(broken.entries[0])
    value["signatures"][0]["sig"] = b64(bytes(64))
    broken.entries[0] = json.dumps(value, separators=(",", ":")).encode()
    yield "a signature that does not verify", broken
    noncanonical = plain()
    noncanonical.entries[0] += b" "
    yield "genesis not canonical", noncanonical
    for name, text in (
        ("a witness key twice", witnesses_text([W1, W1], "quorum W1\n")),
        (
            "a witness in two groups",
            witnesses_text(
                [W1, W2, W3], "group a any W1 W2\ngroup b any W2 W3\ngroup c all a b\nquorum c\n"
            ),
        ),
        ("a witness with a plain key", witnesses_text([signer("w.example")], "quorum W1\n")),
        ("a forkable quorum", witnesses_text([W1, W2, W3], "group a any W1 W2 W3\nquorum a\n")),
    ):
        yield f"witnesses: {name}", plain(witnesses=text, forkable=False)


def ledger_payload(ledger) -> bytes:
    return base64.b64decode(json.loads(ledger.entries[0])["payload"])
