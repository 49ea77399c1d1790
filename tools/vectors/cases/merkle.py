"""Folder merkle: roots, audit paths and consistency proofs."""

from spec.encoding import b64, sha256
from spec.merkle import HugeTree, Tree, consistency_accepts, inclusion_accepts, leaf_hash

from .output import dump

LIMIT = 131
# The huge trees whose proofs are also changed.
MUTATED = [(2**31, 2**32 + 1), (2**61, 2**62 + 1), (2**31, 2**62 - 1)]
HUGE = [2**32 - 1, 2**32, 2**32 + 1, 3 * 2**40 + 7, 2**62 - 1, 2**62, 2**62 + 1, 2**63 - 1]


def files() -> dict[str, bytes]:
    tree = Tree([leaf_hash(b"%d" % i) for i in range(LIMIT)])
    return {
        "merkle/roots.json": roots(tree),
        "merkle/inclusion.json": inclusion(tree),
        "merkle/consistency.json": consistency(tree),
    }


def accumulated(proofs) -> str:
    return sha256(b"".join(bytes([len(p)]) + b"".join(p) for p in proofs)).hex()


def roots(tree: Tree) -> bytes:
    cases = []
    for n in range(LIMIT):
        cases.append(
            {
                "name": f"size {n}",
                "size": str(n),
                "root": tree.root(0, n).hex(),
                "inclusionDigest": accumulated(tree.path(m, n) for m in range(n)),
                "consistencyDigest": accumulated(tree.consistency(m, n) for m in range(1, n + 1)),
            }
        )
    return dump(
        "Leaf i is the decimal text of i. root = MTH of the first `size` leaves. The digests are "
        "SHA-256 over, for each index 0 to size-1 (each old size 1 to size), one byte with the "
        "number of hashes of the proof, then the hashes.",
        cases,
    )


def trees(tree: Tree, pairs_small, pairs_huge):
    for m, n in pairs_small:
        yield tree, m, n
    for m, n in pairs_huge:
        yield HugeTree(b"vectors", sorted({m, m + 1, n})), m, n


