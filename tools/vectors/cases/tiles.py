"""Folder tiles: coordinates, paths, widths, growth and entry bundles (C2SP tlog-tiles)."""

import re

from spec.encoding import b64, sha256, u16be
from spec.faults import Malformed
from spec.merkle import Tree, leaf_hash

from .output import checked, dump, raw, reject


def files() -> dict[str, bytes]:
    return {
        "tiles/paths.json": paths(),
        "tiles/widths.json": widths(),
        "tiles/growth.json": growth(),
        "tiles/contents.json": contents(),
        "tiles/entry-bundles.json": entry_bundles(),
    }


def number_path(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def path(level: int | str, index: int, width: int = 256) -> str:
    """The path of a tile (level 0 to 63) or, with level "entries", of an entry bundle."""
    return f"tile/{level}/{number_path(index)}" + ("" if width == 256 else f".p/{width}")


def parse_path(text: str) -> tuple[str, int, int]:
    found = re.fullmatch(r"tile/([^/]+)/(.+?)(?:\.p/([^/]*))?", text, re.S)
    if not found:
        raise Malformed("path")
    level, index, width = found.groups()
    if level != "entries" and not (re.fullmatch("0|[1-9][0-9]?", level) and int(level) < 64):
        raise Malformed("level")
    if not re.fullmatch("(x[0-9]{3}/)*[0-9]{3}", index, re.A):
        raise Malformed("index")
    number = int(index.replace("x", "").replace("/", ""))
    if number_path(number) != index or number >= 2**56:
        raise Malformed("index")
    if width is not None and not (
        re.fullmatch("[1-9][0-9]{0,2}", width, re.A) and int(width) < 256
    ):
        raise Malformed("width")
    return level, number, int(width or 256)


def paths() -> bytes:
    cases = []

    def add(text, verdict, desc=""):
        case = {"name": repr(text), "desc": desc, **raw("path", text.encode()), **reject(verdict)}
        if verdict == "accept":
            level, index, width = parse_path(text)
            case |= {"level": level, "index": str(index), "width": width}
            assert path(level, index, width) == text
        cases.append(checked(case, parse_path, text))

    for level in (0, 1, 5, 10, 63, "entries"):
        for index in (0, 7, 999, 1000, 1234067, 123456789):
            if level not in (10, 63) or index == 0:
                add(path(level, index), "accept")
        for width in (1, 9, 99, 255):
            add(path(level, 1000, width), "accept")
    add(path(0, 2**55), "accept")
    for text in (
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "/tile/0/000",
        "entries/000",
        "tile//000",
    ):
        add(text, "malformed: path")
    for level in ("64", "00", "01", "-1", "+1", "x", "0x1", "100", "Entries", "data"):
        add(f"tile/{level}/000", "malformed: level")
    for index in (
        "0",
        "00",
        "0000",
        "1000",
        "x000/000",
        "x000/001",
        "001/000",
        "x01/000",
        "x1/000",
        "X001/000",
        "x001/x000",
        "x001/00",
        "x001/000/",
        "x001//000",
        "abc",
        "-01",
        "+01",
        " 00",
        "x001\\000",
        "000 ",
        "٠٠٠",
        "..",
        "000/..",
        "000.q/1",
        "000.p",
        "000\n",
    ):
        add(f"tile/0/{index}", "malformed: index")
    for width in ("0", "256", "01", "001", "1000", "-1", "+1", "x", "1 ", ""):
        add(f"tile/0/000.p/{width}", "malformed: width")
    return dump(
        "Paths below the prefix of a log. `width` is 256 for full tiles and bundles. Reasons: "
        "path, level, index, width.",
        cases,
    )


SIZES = [
    0,
    1,
    2,
    255,
    256,
    257,
    511,
    512,
    513,
    65535,
    65536,
    65537,
    65792,
    70000,
    256**3 - 1,
    256**3,
    256**3 + 1,
    2**32,
    2**32 + 1,
    2**40 + 12345,
    2**62 + 1,
    2**63 - 1,
]


def level_counts(size: int) -> list[tuple[int, int]]:
    """For each level the number of full tiles and the width of the partial one."""
    levels = []
    while size:
        levels.append((size // 256, size % 256))
        size //= 256
    return levels


def widths() -> bytes:
    cases = [
        {
            "name": f"size {size}",
            "size": str(size),
            "levels": [
                {"full": str(full), "partial": partial} for full, partial in level_counts(size)
            ],
            "bundles": {"full": str(size // 256), "partial": size % 256},
        }
        for size in SIZES
    ]
    return dump(
        "For each level, lowest first, the number of full tiles and the width of the partial "
        "tile behind them (0: none) in a log of `size`; the same for entry bundles.",
        cases,
    )


def tiles(size: int) -> dict[tuple[int, int], int]:
    """The width of every tile of a (small) log."""
    found = {}
    for level, (full, partial) in enumerate(level_counts(size)):
        found |= {(level, index): 256 for index in range(full)}
        if partial:
            found[level, full] = partial
    return found


def growth() -> bytes:
    pairs = [
        (0, 1),
        (1, 2),
        (0, 255),
        (0, 256),
        (255, 256),
        (256, 257),
        (255, 257),
        (1, 512),
        (500, 513),
        (65535, 65536),
        (65536, 65537),
        (65530, 66000),
        (65000, 65792),
        (7, 7),
    ]
    cases = []
    for old, new in pairs:
        before, after = tiles(old), tiles(new)
        written = sorted((key, width) for key, width in after.items() if before.get(key) != width)
        bundles = {key: width for key, width in written if key[0] == 0}
        cases.append(
            {
                "name": f"{old} to {new}",
                "old": str(old),
                "new": str(new),
                "tiles": [path(level, index, width) for (level, index), width in written],
                "bundles": [path("entries", index, width) for (_, index), width in bundles.items()],
            }
        )
    return dump(
        "The tiles and entry bundles that a log of size `new` has and one of size `old` has not, "
        "lowest level first: what it must write before it publishes the new checkpoint.",
        cases,
    )


def contents() -> bytes:
    cases = []
    for size in (1, 3, 256, 300, 700, 66000):
        leaves = [leaf_hash(b"%d" % i) for i in range(size)]
        tree, found = Tree(leaves), []
        wanted = sorted(tiles(size).items())
        if size > 1000:
            wanted = [item for item in wanted if item[0][0] > 0 or item[0][1] > 255]
        for (level, index), width in wanted:
            span = 256**level
            hashes = [
                tree.root((256 * index + i) * span, (256 * index + i + 1) * span)
                for i in range(width)
            ]
            data = b"".join(hashes)
            found.append(
                {
                    "path": path(level, index, width),
                    "bytes": len(data),
                    "sha256": sha256(data).hex(),
                }
            )
        cases.append(
            {"name": f"size {size}", "size": str(size), "root": tree.root().hex(), "tiles": found}
        )
    return dump(
        "Entry i is the decimal text of i. SHA-256 of the bytes of the tiles of a log of `size` "
        "(of the largest only those above level 0 and the last of level 0).",
        cases,
    )


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    entries = []
    while data:
        if len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            raise Malformed("cut")
        count = int.from_bytes(data[:2], "big")
        entries.append(data[2 : 2 + count])
        data = data[2 + count :]
    if len(entries) != width:
        raise Malformed("count")
    return entries


def entry_bundles() -> bytes:
    cases = []

    def add(name, data, width, verdict):
        case = {"name": name, "bundle": b64(data), "width": width, **reject(verdict)}
        if verdict == "accept":
            case["entries"] = [b64(entry) for entry in parse_bundle(data, width)]
        cases.append(checked(case, parse_bundle, data, width))

    def pack(*entries):
        return b"".join(u16be(len(entry)) + entry for entry in entries)

    add("one entry", pack(b"abc"), 1, "accept")
    add("an empty entry", pack(b""), 1, "accept")
    add("three entries", pack(b"a", b"", b"\x00\xff"), 3, "accept")
    add("an entry of 300 bytes", pack(b"x" * 300), 1, "accept")
    add("256 entries", pack(*(b"%d" % i for i in range(256))), 256, "accept")
    add("nothing for one", b"", 1, "malformed: count")
    add("one for two", pack(b"a"), 2, "malformed: count")
    add("two for one", pack(b"a", b"b"), 1, "malformed: count")
    add("257 for 256", pack(*[b"e"] * 257), 256, "malformed: count")
    add("length cut", pack(b"a") + b"\x00", 2, "malformed: cut")
    add("entry cut", pack(b"a", b"bcd")[:-1], 2, "malformed: cut")
    add("length too great", b"\xff\xff" + b"x" * 10, 1, "malformed: cut")
    add("length little-endian", b"\x01\x00a", 1, "malformed: cut")
    return dump(
        "Entry bundles read with the width that their path says. Reasons: cut (the bytes end "
        "inside an entry), count (not `width` entries).",
        cases,
    )
