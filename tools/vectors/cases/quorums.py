"""Folders policies and quorums: texts, split and halt by brute force, observed-by times."""

from spec import ed25519, quorums
from spec.encoding import Seeded
from spec.notes import COSIGNATURE, ML_DSA

from .notes import signer, vkey_of
from .output import checked, dump, raw, reject

LEAVES = ["w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"]


def files() -> dict[str, bytes]:
    return {
        "policies/policies.json": policies(),
        "quorums/texts.json": texts(),
        "quorums/quorums.json": generated(),
        "quorums/observed.json": observed(),
    }


def mask_names(mask: int, leaves) -> list[str]:
    return [leaf for i, leaf in enumerate(leaves) if mask >> i & 1]


def policies() -> bytes:
    log, log_pq = signer("log.example"), signer("log.example", ML_DSA)
    w = [signer(f"w{i}.example", COSIGNATURE) for i in range(5)]
    w_pq = signer("w9.example", ML_DSA)
    cases = []

    def add(name, text, verdict, desc=""):
        data = text if isinstance(text, bytes) else text.encode()
        case = {"name": name, "desc": desc, **raw("policy", data), **reject(verdict)}
        checked(case, quorums.parse, data)
        if verdict == "accept":
            policy = quorums.parse(data)
            case |= {
                "logs": [n.decode() for n, _ in policy.logs],
                "witnesses": [n.decode() for n in policy.leaves],
                "split": policy.split()[0],
                "halt": policy.halt(),
            }
        cases.append(case)

    logs = f"log {log.vkey}\n"
    three = "".join(f"witness W{i} {w[i].vkey}\n" for i in range(3))
    good = logs + three + "group g 2 W0 W1 W2\nquorum g\n"
    add("two of three", good, "accept")
    add("none", logs + "quorum none\n", "accept", "nobody has to cosign: split is 0")
    add("one witness", logs + three + "quorum W1\n", "accept", "witnesses that nothing needs")
    add("all", logs + three + "group g all W0 W1 W2\nquorum g\n", "accept")
    add("any", logs + three + "group g any W0 W1 W2\nquorum g\n", "accept")
    add(
        "groups of groups",
        logs + three + "group a any W0 W1\ngroup b all a W2\nquorum b\n",
        "accept",
    )
    add("no logs", three + "quorum W0\n", "accept")
    add("two logs", logs + f"log {log_pq.vkey}\n" + three + "quorum W0\n", "accept")
    add("ML-DSA witness", logs + f"witness W9 {w_pq.vkey}\nquorum W9\n", "accept")
    add(
        "URLs",
        f"log {log.vkey} https://log.example/\nwitness W0 {w[0].vkey} https://w0.example/x\n"
        "quorum W0\n",
        "accept",
    )
    add("comments and blank lines", "# head\n\n  \t\n \t# more\n" + good, "accept")
    add("tabs and many spaces", good.replace(" ", " \t ").replace("\n", " \t\n"), "accept")
    add("spaces in front", "  " + good, "accept")
    add(
        "names outside ASCII",
        good.replace("W1", "é").replace("W2", "e\u0301"),
        "accept",
        "two names, though equal as Unicode",
    )
    add(
        "names that are not UTF-8",
        good.encode().replace(b"W1", b"\xff").replace(b"W2", b"\xfe"),
        "malformed: utf8",
        "tlog-policy takes any bytes; Assay's texts are UTF-8",
    )
    add("names K and Kelvin", good.replace("W1", "K").replace("W2", "\u212a"), "accept")
    add(
        "no-break space in a name",
        good.replace("W1", "W\xa01"),
        "accept",
        "only spaces and tabs separate",
    )
    add("threshold 1", logs + three + "group g 1 W0 W1 W2\nquorum g\n", "accept")
    add("group of one", logs + three + "group g all W0\nquorum g\n", "accept")

    add("empty", "", "malformed: newline")
    add("no quorum", logs + three, "malformed: quorum-missing")
    add("two quorums", good + "quorum g\n", "malformed: quorum-repeated")
    add("quorum none beside another", good + "quorum none\n", "malformed: quorum-repeated")
    add("quorum of an unknown name", logs + three + "quorum W7\n", "malformed: unknown-member")
    add(
        "quorum before its group",
        logs + three + "quorum g\ngroup g any W0\n",
        "malformed: unknown-member",
    )
    add("quorum of two names", logs + three + "quorum W0 W1\n", "malformed: fields")
    add("quorum of no name", logs + three + "quorum\n", "malformed: fields")
    add("unknown keyword", good + "mirror W0\n", "malformed: keyword")
    add("keyword in upper case", good.replace("quorum", "Quorum"), "malformed: keyword")
    for threshold in ("0", "4", "-1", "+1", "01", "1.5", "ALL", "x", "99999999999999999999999"):
        add(
            f"threshold {threshold}",
            good.replace("group g 2", f"group g {threshold}"),
            "malformed: threshold",
        )
    add("group without members", logs + three + "group g 1\nquorum g\n", "malformed: fields")
    add("group with an unknown member", good.replace("W2\nq", "W7\nq"), "malformed: unknown-member")
    add(
        "group in itself",
        logs + three + "group g any g W0\nquorum g\n",
        "malformed: unknown-member",
    )
    add(
        "group before its member",
        logs + "group g any W0\n" + three + "quorum g\n",
        "malformed: unknown-member",
    )
    add(
        "member twice in a group",
        good.replace("W0 W1 W2", "W0 W0 W1"),
        "malformed: repeated-member",
    )
    add(
        "member in two groups",
        logs + three + "group a any W0 W1\ngroup b any W1 W2\ngroup c all a b\nquorum c\n",
        "malformed: repeated-member",
    )
    add(
        "group in two groups",
        logs
        + three
        + "group a any W0\ngroup b any a W1\ngroup c any a W2\ngroup d any b c\nquorum d\n",
        "malformed: repeated-member",
    )
    add(
        "none as a member",
        logs + three + "group g any none W0\nquorum g\n",
        "malformed: unknown-member",
    )
    for name in ("none", "all", "any"):
        add(
            f"witness called {name}",
            logs + f"witness {name} {w[0].vkey}\nquorum none\n",
            "malformed: reserved-name",
        )
        add(
            f"group called {name}",
            logs + three + f"group {name} any W0\nquorum W0\n",
            "malformed: reserved-name",
        )
    add(
        "witness name twice",
        logs + three + f"witness W0 {w[3].vkey}\nquorum W0\n",
        "malformed: duplicate-name",
    )
    add(
        "group named like a witness",
        logs + three + "group W0 any W1\nquorum W0\n",
        "malformed: duplicate-name",
    )
    add(
        "group name twice",
        logs + three + "group g any W0\ngroup g any W1\nquorum g\n",
        "malformed: duplicate-name",
    )
    add(
        "witness key twice",
        logs + three + f"witness W3 {w[0].vkey}\nquorum W0\n",
        "malformed: duplicate-key",
        "one key must not count twice",
    )
    renamed = signer("renamed.example", COSIGNATURE, "w0.example")
    add(
        "witness key under another key name",
        logs + three + f"witness W3 {renamed.vkey}\nquorum W0\n",
        "malformed: duplicate-key",
    )
    add("log key twice", logs + logs + three + "quorum W0\n", "malformed: duplicate-key")
    add(
        "witness with a plain key",
        logs + f"witness W0 {log.vkey}\nquorum W0\n",
        "malformed: key-type",
    )
    add("log with a cosigner's key", f"log {w[0].vkey}\nquorum none\n", "malformed: key-type")
    add(
        "vkey with a wrong id",
        logs + f"witness W0 {w[0].vkey.replace('+', 'x+', 1)}\nquorum W0\n",
        "malformed: vkey",
    )
    small = ed25519.encode(ed25519.torsion()[1])
    add(
        "vkey of small order",
        logs + f"witness W0 {vkey_of('w0', COSIGNATURE, small)}\nquorum W0\n",
        "malformed: vkey",
    )
    add("witness without a key", logs + "witness W0\nquorum none\n", "malformed: fields")
    add(
        "witness with four fields",
        logs + f"witness W0 {w[0].vkey} a b\nquorum W0\n",
        "malformed: fields",
    )
    add("log without a key", "log\nquorum none\n", "malformed: fields")
    add("CR LF", good.replace("\n", "\r\n"), "malformed: bytes")
    add("NUL", good + "#\0\n", "malformed: bytes")
    add("DEL", good + "#\x7f\n", "malformed: bytes")
    add("vertical tab", good.replace("quorum g", "quorum\vg"), "malformed: bytes")
    add("no final newline", good[:-1], "malformed: newline", "Assay wants one")
    return dump(
        "C2SP tlog-policy texts. split: the least number of witnesses that must be dishonest for "
        "two heads; halt: the least number of absent ones that stops progress (null: none can). "
        "Reasons: bytes, utf8, newline, keyword, fields, vkey, key-type, duplicate-key, "
        "duplicate-name, reserved-name, unknown-member, repeated-member, threshold, "
        "quorum-missing, quorum-repeated.",
        cases,
    )