def changed_paths(path: list[bytes], root: bytes):
    junk = sha256(b"junk")
    yield "root appended", [*path, root]
    yield "hash in front", [junk, *path]
    for i in range(len(path)):
        if i in (0, 1, len(path) // 2, len(path) - 1):
            flipped = bytes([path[i][0] ^ 1]) + path[i][1:]
            yield f"hash {i} flipped", [*path[:i], flipped, *path[i + 1 :]]
            yield f"hash {i} missing", [*path[:i], *path[i + 1 :]]
            yield f"hash {i} twice", [*path[: i + 1], *path[i:]]
    if len(path) > 1:
        yield "reversed", path[::-1]
    if path:
        yield "no hashes", []


def path_length(index: int, size: int) -> int:
    return len(HugeTree(b"length", [index, index + 1]).path(index, size))


def inclusion_case(name, leaf, index, size, path, root) -> dict:
    case = {
        "name": name,
        "index": str(index),
        "size": str(size),
        "leafHash": leaf.hex(),
        "root": root.hex(),
        "proof": [b64(p) for p in path],
    }
    if inclusion_accepts(leaf, index, size, path, root):
        return case | {"expect": "accept"}
    if index >= size:
        reason = "range"
    else:
        reason = "length" if len(path) != path_length(index, size) else "root"
    return case | {"expect": "rejected", "reason": reason}


def inclusion(tree: Tree) -> bytes:
    small = [
        (0, 1),
        (0, 2),
        (1, 2),
        (0, 3),
        (2, 3),
        (4, 5),
        (3, 7),
        (6, 7),
        (7, 8),
        (5, 9),
        (8, 9),
        (31, 33),
        (32, 33),
        (63, 64),
        (100, 130),
        (127, 130),
        (128, 130),
        (129, 130),
    ]
    huge = [(m, n) for n in HUGE for m in (0, n // 2, n - 1) if m < n]
    cases = []
    for source, m, n in trees(tree, small, huge):
        leaf, path, root = source.leaf(m), source.path(m, n), source.root(0, n)
        label = f"leaf {m} of {n}"
        good = inclusion_case(label, leaf, m, n, path, root)
        assert good["expect"] == "accept"
        cases.append(good)
        if n > LIMIT and (m, n) not in MUTATED:
            continue
        for what, other in changed_paths(path, root):
            cases.append(inclusion_case(f"{label}: {what}", leaf, m, n, other, root))
        for i, s in {
            (m + 1, n),
            (m - 1, n),
            (m ^ 2, n),
            (2 * m, n),
            (m, n - 1),
            (m, n + 1),
            (m, 2 * n),
            (n, n),
            (m, 0),
        } - {(m, n)}:
            if i >= 0 and 0 <= s < 2**63:
                cases.append(inclusion_case(f"{label}: as {i} of {s}", leaf, i, s, path, root))
        cases.append(inclusion_case(f"{label}: root as leaf", root, m, n, path, root))
        cases.append(inclusion_case(f"{label}: other root", leaf, m, n, path, sha256(b"")))
    cases.sort(key=lambda case: case["name"])
    return dump(
        "RFC 9162 section 2.1.3.2. Reasons: range (index not below size), length (a path of this "
        "many hashes cannot belong to index and size), root (leads to another root). Some "
        "changes of the size alone go unnoticed and are accepted, as the size of a tree is not "
        "part of its root.",
        cases,
    )


def consistency_case(name, old, new, path, old_root, new_root) -> dict:
    case = {
        "name": name,
        "old": str(old),
        "new": str(new),
        "oldRoot": old_root.hex(),
        "newRoot": new_root.hex(),
        "proof": [b64(p) for p in path],
    }
    if consistency_accepts(old, new, path, old_root, new_root):
        return case | {"expect": "accept"}
    if old == 0:
        reason = "empty"
    elif old > new:
        reason = "shrank"
    elif len(path) != len(HugeTree(b"length", [old]).consistency(old, new)):
        reason = "length"
    else:
        reason = "root"
    return case | {"expect": "rejected", "reason": reason}


def consistency(tree: Tree) -> bytes:
    small = [
        (1, 1),
        (1, 2),
        (2, 2),
        (1, 3),
        (2, 3),
        (3, 4),
        (4, 7),
        (6, 8),
        (7, 7),
        (5, 9),
        (8, 9),
        (16, 130),
        (64, 128),
        (65, 128),
        (127, 130),
        (129, 130),
    ]
    huge = sorted({(m, n) for n in HUGE for m in (1, n // 2, n - 1, 2**31) if m < n})
    cases = []
    for source, m, n in trees(tree, small, huge):
        path, old, new = source.consistency(m, n), source.root(0, m), source.root(0, n)
        label = f"{m} to {n}"
        good = consistency_case(label, m, n, path, old, new)
        assert good["expect"] == "accept"
        cases.append(good)
        if n > LIMIT and (m, n) not in MUTATED:
            continue
        for what, other in changed_paths(path, new):
            cases.append(consistency_case(f"{label}: {what}", m, n, other, old, new))
        cases.append(consistency_case(f"{label}: old root in front", m, n, [old, *path], old, new))
        cases.append(consistency_case(f"{label}: sizes exchanged", n, m, path, new, old))
        cases.append(consistency_case(f"{label}: roots exchanged", m, n, path, new, old))
        cases.append(consistency_case(f"{label}: from nothing", 0, n, path, sha256(b""), new))
        cases.append(consistency_case(f"{label}: other old root", m, n, path, sha256(b""), new))
        cases.append(consistency_case(f"{label}: other new root", m, n, path, old, sha256(b"")))
        for i, s in sorted({(m + 1, n), (m - 1, n), (m, n - 1), (m, n + 1), (2 * m, n)}):
            if (i, s) == (0, n):
                continue
            if 0 <= s < 2**63:
                cases.append(consistency_case(f"{label}: as {i} to {s}", i, s, path, old, new))
    cases.append(consistency_case("nothing to nothing", 0, 0, [], sha256(b""), sha256(b"")))
    cases.sort(key=lambda case: case["name"])
    return dump(
        "RFC 9162 section 2.1.4.2. Reasons: empty (nothing is proven from size 0), shrank, "
        "length (a path of this many hashes cannot belong to these sizes), root (leads to "
        "another old or new root).",
        cases,
    )
