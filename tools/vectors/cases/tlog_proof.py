"""Folder tlog-proof: C2SP proofs of single entries, read and judged by a policy."""

from spec import quorums
from spec.encoding import b64, sha256
from spec.faults import Malformed, Rejected
from spec.merkle import Tree, inclusion_accepts, leaf_hash
from spec.notes import (
    COSIGNATURE,
    ED25519,
    checkpoint_text,
    decimal,
    note,
    open_note,
    parse_checkpoint,
    parse_note,
    strict_b64,
)

from .notes import signer
from .output import checked, dump, raw, reject

HEADER = b"c2sp.org/tlog-proof@v1\n"
LOG = signer("log.example/2026")
WITNESSES = [signer(f"w{i}.example", COSIGNATURE) for i in range(3)]
POLICY = (
    f"log {LOG.vkey}\n"
    + "".join(f"witness W{i} {w.vkey}\n" for i, w in enumerate(WITNESSES))
    + "group g 2 W0 W1 W2\nquorum g\n"
)
TREE = Tree([leaf_hash(b"entry %d" % i) for i in range(11)])
TIME = 1790000000


def files() -> dict[str, bytes]:
    return {"tlog-proof/parse.json": parsing(), "tlog-proof/judge.json": judging()}


def parse(data: bytes) -> tuple[bytes | None, int, list[bytes], bytes]:
    if not data.startswith(HEADER):
        raise Malformed("header")
    head, separator, checkpoint = data[len(HEADER) :].partition(b"\n\n")
    if not separator:
        raise Malformed("separator")
    lines = head.split(b"\n")
    extra = None
    if lines[0].startswith(b"extra "):
        extra = strict_b64(lines.pop(0)[6:], "extra")
    if not lines or not lines[0].startswith(b"index "):
        raise Malformed("index")
    index = decimal(lines.pop(0)[6:], "index", 2**63 - 1)
    path = [strict_b64(line, "hash") for line in lines]
    if any(len(item) != 32 for item in path) or len(path) > 63:
        raise Malformed("hash")
    try:
        parse_checkpoint(parse_note(checkpoint)[0])
    except Malformed:
        raise Malformed("checkpoint") from None
    return extra, index, path, checkpoint


def judge(data: bytes, entry: bytes, policy_text: str) -> None:
    _, index, path, checkpoint = parse(data)
    policy = quorums.parse(policy_text.encode())
    try:
        text, signed = open_note(checkpoint, [LOG, *WITNESSES])
    except Rejected as rejected:
        raise Rejected("log" if rejected.reason == "no-known-signature" else "signature") from None
    if LOG not in signed:
        raise Rejected("log")
    mask = sum(1 << i for i, w in enumerate(WITNESSES) if w in signed)
    if not policy.satisfied(mask):
        raise Rejected("quorum")
    _, size, root, _ = parse_checkpoint(text)
    if not inclusion_accepts(leaf_hash(entry), index, size, path, root):
        raise Rejected("inclusion")


def checkpoint_note(
    size=11, signers=(0, 1), root=None, origin="log.example/2026", log=LOG
) -> bytes:
    text = checkpoint_text(origin, size, root or TREE.root(0, size))
    return note(text, log.line(text), *(WITNESSES[i].line(text, TIME + i) for i in signers))


def proof(index=4, path=None, checkpoint=None, extra=None, size=11) -> bytes:
    path = TREE.path(index, size) if path is None else path
    lines = [] if extra is None else [f"extra {b64(extra)}\n"]
    lines.append(f"index {index}\n")
    lines += [b64(item) + "\n" for item in path]
    return HEADER + "".join(lines).encode() + b"\n" + (checkpoint or checkpoint_note(size))


