"""The public formats, read and made from their specifications: canonical JSON, DSSE envelopes,
signed notes, checkpoints, tlog-proof files, tiles.

This is a second, independent reading. It shares no code with the programs that it checks.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

import merkle

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
RESULT_TYPE = "urn:assay:evaluation-result:v1"
CHARTER_TYPE = "urn:assay:charter:v1"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def unb64(text: str) -> bytes:
    """RFC 4648 section 4, one spelling: what does not encode back to itself is refused."""
    data = base64.b64decode(text, validate=True)
    if b64(data) != text:
        raise ValueError(f"not canonical base64: {text!r}")
    return data


def canonical_json(value) -> bytes:
    """RFC 8785 for objects, arrays, strings, integers, booleans and null."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = (canonical_json(name) + b":" + canonical_json(value[name]) for name in names)
        return b"{" + b",".join(members) + b"}"
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(canonical_json, value)) + b"]"
    if isinstance(value, float):
        raise TypeError("no fractions occur in these formats")
    return json.dumps(value, ensure_ascii=False).encode()


# Keys and envelopes


def public_der(key) -> bytes:
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def keyid(public_key) -> str:
    return hashlib.sha256(public_der(public_key)).hexdigest()


def load_private(path: Path, passphrase: bytes | None = None):
    return serialization.load_pem_private_key(path.read_bytes(), passphrase)


def sign(private_key, message: bytes) -> bytes:
    if isinstance(private_key, ed25519.Ed25519PrivateKey):
        return private_key.sign(message)
    if isinstance(private_key, ec.EllipticCurvePrivateKey):
        digest = hashes.SHA384() if private_key.curve.name == "secp384r1" else hashes.SHA256()
        return private_key.sign(message, ec.ECDSA(digest))
    if isinstance(private_key, rsa.RSAPrivateKey):
        return private_key.sign(
            message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()
        )
    raise TypeError(type(private_key).__name__)


