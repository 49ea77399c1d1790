"""Folders vkeys and notes."""

from spec import ed25519
from spec.encoding import Seeded, b64, sha256, u64be
from spec.notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA,
    Signer,
    key_id,
    note,
    open_note,
    parse_vkey,
    raw_line,
)

from .output import checked, dump, raw, reject


def signer(name: str, kind: int = ED25519, label: str | None = None) -> Signer:
    return Signer(name, kind, Seeded(f"note key {label or name} {kind}").bytes(32))


LOG = signer("log.example/2026")
LOG_ML_DSA = signer("log.example/2026", ML_DSA)
WITNESS = signer("witness.example/north", COSIGNATURE)
WITNESS_ML_DSA = signer("witness.example/south", ML_DSA)
OTHER = signer("other.example/log")
STRANGER = signer("stranger.example/log")


def files() -> dict[str, bytes]:
    return {
        "vkeys/vkeys.json": vkeys(),
        "notes/notes.json": notes(),
    }


def vkey_of(name: str, kind: int, key: bytes, identifier: bytes | None = None) -> str:
    identifier = key_id(name.encode(), kind, key) if identifier is None else identifier
    return f"{name}+{identifier.hex()}+{b64(bytes([kind]) + key)}"


def vkeys() -> bytes:
    cases = []

    def add(name, text, verdict, desc=""):
        data = text if isinstance(text, bytes) else text.encode()
        case = {"name": name, "desc": desc, **raw("vkey", data), **reject(verdict)}
        if verdict == "accept":
            key_name, identifier, kind, key = parse_vkey(data)
            case |= {
                "keyName": key_name.decode(),
                "keyID": identifier.hex(),
                "type": kind,
                "publicKey": b64(key),
            }
        cases.append(checked(case, parse_vkey, data))

    key, ml_key = LOG.key, LOG_ML_DSA.key
    for kind_signer, what in (
        (LOG, "Ed25519"),
        (WITNESS, "cosignature"),
        (LOG_ML_DSA, "ML-DSA-44"),
    ):
        add(what, kind_signer.vkey, "accept")
    for name in (
        "x",
        "é.example",
        "e\u0301.example",
        "log.example/a b".replace(" ", "_"),
        "n" * 255,
        "name=with;signs,and/slashes",
        "日本.example/台帳",
    ):
        add(f"name {name[:20]}", vkey_of(name, ED25519, key), "accept")
    for index in range(24):
        candidate = signer("plus.example", ED25519, f"plus {index}")
        if "+" in b64(b"\x01" + candidate.key) and "/" in b64(b"\x01" + candidate.key):
            add(
                "base64 with plus and slash",
                candidate.vkey,
                "accept",
                "the text is cut at the first two plus signs only",
            )
            break
    good = LOG.vkey
    name, identifier, payload = good.split("+", 2)
    add("empty", "", "malformed: format")
    add("no plus", "log.example/2026", "malformed: format")
    add("one plus", f"{name}+{identifier}", "malformed: format")
    add("empty name", vkey_of("", ED25519, key), "malformed: name")
    for label, space in (
        ("space", " "),
        ("no-break space", "\xa0"),
        ("tab", "\t"),
        ("next line", "\x85"),
        ("em space", "\u2003"),
        ("line separator", "\u2028"),
        ("ideographic space", "\u3000"),
    ):
        add(f"{label} in the name", vkey_of(f"a{space}b", ED25519, key), "malformed: name")
    add("plus in the name", vkey_of("a+b", ED25519, key), "malformed: id")
    add("name not UTF-8", b"a\xff+" + good.split("+", 1)[1].encode(), "malformed: name")
    add("id in upper case", f"{name}+{identifier.upper()}+{payload}", "malformed: id")
    add("id of seven digits", f"{name}+{identifier[:7]}+{payload}", "malformed: id")
    add("id of nine digits", f"{name}+{identifier}0+{payload}", "malformed: id")
    add("id with a sign", f"{name}++{identifier[1:]}+{payload}", "malformed: id")
    add("id of another name", f"x{good}", "malformed: id-mismatch")
    add(
        "id of another type",
        vkey_of(name, ED25519, key, key_id(name.encode(), 4, key)),
        "malformed: id-mismatch",
    )
    add(
        "id of the key alone",
        vkey_of(name, ED25519, key, sha256(key)[:4]),
        "malformed: id-mismatch",
    )
    add(
        "type exchanged, id kept",
        vkey_of(name, COSIGNATURE, key, bytes.fromhex(identifier)),
        "malformed: id-mismatch",
    )
    add(
        "ML-DSA id without the type",
        vkey_of(name, ML_DSA, ml_key, sha256(name.encode() + b"\n" + ml_key)[:4]),
        "malformed: id-mismatch",
    )
    add("payload empty", f"{name}+{identifier}+", "malformed: base64")
    add("payload of the type alone", vkey_of(name, ED25519, b""), "malformed: length")
    for kind in (0x00, 0x02, 0x03, 0x05, 0x07, 0xFA, 0xFF):
        add(
            f"type {kind:#04x}",
            vkey_of(name, kind, key),
            "malformed: type",
            "a type that Assay does not read",
        )
    for size in (31, 33, 64):
        add(
            f"Ed25519 key of {size} bytes",
            vkey_of(name, ED25519, (key * 2)[:size]),
            "malformed: length",
        )
    add("Ed25519 key as ML-DSA", vkey_of(name, ML_DSA, key), "malformed: length")
    add("ML-DSA key as Ed25519", vkey_of(name, ED25519, ml_key), "malformed: length")
    for size in (1311, 1313):
        add(
            f"ML-DSA key of {size} bytes",
            vkey_of(name, ML_DSA, (ml_key * 2)[:size]),
            "malformed: length",
        )
    add(
        "base64 unpadded",
        vkey_of(name, ML_DSA, ml_key).rstrip("="),
        "malformed: base64",
        "1,313 bytes need two padding characters",
    )
    add(
        "base64 with trailing bits",
        set_trailing_bits(vkey_of(name, ML_DSA, ml_key)),
        "malformed: base64",
    )
    add("base64 of the other alphabet", good_url(name), "malformed: base64")
    add("base64 with a newline", good[:-8] + "\n" + good[-8:], "malformed: base64")
    add("base64 with white space behind", good + " ", "malformed: base64")
    add("newline behind", good + "\n", "malformed: base64")
    for index, point in enumerate(ed25519.torsion()):
        add(
            f"small order {index}",
            vkey_of(name, ED25519, ed25519.encode(point)),
            "malformed: key",
            "a key of small order verifies signatures of nobody",
        )
    for y in (ed25519.P, ed25519.P + 1, 2**255 - 1):
        add(
            f"y not reduced {y - ed25519.P}",
            vkey_of(name, ED25519, y.to_bytes(32, "little")),
            "malformed: key",
        )
    add("y not on the curve", vkey_of(name, ED25519, off_curve()), "malformed: key")
    return dump(
        "Verifier keys: <name>+<key id>+<base64 of type and key>, types 0x01 (Ed25519), 0x04 "
        "(Ed25519 cosignature) and 0x06 (ML-DSA-44). Reasons: format, name, id, base64, type, "
        "length, key (small order, not canonical, or not a point), id-mismatch.",
        cases,
    )


