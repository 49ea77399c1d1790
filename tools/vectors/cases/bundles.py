"""Folder bundles: golden bundles, and adversarial ones derived from them.

Only ledgers whose charter is the genesis one. `expect` lists the headlines that are right.
"""

import json

from spec.encoding import b64, sha256
from spec.envelopes import entry
from spec.ledger import serialize, sign, statement
from spec.merkle import leaf_hash

from . import bundle_attacks, charter_attacks
from .output import dump
from .sample_ledgers import (
    MODEL_DIGEST,
    VALUE_DISCLOSURE,
    W1,
    W2,
    W3,
    W4,
    opening,
    plain,
    post_quantum,
    result,
    varied,
    witnessed,
)

SHOWN = ["VERIFIED AS SHOWN"]
VERIFIED = ["VERIFIED"]


def case(name: str, bundle, trust: str, expect: list[str], desc="", **more) -> dict:
    data = bundle if isinstance(bundle, bytes) else serialize(bundle)
    try:
        body = {"bundle": data.decode()}
        if "\x00" in body["bundle"] or body["bundle"].startswith("\ufeff"):
            raise UnicodeError
    except UnicodeError:
        body = {"bundleHex": data.hex()}
    return {"name": name, "desc": desc, "trust": trust, "expect": expect, **more, **body}


def files() -> dict[str, bytes]:
    return {
        "bundles/golden.json": golden(),
        "bundles/attacks.json": dump(
            "Bundles that must not verify, each derived from a good one by one change. `expect` "
            "lists the headlines that are right; the exit status goes with the headline.",
            [case(*made) for made in bundle_attacks.attacks()],
        ),
        "bundles/charters.json": dump(
            "Bundles of ledgers whose genesis charter breaks a rule, each trusted by its own "
            "identity.",
            [case(*made) for made in charter_attacks.attacks()],
        ),
        "bundles/trust.json": trust_inputs(),
    }


def golden() -> bytes:
    cases = []
    ledger = plain()
    cases.append(case("charter alone", ledger.bundle([]), ledger.name, SHOWN))
    for member in ("aa", "bb", "cc", "aa", "cc"):
        ledger.append_result(
            member,
            MODEL_DIGEST,
            result(ledger, relation="exploratory" if member != "bb" else "registered-late"),
        )
        if len(ledger.entries) == 2:
            cases.append(case("one claim", ledger.bundle([1]), ledger.name, SHOWN))
    cases.append(case("one claim of six entries", ledger.bundle([3]), ledger.name, SHOWN))
    cases.append(case("three claims", ledger.bundle([1, 2, 5]), ledger.name, SHOWN))
    cases.append(
        case("a claim and a related entry", ledger.bundle([2], related=[4]), ledger.name, SHOWN)
    )
    cases.append(case("every entry", ledger.bundle([1, 2, 3, 4, 5]), ledger.name, SHOWN))
    cases.append(case("charter of six entries", ledger.bundle([]), ledger.name, SHOWN))
    cases.append(case("pins", ledger.bundle([3], pins=[1, 2, 4, 5]), ledger.name, SHOWN))
    cases.append(case("pin of its own size", ledger.bundle([3], pins=[6]), ledger.name, SHOWN))
    openings = [opening(3, index) for index in (0, 2, 4)]
    cases.append(case("openings", ledger.bundle([3], openings=openings), ledger.name, SHOWN))
    head = f"{ledger.name}@4:{ledger.tree(4).root().hex()}"
    cases.append(case("trusted head among the pins", ledger.bundle([3], pins=[2, 4]), head, SHOWN))
    own = f"{ledger.name}@6:{ledger.tree(6).root().hex()}"
    cases.append(case("trusted head is the checkpoint's", ledger.bundle([3]), own, SHOWN))
    cases += lookups_without_auditors() + withheld() + unusual() + algorithms()
    cases += complete() + post_quantum_bundles()
    return dump(
        "Bundles to verify. `expect` lists the headlines that are right. Cases with `needs` say in "
        "`without` what is right where the library lacks that algorithm.",
        cases,
    )


def lookups_without_auditors() -> list[dict]:
    ledger = plain()
    ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    root = ledger.append_index_root()
    bundle = ledger.bundle([1], roots=[root], lookups=ledger.complete(root, [1]))
    return [
        case(
            "lookups that nobody audits",
            bundle,
            ledger.name,
            SHOWN,
            "auditing is none: the ledger alone claims completeness",
        )
    ]


