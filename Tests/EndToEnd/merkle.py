"""Merkle trees as RFC 6962 section 2.1 defines them, written from the definition.

Nothing here knows the programs under test: it is the second opinion on their hashes.
"""

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_point(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def root(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split_point(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def inclusion_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """The audit path of one leaf, its own sibling first."""
    if len(leaves) == 1:
        return []
    k = split_point(len(leaves))
    if index < k:
        return inclusion_path(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion_path(index - k, leaves[k:]) + [root(leaves[:k])]


def root_from_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path leads to; ValueError when its length does not fit (index, size)."""
    if not 0 <= index < size:
        raise ValueError(f"index {index} is not in a tree of {size}")

    def climb(index: int, size: int, path: list[bytes]) -> bytes:
        if size == 1:
            if path:
                raise ValueError("the path is too long")
            return leaf
        if not path:
            raise ValueError("the path is too short")
        k = split_point(size)
        if index < k:
            return node_hash(climb(index, k, path[:-1]), path[-1])
        return node_hash(path[-1], climb(index - k, size - k, path[:-1]))

    return climb(index, size, path)


def consistency_path(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """The consistency proof from the first `old` leaves to all of them."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = split_point(len(leaves))
    if old <= k:
        return consistency_path(old, leaves[:k], whole) + [root(leaves[k:])]
    return consistency_path(old - k, leaves[k:], False) + [root(leaves[:k])]