def verifies(public_key, signature: bytes, message: bytes) -> bool:
    try:
        if isinstance(public_key, ed25519.Ed25519PublicKey):
            public_key.verify(signature, message)
        elif isinstance(public_key, ec.EllipticCurvePublicKey):
            digest = hashes.SHA384() if public_key.curve.name == "secp384r1" else hashes.SHA256()
            public_key.verify(signature, message, ec.ECDSA(digest))
        elif isinstance(public_key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            public_key.verify(signature, message, pss, hashes.SHA256())
        else:
            raise TypeError(type(public_key).__name__)
    except InvalidSignature:
        return False
    return True


def pre_auth_encoding(payload_type: str, payload: bytes) -> bytes:
    """DSSE 1.0: what a signature in an envelope is over."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope(payload: bytes, private_keys, payload_type: str = PAYLOAD_TYPE) -> dict:
    message = pre_auth_encoding(payload_type, payload)
    signatures = [
        {"keyid": keyid(key.public_key()), "sig": b64(sign(key, message))} for key in private_keys
    ]
    return {
        "payload": b64(payload),
        "payloadType": payload_type,
        "signatures": sorted(signatures, key=lambda signature: signature["keyid"]),
    }


def entry_bytes(value: dict) -> bytes:
    """The canonical entry of an envelope: fixed member order, no white space."""
    signatures = sorted(value["signatures"], key=lambda signature: signature["keyid"])
    ordered = {
        "payload": value["payload"],
        "payloadType": value["payloadType"],
        "signatures": [{"keyid": s["keyid"], "sig": s["sig"]} for s in signatures],
    }
    return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False).encode()


def statement_of(value: dict) -> dict:
    return json.loads(unb64(value["payload"]))


# Signed notes and checkpoints


def note_key_id(name: str, kind: int, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def verifier_key(name: str, public_key: ed25519.Ed25519PublicKey, kind: int = 1) -> str:
    raw = public_key.public_bytes_raw()
    return f"{name}+{note_key_id(name, kind, raw).hex()}+{b64(bytes([kind]) + raw)}"


@dataclass
class Note:
    text: bytes
    signatures: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    """name, four bytes of key id, signature"""


def parse_note(data: bytes) -> Note:
    body, separator, block = data.rpartition(b"\n\n")
    if not separator or not block.endswith(b"\n"):
        raise ValueError("not a signed note")
    note = Note(body + b"\n")
    for line in block[:-1].split(b"\n"):
        prefix, name, blob = line.decode().split(" ")
        if prefix != "\u2014":
            raise ValueError(f"not a signature line: {line!r}")
        raw = unb64(blob)
        note.signatures.append((name, raw[:4], raw[4:]))
    return note


def write_note(text: bytes, lines: list[tuple[str, bytes, bytes]]) -> bytes:
    block = "".join(f"\u2014 {name} {b64(ident + sig)}\n" for name, ident, sig in lines)
    return text + b"\n" + block.encode()


@dataclass
class Checkpoint:
    origin: str
    size: int
    root: bytes


def parse_checkpoint(text: bytes) -> Checkpoint:
    lines = text.decode().split("\n")
    if len(lines) != 4 or lines[3] != "":
        raise ValueError("a checkpoint has three lines: origin, size, root")
    if str(int(lines[1])) != lines[1]:
        raise ValueError(f"size in another spelling: {lines[1]!r}")
    digest = unb64(lines[2])
    if len(digest) != 32:
        raise ValueError("the root is not 32 bytes")
    return Checkpoint(lines[0], int(lines[1]), digest)


def checkpoint_text(origin: str, size: int, digest: bytes) -> bytes:
    return f"{origin}\n{size}\n{b64(digest)}\n".encode()


def open_checkpoint(data: bytes, vkeys: list[str]) -> Checkpoint:
    """The checkpoint, after an Ed25519 log signature by one of `vkeys` was checked."""
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    for vkey in vkeys:
        name, ident, blob = vkey.split("+", 2)
        raw = unb64(blob)
        if raw[0] != 1 or name != checkpoint.origin:
            continue
        for signer, key_id, signature in note.signatures:
            if (signer, key_id.hex()) == (name, ident):
                key = ed25519.Ed25519PublicKey.from_public_bytes(raw[1:])
                key.verify(signature, note.text)
                return checkpoint
    raise ValueError("no signature by a known log key")


def cosigners(data: bytes, vkeys: dict[str, str]) -> set[str]:
    """The names in `vkeys` of the witnesses that cosigned; every line of theirs must verify."""
    note, found = parse_note(data), set()
    for name, vkey in vkeys.items():
        key_name, ident, blob = vkey.split("+", 2)
        raw = unb64(blob)
        if raw[0] != 4:
            raise ValueError(f"{name} is no Ed25519 witness")
        for signer, key_id, signature in note.signatures:
            if (signer, key_id.hex()) == (key_name, ident):
                time = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {time}\n".encode() + note.text
                key = ed25519.Ed25519PublicKey.from_public_bytes(raw[1:])
                key.verify(signature[8:], message)
                found.add(name)
    return found


# Proof of one entry for other people's tools (C2SP tlog-proof)


def check_tlog_proof(data: bytes, entry: bytes, vkeys: list[str]) -> tuple[int, Checkpoint]:
    """Index and checkpoint, after all of the file was checked against `entry`."""
    head, separator, note = data.partition(b"\n\n")
    if not separator:
        raise ValueError("no empty line before the checkpoint")
    lines = head.decode().split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a tlog-proof")
    if lines and lines[0].startswith("extra "):
        unb64(lines.pop(0)[len("extra ") :])
    word, _, number = lines.pop(0).partition(" ")
    if word != "index" or str(int(number)) != number:
        raise ValueError("no index line")
    path = [unb64(line) for line in lines]
    if any(len(digest) != 32 for digest in path):
        raise ValueError("a proof hash is not 32 bytes")
    checkpoint = open_checkpoint(note, vkeys)
    found = merkle.root_from_path(merkle.leaf_hash(entry), int(number), checkpoint.size, path)
    if found != checkpoint.root:
        raise ValueError("the proof does not lead to the root")
    return int(number), checkpoint


# Tiles (C2SP tlog-tiles)


def tile_path(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups)


def tile_names(size: int) -> list[tuple[str, int, int, int]]:
    """Every tile that a tree of `size` needs: path, level (-1: entries), index, width."""
    names = []
    level, count = 0, size
    while count:
        for index in range((count + 255) // 256):
            width = min(256, count - 256 * index)
            suffix = tile_path(index) + ("" if width == 256 else f".p/{width}")
            names.append((f"tile/{level}/{suffix}", level, index, width))
            if level == 0:
                names.append((f"tile/entries/{suffix}", -1, index, width))
        level, count = level + 1, count // 256
    return names


def split_entry_bundle(data: bytes) -> list[bytes]:
    entries, position = [], 0
    while position < len(data):
        length = int.from_bytes(data[position : position + 2], "big")
        entry = data[position + 2 : position + 2 + length]
        if len(entry) != length or position + 2 > len(data):
            raise ValueError("an entry bundle ends in the middle of an entry")
        entries.append(entry)
        position += 2 + length
    return entries


def tile_content(level: int, index: int, width: int, leaves: list[bytes]) -> bytes:
    """The bytes of one hash tile, from the leaf hashes of the whole tree."""
    span = 256**level
    first = 256 * index
    return b"".join(
        merkle.root(leaves[(first + i) * span : (first + i + 1) * span]) for i in range(width)
    )