def parsing() -> bytes:
    cases = []

    def add(name, data, verdict, desc=""):
        case = {"name": name, "desc": desc, **raw("proof", data), **reject(verdict)}
        if verdict == "accept":
            extra, index, path, checkpoint = parse(data)
            case |= {
                "extra": None if extra is None else b64(extra),
                "index": str(index),
                "hashes": [b64(item) for item in path],
                "checkpoint": checkpoint.decode(),
            }
        cases.append(checked(case, parse, data))

    good = proof()
    add("plain", good, "accept")
    add("with extra", proof(extra=b"hint"), "accept")
    add("no hashes", proof(0, [], checkpoint_note(1), size=1), "accept")
    add(
        "63 hashes", proof(path=[bytes(32)] * 63), "accept", "well-formed, though it proves nothing"
    )
    add("index at 2^63-1", good.replace(b"index 4", b"index 9223372036854775807"), "accept")
    add("empty", b"", "malformed: header")
    add("other version", good.replace(b"@v1", b"@v2"), "malformed: header")
    add("header with a space behind", good.replace(b"@v1\n", b"@v1 \n"), "malformed: header")
    add("header in upper case", good.replace(b"c2sp", b"C2SP"), "malformed: header")
    add("no header", good[len(HEADER) :], "malformed: header")
    add("CR LF", good.replace(b"\n", b"\r\n"), "malformed: header")
    add("no index", good.replace(b"index 4\n", b""), "malformed: index")
    for number in (b"-1", b"+4", b"04", b"", b" 4", b"4 ", b"0x4", b"18446744073709551616"):
        add(
            f"index {number.decode()!r}",
            good.replace(b"index 4", b"index " + number),
            "malformed: index",
        )
    add(
        "extra twice",
        proof(extra=b"a").replace(b"index 4", b"extra YQ==\nindex 4"),
        "malformed: index",
    )
    add(
        "extra behind the index",
        good.replace(b"index 4\n", b"index 4\nextra YQ==\n"),
        "malformed: hash",
    )
    add(
        "extra with bad base64", good.replace(b"index 4", b"extra YQ=\nindex 4"), "malformed: extra"
    )
    add("index twice", good.replace(b"index 4\n", b"index 4\nindex 4\n"), "malformed: hash")
    for length in (31, 33):
        add(f"hash of {length} bytes", proof(path=[bytes(length)]), "malformed: hash")
    add("64 hashes", proof(path=[bytes(32)] * 64), "malformed: hash")
    add(
        "hash in hex",
        good.replace(b"index 4\n", b"index 4\n" + b"00" * 32 + b"\n"),
        "malformed: hash",
    )
    add("hash with a space behind", good.replace(b"=\n", b"= \n", 1), "malformed: hash")
    add("no checkpoint", good.partition(b"\n\n")[0] + b"\n\n", "malformed: checkpoint")
    add("ends after the hashes", good.partition(b"\n\n")[0] + b"\n", "malformed: separator")
    add("checkpoint cut", good[:-3], "malformed: checkpoint")
    add("checkpoint unsigned", good[: good.rindex(b"\n\n") + 1], "malformed: checkpoint")
    return dump(
        "Reading tlog-proof files. Reasons: header, extra, index, hash, separator, checkpoint.",
        cases,
    )


def judging() -> bytes:
    cases = []

    def add(name, data, verdict, entry=b"entry 4", policy=POLICY, desc=""):
        case = {
            "name": name,
            "desc": desc,
            "proof": data.decode(),
            "policy": policy,
            "entry": b64(entry),
            **reject(verdict),
        }
        cases.append(checked(case, judge, data, entry, policy))

    add("good", proof(), "accept")
    for index in (0, 7, 10):
        add(f"entry {index}", proof(index), "accept", b"entry %d" % index)
    add("three cosignatures", proof(checkpoint=checkpoint_note(signers=(0, 1, 2))), "accept")
    add("tree of one", proof(0, size=1), "accept", b"entry 0")
    add("extra is not looked at", proof(extra=b"entry 5"), "accept")
    none = f"log {LOG.vkey}\nquorum none\n"
    add(
        "no witnesses asked for",
        proof(checkpoint=checkpoint_note(signers=())),
        "accept",
        policy=none,
    )
    add("one cosignature", proof(checkpoint=checkpoint_note(signers=(2,))), "rejected: quorum")
    add("no cosignature", proof(checkpoint=checkpoint_note(signers=())), "rejected: quorum")
    add(
        "one cosignature twice",
        proof(checkpoint=checkpoint_note(signers=(1, 1))),
        "rejected: quorum",
    )
    add("another entry", proof(), "rejected: inclusion", b"entry 5")
    add("another index", proof().replace(b"index 4", b"index 5"), "rejected: inclusion")
    add("index out of range", proof().replace(b"index 4", b"index 11"), "rejected: inclusion")
    add("hash missing", proof(path=TREE.path(4, 11)[:-1]), "rejected: inclusion")
    add("no hashes", proof(path=[]), "rejected: inclusion")
    flipped = [bytes([b ^ 1 for b in TREE.path(4, 11)[0]]), *TREE.path(4, 11)[1:]]
    add("hash changed", proof(path=flipped), "rejected: inclusion")
    add("hash added", proof(path=[*TREE.path(4, 11), bytes(32)]), "rejected: inclusion")
    add("checkpoint of another size", proof(checkpoint=checkpoint_note(8)), "rejected: inclusion")
    stranger = signer("log.example/2026", ED25519, "impostor")
    add(
        "checkpoint by a stranger of the same name",
        proof(checkpoint=checkpoint_note(log=stranger)),
        "rejected: log",
    )
    other = signer("other.example")
    add(
        "checkpoint of another log",
        proof(checkpoint=checkpoint_note(origin="other.example", log=other)),
        "rejected: log",
    )
    broken = checkpoint_note().replace(b64(TREE.root()).encode(), b64(sha256(b"x")).encode())
    add("root changed", proof(checkpoint=broken), "rejected: signature")
    return dump(
        "A proof judged by a policy for an entry's bytes. Reasons: log (no listed log signed), "
        "signature (a known line does not verify), quorum, inclusion.",
        cases,
    )
