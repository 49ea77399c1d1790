"""Withheld fields (RFC 9901 disclosures), sample commitments and challenges (formats.md 11)."""

import base64
import hashlib
import hmac
import re

from .canonical import canonical, parse
from .encoding import b64url, sha256, u64be
from .faults import Malformed, Rejected
from .merkle import leaf_hash


def disclosure(salt: bytes, name: str, value) -> str:
    return b64url(canonical([b64url(salt), name, value]))


def digest_of(disclosed: str) -> str:
    return b64url(sha256(disclosed.encode()))


def read_disclosure(text: str) -> tuple[str, object]:
    """The name and the value."""
    if not re.fullmatch("[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        raise Malformed("base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64url(data) != text:
        raise Malformed("base64url")
    try:
        value = parse(data)
    except Malformed:
        raise Malformed("json") from None
    if not isinstance(value, list) or len(value) != 3:
        raise Malformed("elements")
    salt, name, disclosed = value
    if not isinstance(salt, str) or not isinstance(name, str):
        raise Malformed("elements")
    if name in ("_sd", "..."):
        raise Malformed("reserved-name")
    return name, disclosed


def reveal(predicate: dict, disclosures: list[str]) -> dict:
    """The predicate with what was disclosed in its place and all other digests gone."""
    known: dict[str, tuple[str, object]] = {}
    for text in disclosures:
        read = read_disclosure(text)
        if digest_of(text) in known:
            raise Rejected("repeated-disclosure")
        known[digest_of(text)] = read
    seen: set[str] = set()

    def walk(value):
        if isinstance(value, list):
            return [walk(element) for element in value]
        if not isinstance(value, dict):
            return value
        out = {name: walk(member) for name, member in value.items() if name not in ("_sd",)}
        digests = value.get("_sd", [])
        if not isinstance(digests, list):
            raise Malformed("digests")
        for digest in digests:
            if not isinstance(digest, str):
                raise Malformed("digests")
            if digest in seen:
                raise Rejected("repeated-digest")
            seen.add(digest)
            if digest in known:
                name, disclosed = known[digest]
                if name in out:
                    raise Rejected("name-taken")
                out[name] = walk(disclosed)
        return out

    revealed = walk(predicate)
    if not set(known) <= seen:
        raise Rejected("unreferenced")
    return revealed


def derived_salt(secret: bytes, label: bytes, index: int) -> bytes:
    return hmac.new(secret, label + u64be(index), hashlib.sha256).digest()[:16]


def sample_salt(secret: bytes, index: int) -> bytes:
    return derived_salt(secret, b"assay-sample", index)


def transcript_salt(secret: bytes, index: int) -> bytes:
    return derived_salt(secret, b"assay-transcript", index)


def sample_leaf(salt: bytes, record: bytes) -> bytes:
    return leaf_hash(salt + record)


def challenge(leaf: bytes, nonce: bytes, count: int, wanted: int) -> list[int]:
    """`wanted` distinct indexes below `count`, in the order in which they are drawn."""
    limit = 2**64 - 2**64 % count
    drawn: list[int] = []
    j = 0
    while len(drawn) < wanted:
        block = sha256(b"assay-challenge-v1" + leaf + nonce + u64be(j))
        j += 1
        for part in range(0, 32, 8):
            number = int.from_bytes(block[part : part + 8], "big")
            if number < limit and number % count not in drawn and len(drawn) < wanted:
                drawn.append(number % count)
    return drawn
