"""Folder subject-index: keys, values, roots and lookups."""

from spec.encoding import Seeded, b64
from spec.subject_index import EMPTY, key_of, prove, root_of, value_of, verify

from .output import checked, dump, reject


def files() -> dict[str, bytes]:
    return {
        "subject-index/keys.json": keys(),
        "subject-index/values.json": values(),
        "subject-index/maps.json": maps(),
        "subject-index/lookups.json": lookups(),
    }


def keys() -> bytes:
    digest = Seeded("subject").bytes(32).hex()
    pairs = [
        ("subject", digest),
        ("evaluation", digest),
        ("about", digest),
        ("plan", digest),
        ("signer", "gb-aisi"),
        ("signer", "a"),
        ("type", "urn:assay:charter:v1"),
        ("type", "urn:assay:evaluation-result:v1"),
    ]
    return dump(
        'K = SHA-256("assay-index-v1" || 0 || kind || 0 || value).',
        [
            {
                "name": f"{kind} {value}",
                "kind": kind,
                "value": value,
                "key": key_of(kind, value).hex(),
            }
            for kind, value in pairs
        ],
    )


def values() -> bytes:
    lists = [[0], [1], [0, 1], [5, 9, 200], list(range(100)), [2**32, 2**40], [2**53 - 1]]
    return dump(
        "V = u64be(count) || MTH of the indexes as 8 bytes big-endian.",
        [
            {
                "name": f"{len(l)} from {l[0]}",
                "indexes": [str(i) for i in l],
                "value": b64(value_of(l)),
            }
            for l in lists
        ],
    )


def pairs_of(count: int) -> dict[tuple[str, str], list[int]]:
    source, found = Seeded(f"map {count}"), {}
    for number in range(count):
        kind = source.choice(["subject", "evaluation", "about", "plan", "signer", "type"])
        value = {"signer": f"member-{number}", "type": f"urn:assay:made-{number}:v1"}.get(
            kind, source.bytes(32).hex()
        )
        indexes = sorted({source.below(5000) for _ in range(1 + source.below(6))})
        found[kind, value] = indexes
    return found


def items_of(pairs) -> dict[bytes, bytes]:
    return {key_of(kind, value): value_of(indexes) for (kind, value), indexes in pairs.items()}


def maps() -> bytes:
    cases = []
    for count in (0, 1, 2, 3, 5, 17, 120):
        pairs = pairs_of(count)
        cases.append(
            {
                "name": f"{count} keys",
                "keys": count,
                "root": root_of(items_of(pairs)).hex(),
                "entries": [
                    {"kind": kind, "value": value, "indexes": [str(i) for i in indexes]}
                    for (kind, value), indexes in pairs.items()
                ],
            }
        )
    return dump("Whole maps and their roots.", cases)


def end_json(end):
    if isinstance(end, str):
        return end
    return {"key": end[0].hex(), "value": b64(end[1])}


def lookups() -> bytes:
    cases = []

    def add(name, root, kind, value, indexes, siblings, end, verdict="accept", desc=""):
        case = {
            "name": name,
            "desc": desc,
            "root": root.hex(),
            "kind": kind,
            "value": value,
            "indexes": indexes,
            "siblings": [b64(s) for s in siblings],
            "end": end_json(end),
            **reject(verdict),
        }
        cases.append(checked(case, verify, root, kind, value, indexes, siblings, end))

    add("empty map", EMPTY, "signer", "nobody", [], [], "empty")
    for count in (1, 2, 17, 120):
        pairs = pairs_of(count)
        items = items_of(pairs)
        root = root_of(items)
        for (kind, value), indexes in list(pairs.items())[:6]:
            siblings, end = prove(items, key_of(kind, value))
            add(f"{count} keys: {kind} {value[:16]}", root, kind, value, indexes, siblings, end)
        for kind, value in absent(items):
            siblings, end = prove(items, key_of(kind, value))
            shape = "empty" if end == "empty" else "other key"
            add(f"{count} keys: {value} absent, {shape}", root, kind, value, [], siblings, end)
    present(add)
    missing(add)
    return dump(
        "Lookups against a map's root: `indexes` and `end` as in a bundle. Reasons, malformed: "
        "kind, siblings (over 256, or not of 32 bytes), indexes (not ascending, or not empty just "
        "where absence is shown), end; rejected: other-key (the leaf shown is the key's own, or "
        "lies off the walked path), root.",
        cases,
    )


def absent(items):
    """Keys that are not there: two whose walk ends in nothing and two at another key's leaf."""
    wanted = {"empty": 2, "other": 2} if len(items) > 2 else {"other": 2, "empty": 0}
    number = 0
    while any(wanted.values()) and number < 4000:
        value = f"absent-{number}"
        number += 1
        _, end = prove(items, key_of("signer", value))
        shape = "empty" if end == "empty" else "other"
        if wanted[shape]:
            wanted[shape] -= 1
            yield "signer", value


