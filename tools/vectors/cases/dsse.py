"""Folders dsse and ledgers: pre-authentication encodings, envelopes, entries, identities."""

import json
import re

from spec.encoding import Seeded, b64, b64url
from spec.envelopes import PAYLOAD_TYPE, entry, leaf, pae, parse_envelope
from spec.faults import Malformed

from .output import checked, dump, raw, reject

PAYLOAD = '{"_type":"https://in-toto.io/Statement/v1","name":"é/ü??>>"}'.encode()
KEYIDS = sorted(Seeded(f"keyid {i}").bytes(32).hex() for i in range(3))
SIGNATURES = [(keyid, Seeded(f"sig {keyid}").bytes(64)) for keyid in KEYIDS]


def files() -> dict[str, bytes]:
    return {
        "dsse/pae.json": encodings(),
        "dsse/envelopes.json": envelopes(),
        "dsse/sizes.json": sizes(),
        "ledgers/ledgers.json": ledgers(),
    }


def encodings() -> bytes:
    cases = []
    for kind, body in (
        (PAYLOAD_TYPE, PAYLOAD),
        ("", b""),
        ("http://example.com/HelloWorld", b"hi"),
        ("é", "é".encode()),
        ("a b 3 c", b"x"),
        ("a", b"b 3 c x"),
        (PAYLOAD_TYPE, bytes(range(256))),
        ("t", b"x" * 1000),
    ):
        cases.append(
            {
                "name": f"{kind}, {len(body)} bytes",
                "type": kind,
                "body": b64(body),
                "encoding": b64(pae(kind.encode(), body)),
            }
        )
    return dump("DSSE v1.0 pre-authentication encodings.", cases)


def build(payload=None, kind=PAYLOAD_TYPE, signatures=None, **more) -> str:
    if signatures is None:
        signatures = [{"keyid": keyid, "sig": b64(sig)} for keyid, sig in SIGNATURES[:1]]
    value = {
        "payload": b64(PAYLOAD) if payload is None else payload,
        "payloadType": kind,
        "signatures": signatures,
        **more,
    }
    return json.dumps(value, separators=(",", ":"))


def envelopes() -> bytes:
    cases = []

    def add(name, text, verdict, desc=""):
        data = text if isinstance(text, bytes) else text.encode()
        case = {"name": name, "desc": desc, **raw("envelope", data), **reject(verdict)}
        if verdict == "accept":
            payload, signatures = parse_envelope(data)
            case |= {
                "payload": b64(payload),
                "signatures": [{"keyid": keyid, "sig": b64(sig)} for keyid, sig in signatures],
                "entry": entry(payload, signatures).decode(),
                "leafHash": leaf(payload, signatures).hex(),
            }
        cases.append(checked(case, parse_envelope, data))

    one, two, three = ({"keyid": keyid, "sig": b64(sig)} for keyid, sig in SIGNATURES)
    good = build()
    add("one signature", good, "accept")
    add("three signatures", build(signatures=[one, two, three]), "accept")
    add(
        "signatures in another order",
        build(signatures=[three, one, two]),
        "accept",
        "sorted by keyid in the entry",
    )
    add("white space", json.dumps(json.loads(good), indent=2) + "\n", "accept")
    add("members in another order", json.dumps(dict(reversed(json.loads(good).items()))), "accept")
    add("escapes", good.replace("payload", "p\\u0061yload").replace("vnd", "v\\u006ed"), "accept")
    add("slashes escaped", good.replace("/", "\\/"), "accept")
    add(
        "payload that is not JSON",
        build(payload=b64(b"\0\1")),
        "accept",
        "the envelope carries any bytes",
    )
    add("payload with slash and plus", build(payload=b64(b"\xfb\xff\xfe")), "accept")
    add("empty payload", build(payload=""), "accept", "refused later, as a statement")
    add(
        "same signature under two keyids",
        build(signatures=[one, dict(two, sig=one["sig"])]),
        "accept",
    )

    add("empty", "", "malformed: json")
    add("array", "[]", "malformed: members")
    add("string", '"x"', "malformed: members")
    add("cut", good[:-1], "malformed: json")
    add("trailing comma", good[:-1] + ",}", "malformed: json")
    add("trailing value", good + "{}", "malformed: json")
    add("byte-order mark", b"\xef\xbb\xbf" + good.encode(), "malformed: json")
    add("UTF-16", good.encode("utf-16-le"), "malformed: json")
    add("duplicate payload", good[:-1] + f',"payload":"{b64(PAYLOAD)}"}}', "malformed: json")
    add("duplicate payload, escaped", good[:-1] + ',"p\\u0061yload":""}', "malformed: json")
    for member in ("payload", "payloadType", "signatures"):
        value = json.loads(good)
        del value[member]
        add(f"no {member}", json.dumps(value), "malformed: members")
        add(f"{member} null", json.dumps(json.loads(good) | {member: None}), "malformed: members")
        add(
            f"{member} capitalised",
            good.replace(
                f'"{member}"',
                f'"{member.capitalize()}"' if member != "payloadType" else '"payloadtype"',
            ),
            "malformed: members",
        )
    add("unknown member", build(extra=1), "malformed: members")
    add(
        "unknown member in a signature",
        build(signatures=[one | {"cert": "x"}]),
        "malformed: members",
    )
    add("__proto__", build(__proto__={}), "malformed: members")
    add("signatures an object", build(signatures=one), "malformed: members")
    add("signature a string", build(signatures=["x"]), "malformed: members")
    add("payload a number", build(payload=1), "malformed: members")
    add("signatures empty", build(signatures=[]), "malformed: no-signatures")
    add("signature without keyid", build(signatures=[{"sig": one["sig"]}]), "malformed: members")
    add("signature without sig", build(signatures=[{"keyid": one["keyid"]}]), "malformed: members")
    add("keyid null", build(signatures=[one | {"keyid": None}]), "malformed: members")
    for name, keyid in (
        ("empty", ""),
        ("upper case", one["keyid"].upper()),
        ("63 digits", one["keyid"][1:]),
        ("65 digits", one["keyid"] + "0"),
        ("0x", "0x" + one["keyid"][2:]),
        ("sign", "+f" + one["keyid"][2:]),
        ("not hex", "g" + one["keyid"][1:]),
        ("words", "my key"),
    ):
        add(f"keyid {name}", build(signatures=[one | {"keyid": keyid}]), "malformed: keyid")
    add(
        "same keyid twice, same signature",
        build(signatures=[one, one]),
        "malformed: duplicate-signature",
    )
    add(
        "same keyid twice, other signature",
        build(signatures=[one, dict(two, keyid=one["keyid"])]),
        "malformed: duplicate-signature",
    )
    add(
        "same keyid twice, apart",
        build(signatures=[one, two, one]),
        "malformed: duplicate-signature",
    )
    awkward = b"\xfb\xff\xfe\x01"
    for name, text in (
        ("unpadded", b64(awkward).rstrip("=")),
        ("one padding", b64(awkward)[:-1]),
        ("URL-safe", b64url(awkward) + "=="),
        ("newline", b64(awkward) + "\n"),
        ("space", " " + b64(awkward)),
        ("trailing bits", "+//+AR=="),
        ("padding inside", "AA==AAAA"),
        ("padding alone", "===="),
        ("one character", "A"),
        ("not ASCII", "éAAA"),
    ):
        add(f"payload base64: {name}", build(payload=text), "malformed: base64")
        add(
            f"signature base64: {name}",
            build(signatures=[one | {"sig": text}]),
            "malformed: base64",
        )
    for kind in (
        "",
        "application/json",
        PAYLOAD_TYPE + " ",
        PAYLOAD_TYPE.upper(),
        "application/vnd.in-toto.evaluation+json",
        PAYLOAD_TYPE + ";v=1",
    ):
        add(f"payload type {kind!r}", build(kind=kind), "malformed: payload-type")
    return dump(
        "Envelopes as they may arrive, and the entry that each becomes. `entry` is its canonical "
        "serialisation, `leafHash` SHA-256(0x00 || entry). Signatures are not checked here. "
        "Reasons: json, members (missing, unknown or of another type), payload-type, base64, "
        "keyid, no-signatures, duplicate-signature.",
        cases,
    )


