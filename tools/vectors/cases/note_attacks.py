"""Bundles whose checkpoint does not carry what the charter asks for."""

from spec import ed25519
from spec.encoding import Seeded, b64, sha256, u64be
from spec.ledger import arrange
from spec.notes import ED25519, Signer, checkpoint_text, note, raw_line

from .bundle_shapes import EITHER, MALFORMED, REJECTED, change, small
from .notes import signer
from .sample_ledgers import (
    MODEL_DIGEST,
    STRANGER,
    W1,
    W2,
    W3,
    post_quantum,
    result,
    witnessed,
)


def attacks():
    """Name, bundle, trust, right headlines, description."""
    yield from checkpoints()
    yield from cosignatures()
    yield from without_ed25519()


def checkpoints():
    ledger = small()
    base = ledger.bundle([2])
    text = ledger.text()
    log = ledger.log[0]
    good_line = log.line(text)
    root = ledger.tree().root()

    def put(name, checkpoint, expect, desc=""):
        value = checkpoint if isinstance(checkpoint, str) else checkpoint.decode()
        return (
            f"checkpoint: {name}",
            change(base, "checkpoint", to=value),
            ledger.name,
            expect,
            desc,
        )

    def resigned(changed: bytes) -> bytes:
        return note(changed, log.line(changed))

    yield put("unsigned", text, MALFORMED)
    yield put("empty", "", MALFORMED)
    yield put("no final newline", note(text, good_line)[:-1], MALFORMED)
    yield put("signature changed", note(text, raw_line(log.name, log.key_id + bytes(64))), REJECTED)
    impostor = Signer(log.name, ED25519, Seeded("impostor").bytes(32))
    yield put("signed by an impostor of the same name", note(text, impostor.line(text)), EITHER)
    yield put(
        "impostor under the log's key id",
        note(text, raw_line(log.name, log.key_id + impostor.signature(text))),
        REJECTED,
    )
    elsewhere = Signer("elsewhere.example/2026", ED25519, log.seed)
    yield put(
        "signed by the log's key under another name", note(text, elsewhere.line(text)), EITHER
    )
    stranger = signer("stranger.example")
    yield put(
        "stranger's line beside the log's",
        note(text, good_line, stranger.line(text)),
        MALFORMED,
        "lines by keys that the charter does not know are dropped from bundles",
    )
    yield put("log's line twice", note(text, good_line, good_line), MALFORMED)
    renamed = checkpoint_text("plain.example/2027", 5, root)
    yield put("another origin", resigned(renamed), REJECTED)
    for name, origin in (
        ("case", "Plain.example/2026"),
        ("slash", "plain.example/2026/"),
        ("dot", "plain.example./2026"),
    ):
        yield put(f"origin differs by {name}", resigned(checkpoint_text(origin, 5, root)), REJECTED)
    yield put("another size", note(checkpoint_text(ledger.origin, 6, root), good_line), REJECTED)
    yield put("an older checkpoint", ledger.checkpoint(size=3), REJECTED)
    yield put("another root", resigned(checkpoint_text(ledger.origin, 5, sha256(b"x"))), REJECTED)
    yield put("size 0", resigned(checkpoint_text(ledger.origin, 0, sha256(b""))), REJECTED)
    yield put("extension line", resigned(text + b"extension\n"), MALFORMED)
    yield put("empty line behind the root", resigned(text + b"\n"), MALFORMED)
    yield put(
        "root of 31 bytes", resigned(f"{ledger.origin}\n5\n{b64(root[1:])}\n".encode()), MALFORMED
    )
    yield put("no root", resigned(f"{ledger.origin}\n5\n".encode()), MALFORMED)
    yield put("no origin", resigned(f"5\n{b64(root)}\n".encode()), MALFORMED)
    for size in ("05", "+5", "5.0", "0x5", str(2**64 + 5)):
        yield put(
            f"size {size}", resigned(f"{ledger.origin}\n{size}\n{b64(root)}\n".encode()), MALFORMED
        )
    yield put("CR LF", note(text, good_line).replace(b"\n", b"\r\n"), MALFORMED)
    yield put("hyphen for the dash", note(text, good_line.replace("—".encode(), b"-")), MALFORMED)
    yield put("signature unpadded", note(text, good_line.replace(b"=", b"")), MALFORMED)
    yield put("200 lines", note(text, good_line, *[stranger.line(text)] * 199), MALFORMED)
    fast = checkpoint_text(ledger.origin, 2**63 - 1, root)
    yield put("a size near 2^63", resigned(fast), REJECTED)
    fork = small()
    fork.entries[4] = fork.entries[3]
    yield put(
        "a fork by the log",
        fork.checkpoint(),
        REJECTED,
        "validly signed, of the same size; the entry shown is not in it",
    )


