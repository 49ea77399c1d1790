"""Bundles whose log took an entry that must not stand in it."""

import json

from spec import ed25519
from spec.encoding import b64, sha256
from spec.envelopes import PAYLOAD_TYPE, entry, envelope_text, pae
from spec.keys import Key
from spec.ledger import sign, statement

from .sample_ledgers import MODEL_DIGEST, member, plain, result

REJECTED = ["REJECTED"]
EITHER = ["REJECTED", "MALFORMED"]


def attacks():
    """Name, bundle, trust, right headlines."""
    yield from entries()
    yield from signers()
    yield from statements()


def logged(make, expect, members=None, claims=(1,)):
    """A ledger that took one entry; `make` gives its bytes."""
    ledger = plain(members=members)
    ledger.append(make(ledger))
    return ledger.bundle(list(claims)), ledger.name, expect


def entries():
    def good(ledger):
        return statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))

    def signed(ledger):
        return sign(good(ledger), [ledger.members[0].keys[0][0]])

    def canonical(ledger):
        return entry(good(ledger), signed(ledger))

    spelled = {
        "space behind": lambda l: canonical(l) + b" ",
        "newline behind": lambda l: canonical(l) + b"\n",
        "white space": lambda l: canonical(l).replace(b'","', b'", "', 1),
        "members in another order": lambda l: json.dumps(
            dict(reversed(json.loads(canonical(l)).items())), separators=(",", ":")
        ).encode(),
        "slash escaped": lambda l: canonical(l).replace(b"application/", b"application\\/"),
        "unknown member": lambda l: canonical(l)[:-1] + b',"x":1}',
        "duplicate member": lambda l: canonical(l)[:-1] + b',"payload":""}',
        "keyid in upper case": lambda l: canonical(l).replace(
            signed(l)[0][0].encode(), signed(l)[0][0].upper().encode()
        ),
        "no signatures": lambda l: envelope_text(good(l), []),
        "same signature twice": lambda l: envelope_text(good(l), signed(l) * 2),
        "another payload type": lambda l: canonical(l).replace(b"in-toto+json", b"in-toto2+json"),
        "not JSON": lambda l: b"hello",
        "empty": lambda l: b"",
    }
    for name, make in spelled.items():
        yield (f"entry: {name}", *logged(make, EITHER))
    yield ("entry: signatures unsorted", *logged(unsorted, EITHER, twice()))


def twice():
    return [
        member("aa", "north", "ed25519", "ecdsa-p256-sha256", signatures=2),
        member("bb", "north", "ed25519"),
        member("cc", "south", "ecdsa-p256-sha256"),
    ]


def unsorted(ledger):
    payload = statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))
    keys = [key for key, _ in ledger.members[0].keys]
    return envelope_text(payload, sorted(sign(payload, keys), reverse=True))


def signers():
    def by(*chosen):
        def make(ledger):
            payload = statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))
            return entry(payload, sign(payload, [pick(ledger) for pick in chosen]))

        return make

    def key(position, number=0):
        return lambda ledger: ledger.members[position].keys[number][0]

    outsider = Key("ed25519", "outsider")
    yield ("signer: an outsider", *logged(by(lambda _: outsider), REJECTED))
    yield ("signer: a member and an outsider", *logged(by(key(0), lambda _: outsider), REJECTED))
    yield ("signer: two members", *logged(by(key(0), key(1)), REJECTED))
    yield ("signer: the ledger's entry key", *logged(by(lambda l: l.entry_key), REJECTED))
    yield ("signer: a member and the ledger", *logged(by(key(0), lambda l: l.entry_key), REJECTED))
    governs = [member("aa", "north", "ed25519", uses=["govern"]), *twice()[1:]]
    yield ("signer: a key that may govern only", *logged(by(key(0)), REJECTED, governs))
    yield ("signer: one signature of two", *logged(by(key(0)), REJECTED, twice()))
    yield ("signer: the other signature of two", *logged(by(key(0, 1)), REJECTED, twice()))
    same = [member("aa", "north", "ed25519", "ed25519", signatures=2), *twice()[1:]]
    yield (
        "signer: two signatures of one algorithm",
        *logged(by(key(0), key(0, 1)), REJECTED, same),
    )

    def forged(alter):
        def make(ledger):
            payload = statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))
            first, second = ledger.members[0].keys[0][0], ledger.members[1].keys[0][0]
            return entry(*alter(payload, first, second))

        return make

    message = lambda payload: pae(PAYLOAD_TYPE.encode(), payload)
    alterations = {
        "payload changed": lambda p, a, b: (p.replace(b"0.8125", b"0.9125"), sign(p, [a])),
        "signature changed": lambda p, a, b: (p, [(a.keyid, a.sign(message(p))[:-1] + b"\0")]),
        "signature over the bare payload": lambda p, a, b: (p, [(a.keyid, a.sign(p))]),
        "signature over the base64": lambda p, a, b: (p, [(a.keyid, a.sign(b64(p).encode()))]),
        "signature with another type": lambda p, a, b: (
            p,
            [(a.keyid, a.sign(pae(b"application/json", p)))],
        ),
        "another member's signature": lambda p, a, b: (p, [(a.keyid, b.sign(message(p)))]),
        "signature empty": lambda p, a, b: (p, [(a.keyid, b"")]),
        "S not reduced": lambda p, a, b: (p, [(a.keyid, unreduced(a.sign(message(p))))]),
    }
    for name, alter in alterations.items():
        yield (f"signer: {name}", *logged(forged(alter), EITHER if "empty" in name else REJECTED))

    def numbers(change_der):
        def make(ledger):
            payload = statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))
            signing = ledger.members[2].keys[0][0]
            return entry(payload, [(signing.keyid, change_der(signing.sign(message(payload))))])

        return make

    yield ("signer: ECDSA with a spare byte", *logged(numbers(lambda s: s + b"\0"), REJECTED))
    yield (
        "signer: ECDSA with a long length",
        *logged(numbers(lambda s: b"\x30\x81" + s[1:]), REJECTED),
    )


