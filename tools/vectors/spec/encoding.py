"""Encodings shared by every format: base64, hex, integers and seeded bytes."""

import base64
import hashlib


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    """RFC 4648 section 4, with padding."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """RFC 4648 section 5, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def u16be(value: int) -> bytes:
    return value.to_bytes(2, "big")


def u64be(value: int) -> bytes:
    return value.to_bytes(8, "big")


class Seeded:
    """A stream of bytes and numbers that depends on its label alone."""

    def __init__(self, label: str):
        self.label = label.encode()
        self.counter = 0

    def bytes(self, count: int) -> bytes:
        out = b""
        while len(out) < count:
            out += sha256(b"vectors\0" + self.label + b"\0" + u64be(self.counter))
            self.counter += 1
        return out[:count]

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1; the bias is of no matter here."""
        return int.from_bytes(self.bytes(32), "big") % limit

    def choice(self, items):
        return items[self.below(len(items))]
