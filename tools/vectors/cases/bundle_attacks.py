"""Bundles that must not verify, each one change away from a good one."""

import base64
import copy
import json

from spec.commitments import disclosure
from spec.encoding import Seeded, b64, sha256
from spec.keys import Key
from spec.ledger import serialize
from spec.merkle import leaf_hash

from . import entry_attacks, note_attacks
from .bundle_shapes import EITHER, MALFORMED, REJECTED, change, small
from .sample_ledgers import (
    MODEL_DIGEST,
    VALUE_DISCLOSURE,
    W1,
    W2,
    opening,
    plain,
    result,
    witnessed,
)


def attacks():
    """Name, bundle, trust, right headlines, description."""
    yield from framing()
    yield from shapes()
    yield from proofs()
    yield from note_attacks.attacks()
    yield from roles()
    yield from entry_attacks.attacks()
    yield from lookups()
    yield from pins()
    yield from commitments()


def framing():
    ledger = plain()
    ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    good = serialize(ledger.bundle([1]))
    text = good.decode()
    reordered = json.dumps(
        dict(reversed(json.loads(text).items())), separators=(",", ":"), ensure_ascii=False
    )
    made = {
        "empty": b"",
        "one byte": b"{",
        "white space": b" \n",
        "empty object": b"{}",
        "newline behind": good + b"\n",
        "space in front": b" " + good,
        "NUL behind": good + b"\0",
        "twice": good + good,
        "byte-order mark": b"\xef\xbb\xbf" + good,
        "UTF-16": text.encode("utf-16-le"),
        "cut by one byte": good[:-1],
        "cut in the middle": good[: len(good) // 2],
        "pretty-printed": json.dumps(json.loads(text), indent=2).encode(),
        "members in another order": reordered.encode(),
        "slash escaped": text.replace("assay/v1", "assay\\/v1").encode(),
        "letter escaped": text.replace("assay/v1", "\\u0061ssay/v1").encode(),
        "non-ASCII escaped": text.replace("—", "\\u2014").encode(),
        "trailing comma": (text[:-1] + ",}").encode(),
        "duplicate member": text.replace(
            '{"bundle":', '{"bundle":"assay/v1","bundle":', 1
        ).encode(),
        "duplicate member, escaped": text.replace(
            '{"bundle":', '{"bundle":"assay/v1","b\\u0075ndle":', 1
        ).encode(),
        "index 1.0": text.replace('"index":1,', '"index":1.0,').encode(),
        "index 1e0": text.replace('"index":1,', '"index":1e0,').encode(),
        "index -0": text.replace('"index":0,', '"index":-0,').encode(),
        "index -1": text.replace('"index":1,', '"index":-1,').encode(),
        "index in a string": text.replace('"index":1,', '"index":"1",').encode(),
        "index true": text.replace('"index":1,', '"index":true,').encode(),
        "index null": text.replace('"index":1,', '"index":null,').encode(),
        "index beyond 2^53": text.replace('"index":1,', '"index":9007199254740993,').encode(),
        "invalid UTF-8": good.replace("—".encode(), b"\xe2\x80", 1),
        "lone surrogate": text.replace("assay/v1", "\\ud800").encode(),
        "gzip": b"\x1f\x8b\x08\0" + good[:40],
        "array": b"[" + good + b"]",
        "string": json.dumps(text).encode(),
        "deep": good.replace(b'"handovers":[]', b'"handovers":' + b"[" * 200 + b"]" * 200),
    }
    for name, data in made.items():
        assert data != good, name
        yield f"framing: {name}", data, ledger.name, MALFORMED


def shapes():
    ledger = small()
    base = ledger.bundle([2], pins=[2], openings=[opening(2, 0)])
    required = [
        ("bundle",),
        ("ledger",),
        ("checkpoint",),
        ("entries",),
        ("entries", 1, "index"),
        ("entries", 1, "entry"),
        ("entries", 1, "proof"),
        ("entries", 1, "role"),
        ("pins", 0, "size"),
        ("pins", 0, "root"),
        ("pins", 0, "proof"),
        ("openings", 0, "entry"),
        ("openings", 0, "index"),
        ("openings", 0, "salt"),
        ("openings", 0, "record"),
        ("openings", 0, "proof"),
    ]
    for path in required:
        name = " ".join(map(str, path))
        yield f"shape: no {name}", change(base, *path, drop=True), ledger.name, MALFORMED
        yield f"shape: {name} null", change(base, *path, to=None), ledger.name, MALFORMED
    for path in ((), ("entries", 1), ("pins", 0), ("openings", 0)):
        changed = change(base, *path, "unknown", to=1)
        yield (
            f"shape: unknown member in {' '.join(map(str, path)) or 'the bundle'}",
            changed,
            ledger.name,
            MALFORMED,
        )
    changed = copy.deepcopy(base)
    changed["Entries"] = changed.pop("entries")
    yield "shape: Entries", changed, ledger.name, MALFORMED
    for version in ("assay/v2", "assay/v1 ", "assay/v1.1", "v1", 1):
        yield (
            f"shape: version {version!r}",
            change(base, "bundle", to=version),
            ledger.name,
            MALFORMED,
        )
    for role in ("Claim", "evidence", "", 1):
        yield (
            f"shape: role {role!r}",
            change(base, "entries", 1, "role", to=role),
            ledger.name,
            MALFORMED,
        )
    yield "shape: entries empty", change(base, "entries", to=[]), ledger.name, EITHER
    swapped = change(base, "entries", to=base["entries"][::-1])
    yield "shape: entries descending", swapped, ledger.name, MALFORMED
    twice = change(base, "entries", to=[base["entries"][0], base["entries"][1], base["entries"][1]])
    yield "shape: entry twice", twice, ledger.name, MALFORMED
    yield (
        "shape: no entry 0",
        change(base, "entries", to=base["entries"][1:]),
        ledger.name,
        REJECTED,
    )
    other = copy.deepcopy(base)
    other["ledger"] = "assay1:" + sha256(b"other").hex()
    yield "shape: says another ledger", other, ledger.name, REJECTED
    yield (
        "shape: ledger in upper case",
        change(base, "ledger", to=ledger.name.upper()),
        ledger.name,
        MALFORMED,
    )
    for name, to in (
        ("unpadded", base["entries"][1]["entry"].rstrip("=") + "A"),
        ("URL-safe", "_-_-"),
        ("space", " " + base["entries"][1]["entry"]),
    ):
        yield (
            f"shape: entry base64 {name}",
            change(base, "entries", 1, "entry", to=to),
            ledger.name,
            EITHER,
        )
    yield ("shape: handovers an object", change(base, "handovers", to={}), ledger.name, MALFORMED)
    handover = {
        "index": 2,
        "checkpoint": base["checkpoint"],
        "proof": base["entries"][1]["proof"],
        "consistency": [],
    }
    yield (
        "shape: a handover without an amendment",
        change(base, "handovers", to=[handover]),
        ledger.name,
        EITHER,
    )


def proofs():
    ledger = small()
    base = ledger.bundle([2])
    path = base["entries"][1]["proof"]
    junk = b64(sha256(b"junk"))
    changes = {
        "hash missing": path[1:],
        "last hash missing": path[:-1],
        "no hashes": [],
        "hash added": [*path, junk],
        "hash in front": [junk, *path],
        "hash twice": [path[0], *path],
        "reversed": path[::-1],
        "root appended": [*path, b64(ledger.tree().root())],
    }
    for number in range(len(path)):
        changes[f"hash {number} changed"] = [*path[:number], junk, *path[number + 1 :]]
    for name, changed in changes.items():
        assert changed != path
        yield (
            f"proof: {name}",
            change(base, "entries", 1, "proof", to=changed),
            ledger.name,
            REJECTED,
        )
    for length in (0, 31, 33):
        changed = [b64(bytes(length)), *path[1:]]
        yield (
            f"proof: hash of {length} bytes",
            change(base, "entries", 1, "proof", to=changed),
            ledger.name,
            MALFORMED,
        )
    yield (
        "proof: 64 hashes",
        change(base, "entries", 1, "proof", to=[junk] * 64),
        ledger.name,
        EITHER,
    )
    yield (
        "proof: hash in hex",
        change(base, "entries", 1, "proof", to=[sha256(b"").hex(), *path[1:]]),
        ledger.name,
        MALFORMED,
    )
    yield (
        "proof: object in place of a hash",
        change(base, "entries", 1, "proof", to=[{"hash": path[0], "right": junk}, *path[1:]]),
        ledger.name,
        MALFORMED,
    )
    for index in (1, 3, 4, 5, 2**53 - 1):
        yield (
            f"proof: entry 2 as {index}",
            change(base, "entries", 1, "index", to=index),
            ledger.name,
            REJECTED,
        )
    yield (
        "proof: another entry's bytes",
        change(base, "entries", 1, "entry", to=b64(ledger.entries[3])),
        ledger.name,
        REJECTED,
    )
    zero = change(base, "entries", 0, "proof", to=base["entries"][0]["proof"][:-1])
    yield "proof: charter's last hash missing", zero, ledger.name, REJECTED
    alone = plain()
    lone = alone.bundle([])
    yield (
        "proof: hash in a tree of one",
        change(lone, "entries", 0, "proof", to=[junk]),
        alone.name,
        REJECTED,
    )
    doubled = small()
    doubled.append(doubled.entries[-1])
    repeated = ledger.bundle([4])
    repeated["checkpoint"] = doubled.checkpoint()
    yield (
        "proof: checkpoint of the tree with its last leaf twice",
        repeated,
        ledger.name,
        REJECTED,
    )


def roles():
    ledger = small()
    base = ledger.bundle([2])
    for role in ("charter", "index-root"):
        yield (
            f"role: result as {role}",
            change(base, "entries", 1, "role", to=role),
            ledger.name,
            EITHER,
        )
    for role in ("claim", "related", "index-root"):
        yield (
            f"role: charter as {role}",
            change(base, "entries", 0, "role", to=role),
            ledger.name,
            EITHER,
        )


def lookups():
    ledger = witnessed()
    for identifier in ("aa", "dd", "bb"):
        ledger.append_result(identifier, MODEL_DIGEST, result(ledger))
    root = ledger.append_index_root()
    ask = ledger.complete(root, [2]) + [ledger.lookup(root, "subject", MODEL_DIGEST.hex())]
    base = ledger.bundle([1, 2, 3], [W1, W2], ask, [root])

    def put(name, number, member_name, to, expect=REJECTED, desc=""):
        return (
            f"lookup: {name}",
            change(base, "lookups", number, member_name, to=to),
            ledger.name,
            expect,
            desc,
        )

    assert ask[3]["indexes"] == [1, 2, 3]
    yield put("list truncated", 3, "indexes", [1, 2])
    yield put("list with a gap", 3, "indexes", [1, 3])
    yield put("list extended", 3, "indexes", [1, 2, 3, 4])
    yield put("list reordered", 3, "indexes", [2, 1, 3], EITHER)
    yield put("index twice", 3, "indexes", [1, 2, 2, 3], EITHER)
    yield put("list emptied", 3, "indexes", [], EITHER)
    yield put("said to be absent", 3, "end", "empty", EITHER)
    yield put("unknown end", 3, "end", "none", MALFORMED)
    yield put("unknown kind", 3, "kind", "everything", EITHER)
    yield put("another kind", 3, "kind", "evaluation")
    yield put("another value", 3, "value", sha256(b"x").hex())
    yield put("value not hex", 3, "value", "x", EITHER)
    siblings = ask[3]["siblings"]
    yield put("sibling missing", 3, "siblings", siblings[1:])
    yield put("sibling changed", 3, "siblings", [b64(sha256(b"x")), *siblings[1:]])
    yield put("sibling of 31 bytes", 3, "siblings", [b64(bytes(31)), *siblings[1:]], MALFORMED)
    yield put("257 siblings", 3, "siblings", [b64(bytes(32))] * 257, EITHER)
    yield put("root at an entry that is none", 3, "root", 2)
    yield put("root at an entry that is absent", 3, "root", 0)
    yield put("root beyond the log", 3, "root", 99)
    yield put("charters said to be none", 0, "indexes", [], EITHER)
    missing = ledger.bundle([1, 2, 3], [W1, W2], ask, [])
    yield "lookup: index root not in the bundle", missing, ledger.name, REJECTED
    stray = [*ask, ledger.lookup(root, "about", sha256(b"stray").hex())]
    yield (
        "lookup: about an entry that is not in the bundle",
        ledger.bundle([1, 2, 3], [W1, W2], stray, [root]),
        ledger.name,
        REJECTED,
        "every key that is absent can be proven so; this one is evidence of nothing",
    )
    about = witnessed()
    about.append_result("aa", MODEL_DIGEST, result(about))
    target = leaf_hash(about.entries[1]).hex()
    about.append_result("bb", MODEL_DIGEST, result(about, protocol=target))
    about.indexed.append(("about", target, 2))
    at = about.append_index_root()
    yield (
        "lookup: an entry about the claim is not shown",
        about.bundle([1], [W1, W2], about.complete(at, [1]), [at]),
        about.name,
        REJECTED,
        "what refers to a claim, a retraction for instance, cannot be left out",
    )
    for name, extra in (("an unknown member", {"extra": 1}), ("no end", None)):
        changed = copy.deepcopy(base)
        if extra is None:
            del changed["lookups"][3]["end"]
        else:
            changed["lookups"][3] |= extra
        yield f"lookup: {name}", changed, ledger.name, MALFORMED
    for name, build in {
        "index root signed by a member": lambda l: l.append_index_root(
            keys=[l.members[0].keys[0][0]]
        ),
        "index root signed by an outsider": lambda l: l.append_index_root(
            keys=[Key("ed25519", "outsider")]
        ),
        "index root of another ledger": lambda l: l.append_index_root(
            ledger="assay1:" + sha256(b"other").hex()
        ),
        "index root ahead of itself": lambda l: l.append_index_root(size=l_size(l) + 2),
    }.items():
        made = witnessed()
        made.append_result("aa", MODEL_DIGEST, result(made))
        at = build(made)
        asked = made.complete(at, [1])
        yield (f"lookup: {name}", made.bundle([1], [W1, W2], asked, [at]), made.name, EITHER)
    lying = witnessed()
    lying.append_result("aa", MODEL_DIGEST, result(lying))
    lying.indexed = [item for item in lying.indexed if item[2] == 0]
    at = lying.append_index_root()
    empty = lying.lookup(at, "subject", MODEL_DIGEST.hex())
    yield (
        "lookup: a root that leaves out an entry of the bundle",
        lying.bundle([1], [W1, W2], [*lying.complete(at, [1]), empty], [at]),
        lying.name,
        REJECTED,
        "the bundle itself contradicts the ledger's list",
    )


def l_size(ledger) -> int:
    return len(ledger.entries)


def pins():
    ledger = small()
    base = ledger.bundle([2], pins=[3])
    proof = base["pins"][0]["proof"]
    junk = b64(sha256(b"junk"))
    for name, member_name, to in (
        ("another root", "root", junk),
        ("hash missing", "proof", proof[1:]),
        ("hash added", "proof", [*proof, junk]),
        ("no hashes", "proof", []),
        ("hash changed", "proof", [junk, *proof[1:]]),
        ("another size", "size", 2),
        ("larger than the log", "size", 9),
        ("size 0", "size", 0),
    ):
        yield (
            f"pin: {name}",
            change(base, "pins", 0, member_name, to=to),
            ledger.name,
            EITHER if name == "size 0" else REJECTED,
        )
    yield (
        "pin: root of 31 bytes",
        change(base, "pins", 0, "root", to=b64(bytes(31))),
        ledger.name,
        MALFORMED,
    )
    trusted = f"{ledger.name}@2:{ledger.tree(2).root().hex()}"
    yield "pin: trusted head not among the pins", base, trusted, REJECTED
    fork = small()
    fork.entries[1] = fork.entries[2]
    yield (
        "pin: trusted head of a fork",
        fork.bundle([3], pins=[2]),
        trusted,
        REJECTED,
        "made with stolen keys: every signature is good, but the log does not extend the head",
    )


def commitments():
    ledger = plain()
    index = ledger.append_result("aa", MODEL_DIGEST, result(ledger, withheld=True))
    base = ledger.bundle([index], disclosures=[VALUE_DISCLOSURE], openings=[opening(index, 1)])
    salt = Seeded("value salt").bytes(16)
    shown = {
        "value changed": [disclosure(salt, "value", "0.9125")],
        "name changed": [disclosure(salt, "standardError", "0.8125")],
        "salt changed": [disclosure(bytes(16), "value", "0.8125")],
        "twice": [VALUE_DISCLOSURE] * 2,
        "padded": [VALUE_DISCLOSURE + "="],
        "not base64url": ["+/+/"],
        "not JSON": ["aGVsbG8"],
        "empty": [""],
        "one more that nothing refers to": [VALUE_DISCLOSURE, disclosure(salt, "x", 1)],
    }
    for name, disclosures in shown.items():
        yield (
            f"disclosure: {name}",
            change(base, "disclosures", to=disclosures),
            ledger.name,
            EITHER,
        )
    yield ("disclosure: of a statement that withholds nothing", *nothing_withheld())
    good = base["openings"][0]
    record = json.loads(base64.b64decode(good["record"]))
    record["scores"]["match"]["value"] = "0"
    changed_record = b64(json.dumps(record, separators=(",", ":"), sort_keys=True).encode())
    openings = {
        "record changed": good | {"record": changed_record},
        "salt changed": good | {"salt": b64(bytes(16))},
        "salt of 15 bytes": good | {"salt": b64(bytes(15))},
        "another index": good | {"index": 2},
        "index out of range": good | {"index": 5},
        "hash missing": good | {"proof": good["proof"][1:]},
        "hash changed": good | {"proof": [b64(bytes(32)), *good["proof"][1:]]},
        "of the charter": good | {"entry": 0},
        "of an entry that is absent": good | {"entry": 7},
    }
    for name, made in openings.items():
        yield (f"opening: {name}", change(base, "openings", 0, to=made), ledger.name, EITHER)
    bare = plain()
    at = bare.append_result("aa", MODEL_DIGEST, result(bare, samples=None))
    yield (
        "opening: of a statement without samples",
        bare.bundle([at], openings=[opening(at, 1)]),
        bare.name,
        EITHER,
    )


def nothing_withheld():
    ledger = plain()
    index = ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    return ledger.bundle([index], disclosures=[VALUE_DISCLOSURE]), ledger.name, EITHER
