"""DSSE envelopes with Assay's strictness, and the canonical entry (formats.md section 2)."""

import re

from .canonical import parse
from .encoding import b64
from .faults import Malformed
from .merkle import leaf_hash
from .notes import strict_b64

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_ENTRY = 65535
MAX_PAYLOAD = 45000


def pae(kind: bytes, body: bytes) -> bytes:
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)


def envelope_text(payload: bytes, signatures: list[tuple[str, bytes]]) -> bytes:
    """Exactly the members, in their order; the signatures as they are given."""
    items = ",".join(f'{{"keyid":"{keyid}","sig":"{b64(sig)}"}}' for keyid, sig in signatures)
    return (
        f'{{"payload":"{b64(payload)}","payloadType":"{PAYLOAD_TYPE}","signatures":[{items}]}}'
    ).encode()


def entry(payload: bytes, signatures: list[tuple[str, bytes]]) -> bytes:
    return envelope_text(payload, sorted(signatures))


def parse_envelope(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """The payload and the signatures, sorted."""
    try:
        value = parse(data)
    except Malformed:
        raise Malformed("json") from None
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise Malformed("members")
    if (
        not isinstance(value["payload"], str)
        or not isinstance(value["payloadType"], str)
        or (not isinstance(value["signatures"], list))
    ):
        raise Malformed("members")
    if value["payloadType"] != PAYLOAD_TYPE:
        raise Malformed("payload-type")
    payload = strict_b64(value["payload"].encode(), "base64")
    if len(payload) > MAX_PAYLOAD:
        raise Malformed("too-large")
    signatures = []
    for item in value["signatures"]:
        if (
            not isinstance(item, dict)
            or set(item) != {"keyid", "sig"}
            or not all(isinstance(member, str) for member in item.values())
        ):
            raise Malformed("members")
        if not re.fullmatch("[0-9a-f]{64}", item["keyid"]):
            raise Malformed("keyid")
        signatures.append((item["keyid"], strict_b64(item["sig"].encode(), "base64")))
    if not signatures:
        raise Malformed("no-signatures")
    if len({keyid for keyid, _ in signatures}) != len(signatures):
        raise Malformed("duplicate-signature")
    if len(entry(payload, signatures)) > MAX_ENTRY:
        raise Malformed("too-large")
    return payload, sorted(signatures)


def leaf(payload: bytes, signatures: list[tuple[str, bytes]]) -> bytes:
    return leaf_hash(entry(payload, signatures))