def sizes() -> bytes:
    cases = []

    def add(name, payload_length, signature_lengths):
        data = build(
            payload=b64(b"a" * payload_length),
            signatures=[
                {"keyid": f"{i:064x}", "sig": b64(b"s" * n)}
                for i, n in enumerate(signature_lengths)
            ],
        )
        case = {
            "name": name,
            "payloadLength": payload_length,
            "signatureLengths": signature_lengths,
            "entryLength": len(data),
        }
        fits = payload_length <= 45000 and len(data) <= 65535
        verdict = "accept" if fits else "malformed: too-large"
        if fits:
            payload, signatures = parse_envelope(data.encode())
            case["leafHash"] = leaf(payload, signatures).hex()
        cases.append(checked({**case, **reject(verdict)}, parse_envelope, data.encode()))

    add("payload of 45,000 bytes", 45000, [64])
    add("payload of 45,001 bytes", 45001, [64])
    base = len(build(payload=b64(b"a" * 45000), signatures=[{"keyid": "0" * 64, "sig": ""}]))
    room = (65535 - base) // 4 * 3
    add("largest entry", 45000, [room])
    add("entry one step too large", 45000, [room + 1])
    add("small payload, many large signatures", 1000, [4627] * 10)
    add("small payload, too many large signatures", 1000, [4627] * 11)
    return dump(
        "Limits. The payload is `payloadLength` bytes of `a`, signature i has keyid i as 64 hex "
        "digits and `signatureLengths[i]` bytes of `s`.",
        cases,
    )


def parse_ledger(text: str) -> bytes:
    if not re.fullmatch("assay1:[0-9a-f]{64}", text):
        raise Malformed("ledger")
    return bytes.fromhex(text[7:])


def ledgers() -> bytes:
    digest = Seeded("ledger").bytes(32).hex()
    cases = []
    for name, text, verdict in (
        ("good", f"assay1:{digest}", "accept"),
        ("zeros", "assay1:" + "0" * 64, "accept"),
        ("empty", "", ""),
        ("prefix alone", "assay1:", ""),
        ("digest alone", digest, ""),
        ("other prefix", f"assay2:{digest}", ""),
        ("capital prefix", f"Assay1:{digest}", ""),
        ("no colon", f"assay1{digest}", ""),
        ("two colons", f"assay1::{digest}", ""),
        ("upper case", f"assay1:{digest.upper()}", ""),
        ("63 digits", f"assay1:{digest[1:]}", ""),
        ("65 digits", f"assay1:{digest}0", ""),
        ("space behind", f"assay1:{digest} ", ""),
        ("newline behind", f"assay1:{digest}\n", ""),
        ("space in front", f" assay1:{digest}", ""),
        ("not hex", f"assay1:{digest[1:]}g", ""),
        ("0x", f"assay1:0x{digest[2:]}", ""),
        ("wide digits", f"assay1:{digest[1:]}０", ""),
        ("with a head", f"assay1:{digest}@5:abc", ""),
    ):
        case = {"name": name, "ledger": text, **reject(verdict or "malformed: ledger")}
        if verdict == "accept":
            case["digest"] = text[7:]
        cases.append(checked(case, parse_ledger, text))
    return dump("Ledger identities: assay1: and the leaf hash of entry 0 in hex.", cases)
