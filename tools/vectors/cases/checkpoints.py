"""Folders checkpoints and cosignatures."""

from spec import ed25519, mldsa
from spec.encoding import Seeded, b64, sha256, u64be
from spec.merkle import leaf_hash
from spec.notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA,
    Signer,
    checkpoint_text,
    cosignature_message,
    note,
    parse_checkpoint,
    raw_line,
    subtree_message,
)

from .notes import LOG, LOG_ML_DSA, WITNESS, WITNESS_ML_DSA, note_case, set_trailing_bits
from .output import checked, dump, raw, reject


def files() -> dict[str, bytes]:
    return {
        "checkpoints/checkpoints.json": checkpoints(),
        "cosignatures/messages.json": messages(),
        "cosignatures/notes.json": cosigned_notes(),
    }


ROOT = leaf_hash(b"testing")


def checkpoints() -> bytes:
    good = checkpoint_text("log.example/2026", 5, ROOT)
    root = b64(ROOT)
    cases = []

    def add(name, data, verdict, desc=""):
        data = data if isinstance(data, bytes) else data.encode()
        case = {"name": name, "desc": desc, **raw("text", data), **reject(verdict)}
        if verdict == "accept":
            origin, size, head, _ = parse_checkpoint(data)
            case |= {"origin": origin.decode(), "size": str(size), "root": head.hex()}
        if verdict != "malformed: extension":
            checked(case, parse_checkpoint, data)
        cases.append(case)

    add("plain", good, "accept")
    add("empty tree", checkpoint_text("log.example", 0, sha256(b"")), "accept")
    for size in (1, 2**32, 2**53 + 1, 2**62, 2**63 - 1):
        add(f"size {size}", checkpoint_text("log.example", size, ROOT), "accept")
    for origin in ("o", "go.sum database tree", "a+b", "é", "x" * 255, "é" * 127):
        add(
            f"origin {origin[:24]} of {len(origin.encode())} bytes",
            checkpoint_text(origin, 5, ROOT),
            "accept",
        )
    add("origin of 256 bytes", checkpoint_text("x" * 256, 5, ROOT), "malformed: origin")
    add(
        "origin of 256 bytes in 128 characters",
        checkpoint_text("é" * 128, 5, ROOT),
        "malformed: origin",
    )
    add("origin empty", checkpoint_text("", 5, ROOT), "malformed: origin")
    for size in (
        "",
        "-1",
        "+5",
        "05",
        "5 ",
        " 5",
        "0x5",
        "5.0",
        "5e0",
        "٥",
        "00",
        "-0",
        "1_0",
        str(2**64),
        "1" * 40,
    ):
        add(f"size {size!r}", f"log.example\n{size}\n{root}\n", "malformed: size")
    for length in (0, 31, 33, 64):
        add(f"root of {length} bytes", f"log.example\n5\n{b64(bytes(length))}\n", "malformed: root")
    add("root unpadded", good[:-2] + b"\n", "malformed: root")
    add("root with trailing bits", set_trailing_bits(good[:-1].decode()) + "\n", "malformed: root")
    add("root in hex", f"log.example\n5\n{ROOT.hex()}\n", "malformed: root")
    add("root with a space behind", f"log.example\n5\n{root} \n", "malformed: root")
    add("no root", "log.example\n5\n", "malformed: lines")
    add("no size", f"log.example\n{root}\n", "malformed: lines")
    add("origin alone", "log.example\n", "malformed: lines")
    add("empty", "", "malformed: newline")
    add("no final newline", good[:-1], "malformed: newline")
    add("CR LF", good.replace(b"\n", b"\r\n"), "malformed: origin")
    add("empty line in front", b"\n" + good, "malformed: origin")
    add(
        "extension line",
        good + b"more\n",
        "malformed: extension",
        "C2SP allows it, Assay refuses it",
    )
    add("two extension lines", good + b"a\nb\n", "malformed: extension")
    add("empty line behind", good + b"\n", "malformed: lines")
    add("extension and empty line", good + b"a\n\n", "malformed: lines")
    return dump(
        "Checkpoint texts (note texts, unsigned). Reasons: newline (no final one), lines (too "
        "few, or an empty one behind the root), origin (empty or over 255 bytes), size, root, "
        "extension.",
        cases,
    )


def messages() -> bytes:
    cases = []
    for kind, key, what in (
        (COSIGNATURE, WITNESS, "Ed25519"),
        (ML_DSA, WITNESS_ML_DSA, "ML-DSA-44"),
        (ML_DSA, LOG_ML_DSA, "ML-DSA-44 by the log"),
    ):
        for origin, size, timestamp in (
            ("log.example/2026", 0, 1),
            ("log.example/2026", 1, 0),
            ("log.example/2026", 2**40, 1790000000),
            ("x" * 255, 7, 2**63 - 1),
            ("é", 2**63 - 1, 2**32),
        ):
            if kind == COSIGNATURE and timestamp == 0:
                timestamp = 12
            root = sha256(b"") if size == 0 else ROOT
            text = checkpoint_text(origin, size, root)
            message = (
                cosignature_message(text, timestamp)
                if kind == COSIGNATURE
                else subtree_message(key.name.encode(), timestamp, text)
            )
            cases.append(
                {
                    "name": f"{what}, {origin[:16]}, size {size}, time {timestamp}",
                    "type": kind,
                    "keyName": key.name,
                    "seed": key.seed.hex(),
                    "vkey": key.vkey,
                    "timestamp": str(timestamp),
                    "text": text.decode(),
                    "message": b64(message),
                    "line": key.line(text, timestamp).decode(),
                }
            )
    return dump(
        "The bytes that a cosigner signs, and the signature line. Types 4 and 6 as in C2SP "
        "tlog-cosignature. The signatures are the deterministic ones of RFC 8032 and FIPS 204 "
        "(empty context); a randomised ML-DSA signer makes other lines that verify as well. "
        "Seeds are 32 bytes and published: use them for tests only.",
        cases,
    )


