"""Evaluation logs that are wrong in one way each, made from a good one."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path


def members(log: Path) -> dict[str, bytes]:
    """The members of a log that was written with deflate (isleton, eastmark)."""
    with zipfile.ZipFile(log) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def archive(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, data in content.items():
            made.writestr(zipfile.ZipInfo(name, (2026, 11, 24, 0, 0, 0)), data, method)
    return buffer.getvalue()


def with_accuracy(log: Path, value: str) -> bytes:
    """The header claims another accuracy than the samples give."""
    content = members(log)
    header = json.loads(content["header.json"])
    found = 0
    for score in header["results"]["scores"]:
        if "accuracy" in score["metrics"]:
            score["metrics"]["accuracy"]["value"] = float(value)
            found += 1
    assert found, "no accuracy in this log"
    content["header.json"] = json.dumps(header).encode()
    return archive(content)


def with_header(log: Path, change) -> bytes:
    content = members(log)
    header = json.loads(content["header.json"])
    change(header)
    content["header.json"] = json.dumps(header).encode()
    return archive(content)


def without(log: Path, *names: str) -> bytes:
    content = members(log)
    for name in names:
        del content[name]
    return archive(content)


def zip_bomb(log: Path, expanded: int, to: Path):
    """One sample of `expanded` bytes that compresses a thousandfold; written piece by piece."""
    content = members(log)
    name = next(name for name in content if name.startswith("samples/"))
    sample = json.loads(content.pop(name))
    sample["store"] = {"padding": ""}
    text = json.dumps(sample).encode()
    at = text.rindex(b'"padding": "') + len(b'"padding": "')
    piece = b"0" * 1_000_000
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for other, data in content.items():
            made.writestr(other, data)
        with made.open(name, "w", force_zip64=True) as member:
            member.write(text[:at])
            for _ in range(expanded // len(piece)):
                member.write(piece)
            member.write(text[at:])


def many_members(log: Path, count: int) -> bytes:
    """A central directory of very many empty samples."""
    content = members(log)
    content.update({f"samples/x{number}_epoch_1.json": b"{}" for number in range(count)})
    return archive(content, zipfile.ZIP_STORED)


def nested_json(log: Path, depth: int) -> bytes:
    content = members(log)
    name = next(name for name in content if name.startswith("samples/"))
    text = content[name].rstrip()
    content[name] = text[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}"
    return archive(content)


def lying_size(log: Path) -> bytes:
    """A member that says it is small and is not: the declared sizes are not to be believed."""
    payload = b"0" * 3_000_000
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezer.compress(payload) + squeezer.flush()
    crc, name = zlib.crc32(payload), b"header.json"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 10, len(name), 0)
    body = local + name + packed
    central = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), 10,
                          len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(body), 0)
    return body + central + end