def cosignatures():
    ledger = witnessed()
    for identifier in ("aa", "bb", "cc", "dd"):
        ledger.append_result(identifier, MODEL_DIGEST, result(ledger))
    text, time = ledger.text(), 1790000000
    log = ledger.log[0]
    other = ledger.text(4)

    def put(name, cosignatures, expect=REJECTED, desc="", lines=None):
        value = (
            arrange(text, [log.line(text)], cosignatures)
            if lines is None
            else note(text, *lines).decode()
        )
        return (
            f"cosignature: {name}",
            change(ledger.bundle([2], [W1, W2]), "checkpoint", to=value),
            ledger.name,
            expect,
            desc,
        )

    def of(key, payload):
        return key, raw_line(key.name, key.key_id + payload)

    good = {key: (key, key.line(text, time)) for key in (W1, W2, W3)}
    yield put("none", [])
    yield put("one of two", [good[W1]])
    yield put("one twice", [good[W1], (W1, W1.line(text, time + 1))], EITHER)
    yield put("one and a stranger's", [good[W1], (STRANGER, STRANGER.line(text, time))], EITHER)
    yield put("one and a bad one", [good[W1], of(W2, u64be(time) + bytes(64))])
    yield put(
        "two and a bad third",
        [good[W1], good[W2], of(W3, u64be(time) + bytes(64))],
        REJECTED,
        "one known line that fails spoils the note",
    )
    yield put("of another size", [good[W1], of(W2, W2.signature(other, time))])
    foreign = checkpoint_text("other.example/2026", 5, ledger.tree().root())
    yield put("of another origin", [good[W1], of(W2, W2.signature(foreign, time))])
    yield put("time changed", [good[W1], of(W2, u64be(time + 1) + W2.signature(text, time)[8:])])
    yield put(
        "time at 2^63", [good[W1], of(W2, u64be(2**63) + W2.signature(text, time)[8:])], EITHER
    )
    yield put(
        "plain signature in its place", [good[W1], of(W2, ed25519.sign(W2.seed, text))], EITHER
    )
    plain_w2 = Signer(W2.name, ED25519, W2.seed)
    yield put(
        "plain signature with its own id", [good[W1], (plain_w2, plain_w2.line(text))], EITHER
    )
    yield put(
        "exchanged between names",
        [of(W1, W2.signature(text, time)), of(W2, W1.signature(text, time))],
    )
    yield put("cut by a byte", [good[W1], of(W2, W2.signature(text, time)[:-1])], EITHER)
    yield put("a byte longer", [good[W1], of(W2, W2.signature(text, time) + b"\0")], EITHER)
    line = {key: key.line(text, time) for key in (W1, W2, W3)}
    yield put("in another order", [], MALFORMED, lines=[log.line(text), line[W2], line[W1]])
    yield put("before the log's line", [], MALFORMED, lines=[line[W1], log.line(text), line[W2]])
    yield put("without the log's line", [], EITHER, lines=[line[W1], line[W2]])
    yield put("one line twice", [], MALFORMED, lines=[log.line(text), line[W1], line[W1], line[W2]])


def without_ed25519():
    """The log's other lines stand beside its Ed25519 line and never for it."""
    ledger = post_quantum("group enough 2 W1 W2 W4\nquorum enough\n")
    ledger.append_result("aa", MODEL_DIGEST, result(ledger))
    text, time = ledger.text(), 1790000000
    classic, quantum = ledger.log
    bad = raw_line(classic.name, classic.key_id + bytes(64))
    beside = [quantum.line(text, time), W1.line(text, time), W2.line(text, time)]
    for name, lines in (
        ("by ML-DSA alone", beside),
        ("by ML-DSA and with a bad Ed25519 line", [bad, *beside]),
    ):
        yield (
            f"checkpoint: signed {name}",
            change(ledger.bundle([1], [W1, W2]), "checkpoint", to=note(text, *lines).decode()),
            ledger.name,
            REJECTED,
        )
