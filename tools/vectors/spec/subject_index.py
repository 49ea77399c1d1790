"""The subject index: a Merkle map from keys to lists of entry indexes (formats.md section 8)."""

from .encoding import sha256, u64be
from .faults import Malformed, Rejected
from .merkle import Tree, leaf_hash

EMPTY = bytes(32)
KINDS = ("subject", "evaluation", "signer", "type", "about", "plan")


def key_of(kind: str, value: str) -> bytes:
    return sha256(b"assay-index-v1\0" + kind.encode() + b"\0" + value.encode())


def value_of(indexes: list[int]) -> bytes:
    return u64be(len(indexes)) + Tree([leaf_hash(u64be(i)) for i in indexes]).root()


def leaf(key: bytes, value: bytes) -> bytes:
    return sha256(b"\x02" + key + value)


def inner(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x03" + left + right)


def bit(key: bytes, depth: int) -> int:
    return key[depth // 8] >> (7 - depth % 8) & 1


def root_of(items: dict[bytes, bytes], depth: int = 0) -> bytes:
    """The hash of the subtree that holds exactly these keys."""
    if not items:
        return EMPTY
    if len(items) == 1:
        return leaf(*next(iter(items.items())))
    halves = [{k: v for k, v in items.items() if bit(k, depth) == side} for side in (0, 1)]
    return inner(root_of(halves[0], depth + 1), root_of(halves[1], depth + 1))


def prove(items: dict[bytes, bytes], key: bytes) -> tuple[list[bytes], object]:
    """The siblings from the root down, and what stands at the end."""
    siblings, depth = [], 0
    while len(items) > 1:
        side = bit(key, depth)
        siblings.append(
            root_of({k: v for k, v in items.items() if bit(k, depth) != side}, depth + 1)
        )
        items = {k: v for k, v in items.items() if bit(k, depth) == side}
        depth += 1
    if not items:
        return siblings, "empty"
    found, value = next(iter(items.items()))
    return siblings, "leaf" if found == key else (found, value)


def verify(root: bytes, kind: str, value: str, indexes: list[int], siblings: list[bytes], end):
    key = key_of(kind, value)
    if kind not in KINDS:
        raise Malformed("kind")
    if len(siblings) > 256 or any(len(sibling) != 32 for sibling in siblings):
        raise Malformed("siblings")
    if any(a >= b for a, b in zip(indexes, indexes[1:])):
        raise Malformed("indexes")
    if (end == "leaf") != bool(indexes):
        raise Malformed("indexes")
    if end == "leaf":
        digest = leaf(key, value_of(indexes))
    elif end == "empty":
        digest = EMPTY
    else:
        other, committed = end
        if len(other) != 32 or len(committed) != 40:
            raise Malformed("end")
        if other == key or any(bit(other, d) != bit(key, d) for d in range(len(siblings))):
            raise Rejected("other-key")
        digest = leaf(other, committed)
    for depth in reversed(range(len(siblings))):
        pair = (digest, siblings[depth])
        digest = inner(*(pair if bit(key, depth) == 0 else pair[::-1]))
    if digest != root:
        raise Rejected("root")