def cosigned_notes() -> bytes:
    text = checkpoint_text("log.example/2026", 12, ROOT)
    other_text = checkpoint_text("log.example/2026", 13, ROOT)
    other_origin = checkpoint_text("other.example/2026", 12, ROOT)
    extended = text + b"extension\n"
    time = 1790000000
    log_line = LOG.line(text)
    cases = []

    def add(name, data, known, verdict, desc="", needs=None):
        case = note_case(name, data, known, verdict, desc)
        if any(k.type == ML_DSA for k in known):
            case["needs"] = "ml-dsa-44"
        cases.append(case)

    for key, what in ((WITNESS, "Ed25519"), (WITNESS_ML_DSA, "ML-DSA-44")):
        line = key.line(text, time)
        payload = key.signature(text, time)
        known = [LOG, key]

        def changed(
            label, data, verdict="rejected: signature", desc="", key=key, known=known, what=what
        ):
            add(
                f"{what}: {label}",
                note(text, log_line, raw_line(key.name, key.key_id + data)),
                known,
                verdict,
                desc,
            )

        add(f"{what}: good", note(text, log_line, line), known, "accept")
        add(f"{what}: good, lines exchanged", note(text, line, log_line), known, "accept")
        add(f"{what}: witness alone known", note(text, log_line, line), [key], "accept")
        add(
            f"{what}: two times",
            note(text, key.line(text, time), key.line(text, time + 1)),
            known,
            "accept",
        )
        changed("time changed", u64be(time + 1) + payload[8:])
        changed("last bit of the signature", payload[:-1] + bytes([payload[-1] ^ 1]))
        changed("first bit of the signature", payload[:8] + bytes([payload[8] ^ 1]) + payload[9:])
        changed("signature cut by one byte", payload[:-1])
        changed("signature with one byte more", payload + b"\0")
        changed("time alone", payload[:8])
        changed("half a time", payload[:4])
        changed("no time", payload[8:])
        changed("of another size", key.signature(other_text, time))
        changed("of another origin", key.signature(other_origin, time))
        changed("time at 2^63", u64be(2**63) + payload[8:])
        changed(
            "over the text alone",
            u64be(time)
            + (
                ed25519.sign(key.seed, text)
                if key.type == COSIGNATURE
                else mldsa.sign(mldsa.ML_DSA_44, key.seed, text)
            ),
        )
        add(
            f"{what}: text changed",
            note(other_text, LOG.line(other_text), line),
            known,
            "rejected: signature",
        )
    plain = Signer(WITNESS.name, ED25519, WITNESS.seed)
    add(
        "plain signature by a cosigner's key",
        note(
            text,
            log_line,
            raw_line(WITNESS.name, WITNESS.key_id + ed25519.sign(WITNESS.seed, text)),
        ),
        [LOG, WITNESS],
        "rejected: signature",
    )
    add(
        "cosignature under a plain key",
        note(text, raw_line(plain.name, plain.key_id + WITNESS.signature(text, time))),
        [plain],
        "rejected: signature",
    )
    renamed = Signer("witness.example/renamed", COSIGNATURE, WITNESS.seed)
    add(
        "Ed25519 cosignature moved to another name",
        note(
            text, log_line, raw_line(renamed.name, renamed.key_id + WITNESS.signature(text, time))
        ),
        [LOG, renamed],
        "accept",
        "the name is not signed: one key for two cosigners lets one sign for both",
    )
    moved = Signer("witness.example/renamed", ML_DSA, WITNESS_ML_DSA.seed)
    add(
        "ML-DSA-44 cosignature moved to another name",
        note(
            text,
            log_line,
            raw_line(moved.name, moved.key_id + WITNESS_ML_DSA.signature(text, time)),
        ),
        [LOG, moved],
        "rejected: signature",
    )
    add(
        "extension under Ed25519",
        note(extended, LOG.line(extended), WITNESS.line(extended, time)),
        [LOG, WITNESS],
        "accept",
        "as a note; Assay's checkpoints have no extension lines",
    )
    context = Seeded("context").bytes(4)
    message = subtree_message(WITNESS_ML_DSA.name.encode(), time, text)
    add(
        "ML-DSA-44: with a context",
        note(
            text,
            log_line,
            raw_line(
                WITNESS_ML_DSA.name,
                WITNESS_ML_DSA.key_id
                + u64be(time)
                + mldsa.sign(mldsa.ML_DSA_44, WITNESS_ML_DSA.seed, message, context),
            ),
        ),
        [LOG, WITNESS_ML_DSA],
        "rejected: signature",
    )
    add(
        "log signs twice",
        note(text, log_line, LOG_ML_DSA.line(text, time)),
        [LOG, LOG_ML_DSA],
        "accept",
    )
    add(
        "log's ML-DSA-44 with time 0",
        note(text, log_line, LOG_ML_DSA.line(text, 0)),
        [LOG, LOG_ML_DSA],
        "accept",
    )
    return dump(
        "Checkpoints with cosignature lines, opened with the given keys; as in folder notes. "
        "Cases with `needs` want ML-DSA-44 in the library; without it they are undecided, never "
        "rejected.",
        cases,
    )