def withheld() -> list[dict]:
    ledger = plain()
    index = ledger.append_result("aa", MODEL_DIGEST, result(ledger, withheld=True))
    return [
        case("a withheld value", ledger.bundle([index]), ledger.name, SHOWN),
        case(
            "a withheld value disclosed",
            ledger.bundle([index], disclosures=[VALUE_DISCLOSURE]),
            ledger.name,
            SHOWN,
        ),
        case(
            "a withheld value and openings",
            ledger.bundle([index], disclosures=[VALUE_DISCLOSURE], openings=[opening(index, 1)]),
            ledger.name,
            SHOWN,
        ),
    ]


def unusual() -> list[dict]:
    """Odd but allowed: unknown members, number texts, white space, several subjects."""
    cases = []

    def add(name, payload, desc=""):
        ledger = plain()
        data = payload(ledger)
        ledger.append(entry(data, sign(data, [ledger.members[0].keys[0][0]])))
        cases.append(case(name, ledger.bundle([1]), ledger.name, SHOWN, desc))

    def changed(**changes):
        return lambda ledger: statement(
            "model", MODEL_DIGEST, "evaluation-result", result(ledger, **changes)
        )

    add(
        "unknown predicate members",
        changed(extra={"deep": [1.5, "x"]}, zz=None),
        "kept and ignored",
    )
    for number, text in enumerate(("0.90", "1e400", "-0.0", "0.1E-7", "9" * 300, "00.5")):
        add(
            f"score text {number}",
            changed(results=[{"metric": "m", "name": "m", "value": text, "n": 1}]),
            "shown as it was written",
        )
    add(
        "white space in the payload",
        lambda ledger: json.dumps(json.loads(changed()(ledger)), indent=1).encode(),
        "the payload's bytes are what is signed",
    )
    add(
        "text that reads from right to left",
        changed(deviations=[{"text": "\u202e\u2067abc\u0000\u001b[31m", "lang": "ar"}]),
        "output must escape it",
    )

    def two_subjects(ledger):
        value = json.loads(changed()(ledger))
        value["subject"].append({"name": "model", "digest": {"sha256": sha256(b"two").hex()}})
        return json.dumps(value).encode()

    add("two subjects of one name", two_subjects)
    return cases


def algorithms() -> list[dict]:
    ledger = varied()
    for member in ("p2", "p3", "sm", "rs", "tw"):
        ledger.append_result(member, MODEL_DIGEST, result(ledger))
    return [
        case(
            f"signed by {member.id}",
            ledger.bundle([number + 1]),
            ledger.name,
            SHOWN,
            " and ".join(key.algorithm for key, _ in member.keys),
        )
        for number, member in enumerate(ledger.members)
    ]


def complete() -> list[dict]:
    cases = []
    ledger = witnessed()
    cases.append(case("witnessed charter", ledger.bundle([], [W1, W2]), ledger.name, SHOWN))
    for member in ("aa", "dd", "bb"):
        ledger.append_result(member, MODEL_DIGEST, result(ledger))
    root = ledger.append_index_root()
    lookups = ledger.complete(root, [2])
    everything = dict(claims=[2], roots=[root], lookups=lookups)
    for name, cosigners in (
        ("first two witnesses", [W1, W2]),
        ("first and third", [W1, W3]),
        ("all three witnesses", [W1, W2, W3]),
    ):
        cases.append(
            case(
                f"complete, {name}",
                ledger.bundle(cosigners=cosigners, **everything),
                ledger.name,
                VERIFIED,
            )
        )
    cases.append(
        case("witnessed without lookups", ledger.bundle([2], [W1, W2]), ledger.name, SHOWN)
    )
    cases.append(
        case(
            "complete but for the claim",
            ledger.bundle([2], [W1, W2], lookups[:2], [root]),
            ledger.name,
            SHOWN,
            "a retraction cannot be excluded",
        )
    )
    for number, what in enumerate(("charters", "member keys")):
        cases.append(
            case(
                f"complete but for {what}",
                ledger.bundle([2], [W1, W2], lookups[:number] + lookups[number + 1 :], [root]),
                ledger.name,
                SHOWN,
            )
        )
    more = [
        ledger.lookup(root, "subject", MODEL_DIGEST.hex()),
        ledger.lookup(root, "signer", "cc"),
        ledger.lookup(root, "plan", leaf_hash(ledger.entries[1]).hex()),
    ]
    cases.append(
        case(
            "complete, all results on the model",
            ledger.bundle([1, 2, 3], [W1, W2], ledger.complete(root, [1, 2, 3]) + more, [root]),
            ledger.name,
            VERIFIED,
        )
    )
    cases.append(
        case(
            "complete charter",
            ledger.bundle([], [W1, W3], ledger.complete(root, []), [root]),
            ledger.name,
            VERIFIED,
        )
    )
    cases.append(
        case(
            "complete, with pins and openings",
            ledger.bundle(cosigners=[W2, W3], pins=[1, 3], openings=[opening(2, 3)], **everything),
            f"{ledger.name}@3:{ledger.tree(3).root().hex()}",
            VERIFIED,
        )
    )
    ledger.append_result("cc", MODEL_DIGEST, result(ledger))
    cases.append(
        case(
            "claim behind the index root",
            ledger.bundle([5], [W1, W2], ledger.complete(root, [5]), [root]),
            ledger.name,
            VERIFIED,
            "the root covers entries 0 to 3, and all later ones are in the bundle",
        )
    )
    cases.append(
        case(
            "complete up to an older root",
            ledger.bundle(cosigners=[W1, W2], **everything),
            ledger.name,
            SHOWN,
            "entry 5 was added after the root and is not shown: it could be a retraction",
        )
    )
    cases.append(
        case(
            "complete up to an older root, the rest shown",
            ledger.bundle(cosigners=[W1, W2], related=[5], **everything),
            ledger.name,
            VERIFIED,
        )
    )
    audited = witnessed(
        rule="group enough any W1 W2 W3\nquorum enough\n",
        amend=lambda predicate: predicate.update(allowForkable=True),
    )
    audited.append_result("aa", MODEL_DIGEST, result(audited))
    root = audited.append_index_root()
    both = dict(claims=[1], roots=[root], lookups=audited.complete(root, [1]))
    cases.append(
        case(
            "quorum met, auditing not",
            audited.bundle(cosigners=[W3], **both),
            audited.name,
            SHOWN,
            "completeness is claimed by the ledger only",
        )
    )
    cases.append(
        case(
            "one witness that audits",
            audited.bundle(cosigners=[W2], **both),
            audited.name,
            VERIFIED,
        )
    )
    return cases