def texts() -> bytes:
    leaves = ["ab", "cd", "ef"]
    cases = []

    def add(name, text, verdict, desc=""):
        case = {"name": name, "desc": desc, "leaves": leaves, "quorum": text, **reject(verdict)}
        cases.append(
            checked(case, quorums.parse, text.encode(), [leaf.encode() for leaf in leaves])
        )

    add("two of three", "group g 2 ab cd ef\nquorum g\n", "accept")
    add("none", "quorum none\n", "accept", "well-formed; a charter's voting must not be none")
    add("one", "quorum cd\n", "accept")
    add(
        "comment",
        "# by hand\nquorum cd\n",
        "malformed: keyword",
        "nothing but group and quorum lines",
    )
    add("blank line", "quorum cd\n\n", "malformed: keyword")
    add("no final newline", "quorum cd", "malformed: newline")
    add("empty", "", "malformed: newline")
    add("no quorum", "group g all ab\n", "malformed: quorum-missing")
    add("witness line", "witness W x+00000000+AAAA\nquorum W\n", "malformed: keyword")
    add("log line", "log x+00000000+AAAA\nquorum ab\n", "malformed: keyword")
    add("unknown leaf", "group g 1 xy\nquorum g\n", "malformed: unknown-member")
    add(
        "leaf twice",
        "group a any ab cd\ngroup b all a ab\nquorum b\n",
        "malformed: repeated-member",
    )
    add("group named like a leaf", "group ab any cd\nquorum ab\n", "malformed: duplicate-name")
    add("threshold too great", "group g 3 ab cd\nquorum g\n", "malformed: threshold")
    return dump("Group and quorum lines alone, over predeclared leaves.", cases)


