#!/usr/bin/env python3
"""Writes schemas/vectors from the specifications. With --check, compares instead of writing.

Python 3.11, standard library only; the same bytes on every run. Nothing here was derived from the
Swift sources: where the two disagree, one of them or the specification is wrong.
"""

import argparse
import difflib
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from cases import (  # noqa: E402
    bundles,
    checkpoints,
    commitments,
    dsse,
    jcs,
    keys,
    merkle,
    notes,
    quorums,
    signatures,
    subject_index,
    tiles,
    tlog_proof,
)

TARGET = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "vectors"
MAKERS = [
    merkle,
    notes,
    checkpoints,
    tiles,
    quorums,
    tlog_proof,
    jcs,
    dsse,
    commitments,
    subject_index,
    keys,
    signatures,
    bundles,
]


def generated() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for maker in MAKERS:
        files |= maker.files()
    return files


def on_disk() -> dict[str, bytes]:
    return {str(path.relative_to(TARGET)): path.read_bytes() for path in TARGET.rglob("*.json")}


def show_difference(name: str, old: bytes, new: bytes) -> None:
    lines = difflib.unified_diff(
        old.decode().splitlines(),
        new.decode().splitlines(),
        f"committed/{name}",
        f"generated/{name}",
        lineterm="",
        n=0,
    )
    for count, line in enumerate(lines):
        if count == 40:
            print("  and more")
            break
        print(line[:240])


def check(files: dict[str, bytes]) -> int:
    committed = on_disk()
    differing = sorted(name for name in files | committed if files.get(name) != committed.get(name))
    for name in differing:
        show_difference(name, committed.get(name, b""), files.get(name, b""))
    print(f"{len(files)} vector files, {len(differing)} differ")
    return 1 if differing else 0


def write(files: dict[str, bytes]) -> int:
    for name in on_disk().keys() - files.keys():
        (TARGET / name).unlink()
    for name, data in files.items():
        path = TARGET / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{len(files)} vector files, {sum(map(len, files.values()))} bytes")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="fail, with a diff, when the committed files differ"
    )
    arguments = parser.parse_args()
    return check(generated()) if arguments.check else write(generated())


if __name__ == "__main__":
    sys.exit(main())