def post_quantum_bundles() -> list[dict]:
    needs = {"needs": "ml-dsa-44"}
    ledger = post_quantum("group enough 2 W1 W2 W4\nquorum enough\n")
    ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    return [
        case(
            "log and witness with ML-DSA-44",
            ledger.bundle([1], [W1, W2, W4]),
            ledger.name,
            SHOWN,
            "the quorum is met without the lines that a library may be unable to check",
        ),
        case(
            "quorum that needs ML-DSA-44",
            ledger.bundle([1], [W1, W4]),
            ledger.name,
            SHOWN,
            **needs,
            without=["UNDECIDED"],
        ),
        case(
            "log with ML-DSA-44, Ed25519 witnesses",
            ledger.bundle([1], [W1, W2]),
            ledger.name,
            SHOWN,
        ),
    ]


def trust_inputs() -> bytes:
    ledger = plain()
    ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    ledger.append_result("bb", MODEL_DIGEST, result(ledger))
    bundle = ledger.bundle([1], pins=[2])
    name, root = ledger.name, ledger.tree(2).root()
    bad = ["BAD TRUST INPUT"]
    texts = [
        ("head in hex", f"{name}@2:{root.hex()}", SHOWN),
        ("head in base64", f"{name}@2:{b64(root)}", SHOWN),
        ("other ledger", "assay1:" + sha256(b"x").hex(), ["REJECTED"]),
        ("head that no pin shows", f"{name}@1:{ledger.tree(1).root().hex()}", ["REJECTED"]),
        ("head with another root", f"{name}@2:{sha256(b'x').hex()}", ["REJECTED"]),
        ("head larger than the checkpoint", f"{name}@9:{root.hex()}", ["REJECTED"]),
        ("fork of the same size", f"{name}@3:{root.hex()}", ["REJECTED"]),
        ("empty", "", bad),
        ("prefix alone", "assay1:", bad),
        ("digest alone", name[7:], bad),
        ("upper case", name.upper(), bad),
        ("63 digits", name[:-1], bad),
        ("65 digits", name + "0", bad),
        ("other version", name.replace("assay1", "assay2"), bad),
        ("space behind", name + " ", bad),
        ("newline behind", name + "\n", bad),
        ("head without a root", name + "@2", bad),
        ("head with an empty root", name + "@2:", bad),
        ("head without a size", f"{name}@:{root.hex()}", bad),
        ("head with a sign", f"{name}@+2:{root.hex()}", bad),
        ("head with a leading zero", f"{name}@02:{root.hex()}", bad),
        ("head of 31 bytes", f"{name}@2:{root.hex()[2:]}", bad),
        ("head of size 0", f"{name}@0:{sha256(b'').hex()}", bad),
    ]
    data = serialize(bundle).decode()
    cases = [
        {"name": text_name, "trust": text, "expect": expect} for text_name, text, expect in texts
    ]
    return dump("One bundle, judged under several trust inputs.", cases, bundle=data)