def random_quorum(source: Seeded, count: int) -> str:
    """A tree over all leaves in which every group has at most five members."""
    pool, lines, number = LEAVES[:count], [], 0
    while len(pool) > 1 or not lines:
        size = min(len(pool), 1 + source.below(5))
        members = [pool.pop(source.below(len(pool))) for _ in range(size)]
        threshold = 1 + source.below(size)
        word = str(threshold)
        if threshold == size and source.below(2):
            word = "all"
        elif threshold == 1 and source.below(2):
            word = "any"
        lines.append(f"group g{number} {word} {' '.join(members)}\n")
        pool.append(f"g{number}")
        number += 1
        if len(lines) > 12:
            break
    return "".join(lines) + f"quorum g{number - 1}\n"


def quorum_case(name: str, text: str, count: int) -> dict:
    leaves = LEAVES[:count]
    policy = quorums.parse(text.encode(), [leaf.encode() for leaf in leaves])
    table = policy.table()
    split, sets = policy.split()
    bits = sum(1 << mask for mask, good in enumerate(table) if good)
    return {
        "name": name,
        "leaves": leaves,
        "quorum": text,
        "split": split,
        "halt": policy.halt(),
        "splitSets": [mask_names(mask, leaves) for mask in sets],
        "satisfied": f"{bits:0{max(1, (1 << count) // 4)}x}",
    }


def generated() -> bytes:
    cases = [quorum_case("none", "quorum none\n", 3), quorum_case("one leaf", "quorum w2\n", 3)]
    source = Seeded("quorums")
    for number in range(300):
        count = 1 + number % 8
        cases.append(quorum_case(f"made {number}", random_quorum(source, count), count))
    return dump(
        "satisfied: a hexadecimal number whose bit m (1 for the lowest) says whether the set m of "
        "leaves satisfies the quorum, bit i of m standing for leaf i. split and halt are found by "
        "trying all sets; splitSets are all smallest sets of leaves whose dishonesty lets two "
        "conflicting heads be satisfied. halt is null where no absence stops progress.",
        cases,
    )


def observed() -> bytes:
    source, cases = Seeded("observed"), []
    for number in range(120):
        count = 1 + number % 8
        text = random_quorum(source, count)
        leaves = LEAVES[:count]
        policy = quorums.parse(text.encode(), [leaf.encode() for leaf in leaves])
        times = {i: 1790000000 + source.below(40) for i in range(count) if source.below(5)}
        earliest = None
        for moment in sorted(set(times.values())):
            if policy.satisfied(sum(1 << i for i, t in times.items() if t <= moment)):
                earliest = moment
                break
        cases.append(
            {
                "name": f"made {number}",
                "leaves": leaves,
                "quorum": text,
                "times": {leaves[i]: str(t) for i, t in times.items()},
                "observedBy": None if earliest is None else str(earliest),
            }
        )
    return dump(
        "Cosignature times by leaf (absent: no cosignature), and the smallest time T such that "
        "the cosignatures up to T satisfy the quorum by themselves; null where they never do.",
        cases,
    )
