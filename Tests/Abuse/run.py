"""Attacks a served ledger on loopback and prints a table. See --help."""

import argparse
import sys
import traceback
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "EndToEnd"), str(TESTS / "Faults")]

import attacks  # noqa: E402
import spam  # noqa: E402
from scene import Broken, Scene, allow_descriptors, measured  # noqa: E402


def row(name: str, said: str):
    print(f"{name.replace('_', ' '):<24} {said}", flush=True)


def run(attack, size: float, times: bool, scene: Scene) -> bool:
    try:
        result = attack(scene, size)
        if isinstance(result, tuple):
            client, said = result
            if times:
                said += f"; others' p50 {client.quantile(0.5) * 1000:.1f} ms, " \
                    f"p99 {client.quantile(0.99) * 1000:.1f} ms"
        else:
            said = result
        attacks.still_serves(scene)
        row(attack.__name__, said)
        return True
    except Broken as broken:
        row(attack.__name__, f"FAILED: {broken}")
    except Exception:
        row(attack.__name__, "BROKEN")
        traceback.print_exc()
    return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/abuse", description=__doc__)
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--ci", action="store_true",
                      help="small attacks; statuses, memory and descriptors, no times")
    size.add_argument("--long", action="store_true", help="at full size, and how long others wait")
    known = {attack.__name__: attack
             for attack in [*attacks.PLAIN, *attacks.UNDER_LOAD, *spam.ALL]}
    parser.add_argument("names", nargs="*", metavar="ATTACK", help=" ".join(known))
    options = parser.parse_args()
    for name in options.names:
        if name not in known:
            parser.error(f"no attack {name}: {' '.join(known)}")
    chosen = [known[name] for name in options.names] or list(known.values())
    allow_descriptors()
    size, good = (1.0 if options.long else 0.1), True
    # Small attacks meet a small limit, so that they exceed it as large ones do the usual one.
    limits = {} if options.long else {"connections": 200}
    for attack in chosen:
        # A scene of its own each, so that no attack has used up the share of the next.
        with Scene(**limits) as scene:
            if options.long and attack in attacks.UNDER_LOAD:
                client, memory, _ = measured(scene, 8)
                row("  (unloaded)", f"p50 {client.quantile(0.5) * 1000:.1f} ms, "
                    f"p99 {client.quantile(0.99) * 1000:.1f} ms, memory {memory >> 20} MiB")
            good &= run(attack, size, options.long, scene)
    print("all held" if good else "SOMETHING GAVE WAY", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