def present(add) -> None:
    pairs = pairs_of(120)
    items = items_of(pairs)
    root = root_of(items)
    (kind, value), indexes = next(item for item in pairs.items() if len(item[1]) > 2)
    siblings, end = prove(items, key_of(kind, value))
    assert end == "leaf"

    def changed(
        name,
        verdict,
        kind=kind,
        value=value,
        indexes=indexes,
        siblings=siblings,
        end=end,
        root=root,
        desc="",
    ):
        add(f"present: {name}", root, kind, value, indexes, siblings, end, verdict, desc)

    changed(
        "last index left out",
        "rejected: root",
        indexes=indexes[:-1],
        desc="a truncated list must not verify",
    )
    changed("first index left out", "rejected: root", indexes=indexes[1:])
    changed("index added", "rejected: root", indexes=[*indexes, 5001])
    changed(
        "index changed", "rejected: root", indexes=[indexes[0], *indexes[1:-1], indexes[-1] + 1]
    )
    changed(
        "indexes exchanged", "malformed: indexes", indexes=[indexes[1], indexes[0], *indexes[2:]]
    )
    changed("index twice", "malformed: indexes", indexes=[indexes[0], *indexes])
    changed("no indexes", "malformed: indexes", indexes=[])
    changed("said to be empty", "malformed: indexes", end="empty")
    changed("said to be absent, empty", "rejected: root", indexes=[], end="empty")
    own = (key_of(kind, value), value_of(indexes))
    changed("own leaf shown as another's", "rejected: other-key", indexes=[], end=own)
    changed("another value", "rejected: root", value=value + "0" if kind == "signer" else "f" * 64)
    other_kind = "plan" if kind == "about" else "about"
    changed("another kind", "rejected: root", kind=other_kind)
    changed("unknown kind", "malformed: kind", kind="everything")
    changed("sibling missing at the root", "rejected: root", siblings=siblings[1:])
    changed("sibling missing at the leaf", "rejected: root", siblings=siblings[:-1])
    changed("siblings reversed", "rejected: root", siblings=siblings[::-1])
    changed("sibling added", "rejected: root", siblings=[*siblings, EMPTY])
    for i in range(len(siblings)):
        flipped = bytes([siblings[i][0] ^ 128]) + siblings[i][1:]
        changed(
            f"sibling {i} changed",
            "rejected: root",
            siblings=[*siblings[:i], flipped, *siblings[i + 1 :]],
        )
    changed("sibling of 31 bytes", "malformed: siblings", siblings=[siblings[0][1:], *siblings[1:]])
    changed(
        "sibling of 33 bytes", "malformed: siblings", siblings=[siblings[0] + b"\0", *siblings[1:]]
    )
    changed("256 siblings", "rejected: root", siblings=[EMPTY] * 256)
    changed("257 siblings", "malformed: siblings", siblings=[EMPTY] * 257)
    changed("root of another map", "rejected: root", root=root_of(items_of(pairs_of(17))))
    changed("root of the empty map", "rejected: root", root=EMPTY)


def missing(add) -> None:
    pairs = pairs_of(120)
    items = items_of(pairs)
    root = root_of(items)
    ends = {}
    for number in range(4000):
        siblings, end = prove(items, key_of("signer", f"absent-{number}"))
        ends.setdefault("empty" if end == "empty" else "other", (f"absent-{number}", siblings, end))
    name, siblings, end = ends["other"]
    add(
        "absent: other leaf, value changed",
        root,
        "signer",
        name,
        [],
        siblings,
        (end[0], b"\1" + end[1][1:]),
        "rejected: root",
    )
    add(
        "absent: other leaf, value cut",
        root,
        "signer",
        name,
        [],
        siblings,
        (end[0], end[1][:-1]),
        "malformed: end",
    )
    add(
        "absent: other leaf, key cut",
        root,
        "signer",
        name,
        [],
        siblings,
        (end[0][:-1], end[1]),
        "malformed: end",
    )
    add("absent: said to be empty", root, "signer", name, [], siblings, "empty", "rejected: root")
    add("absent: with indexes", root, "signer", name, [1], siblings, end, "malformed: indexes")
    add("absent: said to be present", root, "signer", name, [1], siblings, "leaf", "rejected: root")
    off = next(k for k in items if k != end[0] and prove(items, k)[0] != siblings)
    add(
        "absent: a leaf from elsewhere",
        root,
        "signer",
        name,
        [],
        prove(items, off)[0],
        (off, items[off]),
        "rejected: other-key",
        "its key does not share the walked prefix",
    )
    name, siblings, end = ends["empty"]
    add(
        "absent: empty shown one step higher",
        root,
        "signer",
        name,
        [],
        siblings[:-1],
        "empty",
        "rejected: root",
    )
    add(
        "absent: empty shown one step lower",
        root,
        "signer",
        name,
        [],
        [*siblings, EMPTY],
        "empty",
        "rejected: root",
        "an empty subtree is never split",
    )
    add(
        "absent: empty, sibling changed",
        root,
        "signer",
        name,
        [],
        [*siblings[:-1], EMPTY],
        "empty",
        "rejected: root",
    )
