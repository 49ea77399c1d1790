"""The subject index of formats.md section 8: a Merkle map from keys to lists of entry indexes."""

import hashlib

import evidence
import merkle

EMPTY = bytes(32)


def index_key(kind: str, value: str) -> bytes:
    return hashlib.sha256(b"\0".join([b"assay-index-v1", kind.encode(), value.encode()])).digest()


def committed(indexes: list[int]) -> bytes:
    """V: the count, then the tree hash over the indexes as eight bytes each."""
    leaves = [merkle.leaf_hash(index.to_bytes(8, "big")) for index in indexes]
    return len(indexes).to_bytes(8, "big") + merkle.root(leaves)


def bit(key: bytes, depth: int) -> int:
    return key[depth // 8] >> (7 - depth % 8) & 1


def leaf(key: bytes, value: bytes) -> bytes:
    return hashlib.sha256(b"\x02" + key + value).digest()


def subtree(pairs: list[tuple[bytes, bytes]], depth: int) -> bytes:
    if not pairs:
        return EMPTY
    if len(pairs) == 1:
        return leaf(*pairs[0])
    sides = [[pair for pair in pairs if bit(pair[0], depth) == side] for side in (0, 1)]
    return hashlib.sha256(
        b"\x03" + subtree(sides[0], depth + 1) + subtree(sides[1], depth + 1)).digest()


class SubjectIndex:
    def __init__(self):
        self.places: dict[bytes, list[int]] = {}

    def add(self, index: int, keys):
        for kind, value in dict.fromkeys(keys):
            self.places.setdefault(index_key(kind, value), []).append(index)

    def pairs(self, size: int) -> list[tuple[bytes, bytes]]:
        """Key and value of each key that occurs among the first `size` entries."""
        found = []
        for key, indexes in self.places.items():
            below = [index for index in indexes if index < size]
            if below:
                found.append((key, committed(below)))
        return found

    def root(self, size: int) -> bytes:
        return subtree(self.pairs(size), 0)

    def count(self, size: int) -> int:
        return len(self.pairs(size))

    def proof(self, kind: str, value: str, size: int) -> dict:
        key, pairs, depth, siblings = index_key(kind, value), self.pairs(size), 0, []
        while len(pairs) > 1:
            side = bit(key, depth)
            beside = [pair for pair in pairs if bit(pair[0], depth) != side]
            pairs = [pair for pair in pairs if bit(pair[0], depth) == side]
            depth += 1
            siblings.append(evidence.b64(subtree(beside, depth)))
        if not pairs:
            return {"indexes": [], "siblings": siblings, "end": "empty"}
        if pairs[0][0] == key:
            indexes = [index for index in self.places[key] if index < size]
            return {"indexes": indexes, "siblings": siblings, "end": "leaf"}
        other, committed_value = pairs[0]
        return {"indexes": [], "siblings": siblings,
                "end": {"key": other.hex(), "value": evidence.b64(committed_value)}}
