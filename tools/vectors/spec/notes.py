"""C2SP signed-note, tlog-checkpoint and tlog-cosignature, with Assay's strictness."""

import base64
import dataclasses
import re

from . import ed25519, mldsa
from .encoding import b64, sha256, u64be
from .faults import Malformed, Rejected

ED25519, COSIGNATURE, ML_DSA = 0x01, 0x04, 0x06
SPACES = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
SPACES += "\u2028\u2029\u202f\u205f\u3000"
MAX_TIMESTAMP = 2**63 - 1


def strict_b64(text: bytes, reason: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Malformed(reason) from None
    if base64.b64encode(data) != text:
        raise Malformed(reason)
    return data


def decimal(text: bytes, reason: str, limit: int = 2**64 - 1) -> int:
    if not re.fullmatch(rb"0|[1-9][0-9]*", text) or int(text) > limit:
        raise Malformed(reason)
    return int(text)


def check_name(name: bytes) -> None:
    try:
        text = name.decode()
    except UnicodeDecodeError:
        raise Malformed("name") from None
    if not text or "+" in text or any(c in SPACES for c in text):
        raise Malformed("name")


@dataclasses.dataclass(frozen=True)
class Signer:
    """A note key made from a seed."""

    name: str
    type: int
    seed: bytes

    @property
    def key(self) -> bytes:
        if self.type == ML_DSA:
            return mldsa.public_key(mldsa.ML_DSA_44, self.seed)
        return ed25519.public_key(self.seed)

    @property
    def key_id(self) -> bytes:
        return key_id(self.name.encode(), self.type, self.key)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.type]) + self.key)}"

    def signature(self, text: bytes, timestamp: int = 0) -> bytes:
        """The bytes after the key id."""
        if self.type == ED25519:
            return ed25519.sign(self.seed, text)
        if self.type == COSIGNATURE:
            return u64be(timestamp) + ed25519.sign(self.seed, cosignature_message(text, timestamp))
        message = subtree_message(self.name.encode(), timestamp, text)
        return u64be(timestamp) + mldsa.sign(mldsa.ML_DSA_44, self.seed, message)

    def line(self, text: bytes, timestamp: int = 0) -> bytes:
        return raw_line(self.name, self.key_id + self.signature(text, timestamp))


def raw_line(name: str, payload: bytes) -> bytes:
    return f"— {name} {b64(payload)}\n".encode()


def key_id(name: bytes, kind: int, key: bytes) -> bytes:
    return sha256(name + b"\n" + bytes([kind]) + key)[:4]


def note(text: bytes, *lines: bytes) -> bytes:
    return text + b"\n" + b"".join(lines)


def cosignature_message(text: bytes, timestamp: int) -> bytes:
    return b"cosignature/v1\ntime %d\n" % timestamp + text


def subtree_message(
    name: bytes, timestamp: int, text: bytes, start: int = 0, end: int | None = None
) -> bytes:
    origin, size, root, extensions = parse_checkpoint(text)
    if extensions:
        raise Rejected("extension")
    end = size if end is None else end
    return (
        b"subtree/v1\n\x00"
        + bytes([len(name)])
        + name
        + u64be(timestamp)
        + bytes([len(origin)])
        + origin
        + u64be(start)
        + u64be(end)
        + root
    )


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    return f"{origin}\n{size}\n{b64(root)}\n".encode()


def parse_checkpoint(text: bytes) -> tuple[bytes, int, bytes, list[bytes]]:
    if not text.endswith(b"\n"):
        raise Malformed("newline")
    lines = text[:-1].split(b"\n")
    if len(lines) < 3:
        raise Malformed("lines")
    if not 1 <= len(lines[0]) <= 255 or any(byte < 0x20 for byte in lines[0]):
        raise Malformed("origin")
    size = decimal(lines[1], "size")
    root = strict_b64(lines[2], "root")
    if len(root) != 32:
        raise Malformed("root")
    if any(not line for line in lines[3:]):
        raise Malformed("lines")
    return lines[0], size, root, lines[3:]


def parse_vkey(text: bytes) -> tuple[bytes, bytes, int, bytes]:
    """Name, key id, type and key."""
    parts = text.split(b"+", 2)
    if len(parts) != 3:
        raise Malformed("format")
    name, identifier, payload = parts
    check_name(name)
    if not re.fullmatch(rb"[0-9a-f]{8}", identifier):
        raise Malformed("id")
    data = strict_b64(payload, "base64")
    if not data:
        raise Malformed("base64")
    if data[0] not in (ED25519, COSIGNATURE, ML_DSA):
        raise Malformed("type")
    kind, key = data[0], data[1:]
    if len(key) != (1312 if kind == ML_DSA else 32):
        raise Malformed("length")
    if kind == ML_DSA and len(name) > 255:
        raise Malformed("name")
    if kind != ML_DSA:
        point = ed25519.decode(key)
        if point is None or ed25519.is_small_order(point):
            raise Malformed("key")
    if key_id(name, kind, key) != bytes.fromhex(identifier.decode()):
        raise Malformed("id-mismatch")
    return name, bytes.fromhex(identifier.decode()), kind, key


def parse_note(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes, bytes]]]:
    """The text and, for each line, name, key id and signature."""
    try:
        data.decode()
    except UnicodeDecodeError:
        raise Malformed("utf8") from None
    if any(byte < 0x20 and byte != 0x0A for byte in data):
        raise Malformed("control")
    if not data.endswith(b"\n"):
        raise Malformed("newline")
    split = data.rfind(b"\n\n")
    if split < 0:
        raise Malformed("separator")
    text, block = data[: split + 1], data[split + 2 :]
    if not block:
        raise Malformed("no-signatures")
    signatures = []
    for line in block[:-1].split(b"\n"):
        if not line.startswith("— ".encode()):
            raise Malformed("line")
        parts = line[4:].split(b" ")
        if len(parts) != 2:
            raise Malformed("line")
        check_name(parts[0])
        payload = strict_b64(parts[1], "base64")
        if len(payload) < 5:
            raise Malformed("short")
        signatures.append((parts[0], payload[:4], payload[4:]))
    if len(signatures) > 100:
        raise Malformed("too-many")
    return text, signatures


def verify_signature(signer: Signer, text: bytes, signature: bytes) -> None:
    """Judges by making the one deterministic signature again where no verifier is at hand."""
    if signer.type == ED25519:
        good = ed25519.strict_verify(signer.key, text, signature)
    elif len(signature) < 8 or int.from_bytes(signature[:8], "big") > MAX_TIMESTAMP:
        good = False
    else:
        parse_checkpoint(text)
        timestamp = int.from_bytes(signature[:8], "big")
        if signer.type == COSIGNATURE:
            message = cosignature_message(text, timestamp)
            good = ed25519.strict_verify(signer.key, message, signature[8:])
        else:
            good = signer.signature(text, timestamp) == signature
    if not good:
        raise Rejected("signature")


def open_note(data: bytes, known: list[Signer]) -> tuple[bytes, list[Signer]]:
    """The text and the known keys that signed it; one known line that fails spoils the note."""
    text, signatures = parse_note(data)
    verified = []
    for name, identifier, signature in signatures:
        for signer in known:
            if (signer.name.encode(), signer.key_id) == (name, identifier):
                verify_signature(signer, text, signature)
                if signer not in verified:
                    verified.append(signer)
    if not verified:
        raise Rejected("no-known-signature")
    return text, verified