def unreduced(signature: bytes) -> bytes:
    s = int.from_bytes(signature[32:], "little") + ed25519.L
    return signature[:32] + s.to_bytes(32, "little")


def statements():
    def payload(make):
        def made(ledger):
            data = make(ledger)
            return entry(data, sign(data, [ledger.members[0].keys[0][0]]))

        return made

    def altered(alter):
        def make(ledger):
            value = json.loads(
                statement("model", MODEL_DIGEST, "evaluation-result", result(ledger))
            )
            changed = alter(value)
            return json.dumps(value if changed is None else changed).encode()

        return payload(make)

    def setting(*path, to):
        def alter(value):
            for step in path[:-1]:
                value = value[step]
            value[path[-1]] = to

        return altered(alter)

    def dropping(*path):
        def alter(value):
            for step in path[:-1]:
                value = value[step]
            del value[path[-1]]

        return altered(alter)

    made = {
        "not JSON": payload(lambda _: b"hello"),
        "empty": payload(lambda _: b""),
        "array": payload(lambda _: b"[]"),
        "byte-order mark": payload(
            lambda l: (
                b"\xef\xbb\xbf" + statement("model", MODEL_DIGEST, "evaluation-result", result(l))
            )
        ),
        "duplicate member": payload(
            lambda l: (
                statement("model", MODEL_DIGEST, "evaluation-result", result(l))[:-1]
                + b',"subject":[]}'
            )
        ),
        "trailing bytes": payload(
            lambda l: statement("model", MODEL_DIGEST, "evaluation-result", result(l)) + b"{}"
        ),
        "another statement type": setting("_type", to="https://in-toto.io/Statement/v0.1"),
        "unknown predicate type": setting("predicateType", to="urn:assay:evaluation-result:v2"),
        "predicate type in capitals": setting("predicateType", to="URN:assay:evaluation-result:v1"),
        "no predicate type": dropping("predicateType"),
        "no predicate": dropping("predicate"),
        "no subject": dropping("subject"),
        "subject empty": setting("subject", to=[]),
        "subject without sha256": setting("subject", 0, "digest", to={"sha512": "00" * 64}),
        "subject digest in capitals": setting("subject", 0, "digest", "sha256", to="AB" * 32),
        "subject digest short": setting("subject", 0, "digest", "sha256", to="ab" * 31),
        "subject twice": altered(lambda v: v["subject"].append(v["subject"][0])),
        "no ledger": dropping("predicate", "ledger"),
        "no results": dropping("predicate", "results"),
        "no withheld list": dropping("predicate", "withheld"),
        "score a number": setting("predicate", "results", 0, "value", to=0.5),
        "count a string": setting("predicate", "counts", "planned", to="5"),
        "count negative": setting("predicate", "counts", "planned", to=-1),
        "count a fraction": setting("predicate", "counts", "planned", to=1.5),
        "count beyond 2^53": setting("predicate", "counts", "planned", to=2**53),
        "time without a zone": setting("predicate", "run", "started", to="2026-10-01T08:00:00"),
        "time with an offset": setting(
            "predicate", "run", "started", to="2026-10-01T08:00:00+02:00"
        ),
        "time that no calendar has": setting(
            "predicate", "run", "started", to="2026-02-30T08:00:00Z"
        ),
        "reference in capitals": setting("predicate", "protocol", to="AB" * 32),
        "other scope": setting("predicate", "statementOfScope", to="This result is general."),
    }
    for number, score in enumerate(
        ("NaN", "Infinity", "+1", ".5", "1.", "1e", "0x10", " 1", "", "1,5", "１")
    ):
        made[f"score text {number}"] = setting("predicate", "results", 0, "value", to=score)
    for name, make in made.items():
        yield (f"statement: {name}", *logged(make, EITHER))
    other = "assay1:" + sha256(b"other").hex()
    yield ("statement: another ledger", *logged(setting("predicate", "ledger", to=other), REJECTED))
    yield ("statement: replayed from a ledger of the same members", *replayed())
    yield ("statement: a second genesis", *logged(lambda ledger: ledger.entries[0], REJECTED))


def replayed():
    first = plain(amend=lambda predicate: predicate.update(indexEvery=255))
    first.append_result("aa", MODEL_DIGEST, result(first))
    second = plain()
    second.append(first.entries[1])
    return second.bundle([1]), second.name, REJECTED
