"""C2SP tlog-policy texts, and quorums judged by brute force."""

import re

from .faults import Malformed
from .notes import parse_vkey


class Policy:
    """A quorum over leaves 0..<n, evaluated on bit masks."""

    def __init__(self):
        self.logs: list[tuple[bytes, bytes]] = []
        self.leaves: list[bytes] = []
        self.groups: dict[bytes, tuple[int, list[bytes]]] = {}
        self.quorum: bytes | None = None

    def satisfied(self, mask: int, name: bytes | None = None) -> bool:
        name = self.quorum if name is None else name
        if name == b"none":
            return True
        if name in self.groups:
            threshold, members = self.groups[name]
            return sum(self.satisfied(mask, member) for member in members) >= threshold
        return bool(mask >> self.leaves.index(name) & 1)

    def table(self) -> list[bool]:
        return [self.satisfied(mask) for mask in range(1 << len(self.leaves))]

    def minimal_sets(self) -> list[int]:
        table = self.table()
        return [
            mask
            for mask, good in enumerate(table)
            if good
            and not any(table[mask & ~(1 << i)] for i in range(len(self.leaves)) if mask >> i & 1)
        ]

    def split(self) -> tuple[int, list[int]]:
        """The least number of leaves common to two satisfied sets, and all such sets."""
        sets = self.minimal_sets()
        common = {a & b for a in sets for b in sets}
        least = min(mask.bit_count() for mask in common)
        return least, sorted(mask for mask in common if mask.bit_count() == least)

    def halt(self) -> int | None:
        """The least number of absent leaves that leaves the quorum unsatisfied."""
        everyone = (1 << len(self.leaves)) - 1
        counts = [
            mask.bit_count() for mask in range(everyone + 1) if not self.satisfied(everyone & ~mask)
        ]
        return min(counts) if counts else None


def parse(text: bytes, leaves: list[bytes] | None = None) -> Policy:
    """A whole policy, or, given leaf names, the group and quorum lines alone."""
    policy = Policy()
    policy.leaves = list(leaves or [])
    keys: set[tuple[str, bytes]] = set()
    used: set[bytes] = set()
    if any(byte < 0x20 and byte not in (0x09, 0x0A) or byte == 0x7F for byte in text):
        raise Malformed("bytes")
    try:
        text.decode()
    except UnicodeDecodeError:
        raise Malformed("utf8") from None
    if not text.endswith(b"\n"):
        raise Malformed("newline")
    for line in text[:-1].split(b"\n"):
        items = re.split(rb"[ \t]+", line.strip(b" \t"))
        if leaves is None and (items == [b""] or items[0].startswith(b"#")):
            continue
        word, rest = items[0], items[1:]
        if word == b"log" and leaves is None:
            _log(policy, rest, keys)
        elif word == b"witness" and leaves is None:
            _witness(policy, rest, keys)
        elif word == b"group":
            _group(policy, rest, used)
        elif word == b"quorum":
            _quorum(policy, rest)
        else:
            raise Malformed("keyword")
    if policy.quorum is None:
        raise Malformed("quorum-missing")
    return policy


def _log(policy, rest, keys):
    if len(rest) not in (1, 2):
        raise Malformed("fields")
    name, _, kind, key = _vkey(rest[0], (0x01, 0x06))
    if (b"log", key) in keys:
        raise Malformed("duplicate-key")
    keys.add((b"log", key))
    policy.logs.append((name, key))


def _witness(policy, rest, keys):
    if len(rest) not in (2, 3):
        raise Malformed("fields")
    _new_name(policy, rest[0])
    _, _, kind, key = _vkey(rest[1], (0x04, 0x06))
    if (b"witness", key) in keys:
        raise Malformed("duplicate-key")
    keys.add((b"witness", key))
    policy.leaves.append(rest[0])


def _vkey(text, kinds):
    try:
        parsed = parse_vkey(text)
    except Malformed:
        raise Malformed("vkey") from None
    if parsed[2] not in kinds:
        raise Malformed("key-type")
    return parsed


def _new_name(policy, name):
    if name in (b"none", b"all", b"any"):
        raise Malformed("reserved-name")
    if name in policy.leaves or name in policy.groups:
        raise Malformed("duplicate-name")


def _group(policy, rest, used):
    if len(rest) < 3:
        raise Malformed("fields")
    name, threshold, members = rest[0], rest[1], rest[2:]
    _new_name(policy, name)
    for member in members:
        if member not in policy.leaves and member not in policy.groups:
            raise Malformed("unknown-member")
        if member in used:
            raise Malformed("repeated-member")
        used.add(member)
    if threshold == b"all":
        count = len(members)
    elif threshold == b"any":
        count = 1
    elif re.fullmatch(rb"[1-9][0-9]*", threshold) and int(threshold) <= len(members):
        count = int(threshold)
    else:
        raise Malformed("threshold")
    policy.groups[name] = (count, members)


def _quorum(policy, rest):
    if len(rest) != 1:
        raise Malformed("fields")
    if policy.quorum is not None:
        raise Malformed("quorum-repeated")
    if rest[0] != b"none" and rest[0] not in policy.leaves and rest[0] not in policy.groups:
        raise Malformed("unknown-member")
    policy.quorum = rest[0]