def off_curve() -> bytes:
    y = 2
    while ed25519.recover_x(y, 0) is not None:
        y += 1
    return y.to_bytes(32, "little")


def set_trailing_bits(text: str) -> str:
    """The same bytes in another spelling: the last character before the padding is raised."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = text.rstrip("=")
    last = alphabet[alphabet.index(body[-1]) + 1]
    return body[:-1] + last + text[len(body) :]


def good_url(name: str) -> str:
    index = 0
    while True:
        candidate = signer(name, ED25519, f"url {index}")
        _, identifier, payload = candidate.vkey.split("+", 2)
        if "/" in payload:
            return f"{name}+{identifier}+" + payload.replace("+", "-").replace("/", "_")
        index += 1


TEXT = "A note.\n\nIt has an empty line, and é in it.\n".encode()


def note_case(name, data: bytes, known: list[Signer], verdict: str, desc="") -> dict:
    case = {
        "name": name,
        "desc": desc,
        **raw("note", data),
        "keys": [k.vkey for k in known],
        **reject(verdict),
    }
    if verdict == "accept":
        text, verified = open_note(data, known)
        case |= {"verified": [k.vkey for k in verified], **raw("text", text)}
    return checked(case, open_note, data, known)


def notes() -> bytes:
    good = note(TEXT, LOG.line(TEXT))
    line, other, strange = LOG.line(TEXT), OTHER.line(TEXT), STRANGER.line(TEXT)
    broken = raw_line(LOG.name, LOG.key_id + bytes(64))
    cases = []

    def add(name, data, verdict, known=(LOG, OTHER), desc=""):
        cases.append(note_case(name, data, list(known), verdict, desc))

    add("one signature", good, "accept")
    add("two signatures", note(TEXT, line, other), "accept")
    add("other order", note(TEXT, other, line), "accept")
    add("unknown beside known", note(TEXT, strange, line), "accept")
    add("unknown of an odd length", note(TEXT, raw_line("who.example", b"12345"), line), "accept")
    add(
        "known name, other id, bad bytes",
        note(TEXT, raw_line(LOG.name, b"\0\0\0\0" + bytes(64)), line),
        "accept",
        desc="name and id together make a key known",
    )
    add(
        "known id, other name, bad bytes",
        note(TEXT, raw_line("log.example/2027", LOG.key_id + bytes(64)), line),
        "accept",
    )
    add("same line twice", note(TEXT, line, line), "accept")
    add("one known key of two", good, "accept", (LOG,))
    add("text of one line", note(b"x\n", LOG.line(b"x\n")), "accept")
    add(
        "DEL in the text",
        note(b"a\x7fb\n", LOG.line(b"a\x7fb\n")),
        "accept",
        desc="signed-note forbids what is below 0x20 only",
    )
    separators = "a\u2028b\u0085c\n".encode()
    add("line separators in the text", note(separators, LOG.line(separators)), "accept")
    for text, what in (
        (b"a\n\n\n", "text ends in empty lines"),
        ("— a b\n".encode(), "text like a signature"),
    ):
        add(what, note(text, LOG.line(text)), "accept")
    for count in (16, 99):
        lines = [signer(f"w{i}.example").line(TEXT) for i in range(16)]
        lines = (lines * 7)[:count]
        add(f"{count} unknown lines and a known one", note(TEXT, *lines, line), "accept")
    lines = [signer(f"w{i}.example").line(TEXT) for i in range(16)] * 7
    add("100 unknown lines and a known one", note(TEXT, *lines[:100], line), "malformed: too-many")

    add("empty", b"", "malformed: newline")
    add("text alone", TEXT, "malformed: line", desc="its last empty line starts the signatures")
    add("one line", b"text\n", "malformed: separator")
    add("no signatures", TEXT + b"\n", "malformed: no-signatures")
    add("no final newline", good[:-1], "malformed: newline")
    add("empty line behind", good + b"\n", "malformed: no-signatures")
    add("bytes behind", good + b"x", "malformed: newline")
    add("text without newline", b"text" + line, "malformed: separator")
    for bad in (0x00, 0x01, 0x09, 0x0B, 0x0D, 0x1B, 0x1F):
        text = b"a" + bytes([bad]) + b"b\n"
        add(f"byte {bad:#04x} in the text", note(text, LOG.line(text)), "malformed: control")
    add("CR LF", good.replace(b"\n", b"\r\n"), "malformed: control")
    for label, bad in (
        ("stray byte", b"\xff"),
        ("overlong", b"\xc0\xaf"),
        ("surrogate", b"\xed\xa0\x80"),
        ("cut sequence", b"\xe2\x80"),
    ):
        text = b"a" + bad + b"\n"
        add(f"invalid UTF-8: {label}", note(text, LOG.line(text)), "malformed: utf8")
    dash = "— ".encode()
    for label, other_dash in (
        ("hyphen", b"- "),
        ("en dash", "– ".encode()),
        ("minus", "− ".encode()),
        ("no space", "—".encode()),
        ("two spaces", "—  ".encode()),
        ("space in front", b" " + dash),
    ):
        add(f"dash: {label}", note(TEXT, other_dash + line[len(dash) :]), "malformed: line")
    add(
        "two spaces before the base64",
        note(TEXT, line.replace(b"2026 ", b"2026  ")),
        "malformed: line",
    )
    add("words behind the base64", note(TEXT, line[:-1] + b" more\n"), "malformed: line")
    add("space behind the base64", note(TEXT, line[:-1] + b" \n"), "malformed: line")
    add("no base64", note(TEXT, dash + b"log.example/2026\n"), "malformed: line")
    add("no name", note(TEXT, dash + line[len(dash) + len(LOG.name) :]), "malformed: name")
    add(
        "plus in the name",
        note(TEXT, line.replace(b"log.example", b"log+example")),
        "malformed: name",
    )
    add(
        "no-break space in the name",
        note(TEXT, line.replace(b".example", "\xa0".encode())),
        "malformed: name",
    )
    add("comment among the signatures", note(TEXT, b"hello\n", line), "malformed: line")
    add(
        "unknown malformed beside known",
        note(TEXT, dash + b"x.example !!!!\n", line),
        "malformed: base64",
    )
    for size in (0, 1, 4):
        add(
            f"signature of {size} bytes",
            note(TEXT, raw_line("x.example", bytes(size)), line),
            "malformed: short",
        )
    add(
        "base64 unpadded",
        note(TEXT, line[:-1].rstrip(b"=") + b"\n"),
        "malformed: base64",
        desc="68 bytes need one padding character",
    )
    add(
        "base64 with trailing bits",
        note(TEXT, set_trailing_bits(line[:-1].decode()).encode() + b"\n"),
        "malformed: base64",
    )
    add(
        "base64 of the other alphabet",
        note(TEXT, raw_line("x.example", b"\xff" * 9).replace(b"/", b"_"), line),
        "malformed: base64",
    )

    add("text changed", good.replace(b"A note", b"B note"), "rejected: signature")
    add(
        "signature changed",
        note(
            TEXT,
            raw_line(
                LOG.name, LOG.key_id + bytes([LOG.signature(TEXT)[0] ^ 1]) + LOG.signature(TEXT)[1:]
            ),
        ),
        "rejected: signature",
    )
    add(
        "known line fails beside a good one",
        note(TEXT, other, broken),
        "rejected: signature",
        desc="one known line that fails spoils the note",
    )
    add("good line and failing repetition", note(TEXT, line, broken), "rejected: signature")
    add(
        "made by another key",
        note(TEXT, raw_line(LOG.name, LOG.key_id + OTHER.signature(TEXT))),
        "rejected: signature",
    )
    for size in (63, 65, 0x48):
        add(
            f"Ed25519 signature of {size} bytes",
            note(TEXT, raw_line(LOG.name, LOG.key_id + (LOG.signature(TEXT) * 2)[:size])),
            "rejected: signature",
        )
    s = int.from_bytes(LOG.signature(TEXT)[32:], "little") + ed25519.L
    add(
        "S not reduced",
        note(
            TEXT,
            raw_line(LOG.name, LOG.key_id + LOG.signature(TEXT)[:32] + s.to_bytes(32, "little")),
        ),
        "rejected: signature",
    )
    add(
        "cosignature as plain signature",
        note(TEXT, raw_line(LOG.name, LOG.key_id + u64be(1) + LOG.signature(TEXT))),
        "rejected: signature",
    )
    add("only unknown keys", note(TEXT, strange), "rejected: no-known-signature")
    add(
        "name in another case",
        note(TEXT, line.replace(b"log.", b"Log.")),
        "rejected: no-known-signature",
    )
    composed, decomposed = signer("é.example"), signer("e\u0301.example", ED25519, "é.example")
    add(
        "names equal only as Unicode",
        note(TEXT, decomposed.line(TEXT)),
        "rejected: no-known-signature",
        (composed,),
    )
    add("no keys known", good, "rejected: no-known-signature", ())
    return dump(
        "Signed notes opened with the given verifier keys. `verified`: the known keys that "
        "signed, in the order of their lines. Reasons, malformed: utf8, control, newline, "
        "separator, no-signatures, line, name, base64, short, too-many; rejected: signature, "
        "no-known-signature. A string member whose name ends in Hex holds bytes.",
        cases,
    )
