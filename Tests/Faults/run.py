"""Presses the served ledger with faults and prints a table. See --help."""

import argparse
import math
import multiprocessing
import multiprocessing.connection
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "EndToEnd"))

import checker  # noqa: E402
import crash  # noqa: E402
import full  # noqa: E402
import kill  # noqa: E402
import powercut  # noqa: E402
import rivals  # noqa: E402
import rot  # noqa: E402
import syscalls  # noqa: E402
from history import Violation  # noqa: E402
from world import Template  # noqa: E402

# Rounds of the short share and the seconds after which it ends in any case, rounds of the long run.
HARNESSES = {
    "checker": (checker, 200, 5, 10_000),
    "kill": (kill, 100, 80, 10_000),
    "syscalls": (syscalls, 400, 90, 1 << 30),
    "powercut": (powercut, 40, 60, 3_000),
    "crash": (crash, 2_000, 60, 200_000),
    "full": (full, 16, 30, 64),
    "rot": (rot, 200, 60, 10_000),
    "rivals": (rivals, 200, 60, 10_000),
}
FIXED_SEED = 20261124


def run(name: str, template: Template, seeds: list[int], ci: bool, limit: float | None) -> bool:
    """One row of the table; whether it is good. The seeds share the rounds and the time."""
    harness, short, seconds, long = HARNESSES[name]
    seconds = limit or (seconds if ci else math.inf)
    reason = harness.unavailable() if hasattr(harness, "unavailable") else None
    if reason:
        print(f"{harness.NAME:<20} skipped: {reason}", flush=True)
        return True
    began, done, checked, seed = time.monotonic(), 0, 0, seeds[0]
    try:
        caught = harness.prove(template, random.Random(f"{seed} {name} proof"))
        for seed in seeds:
            end = time.monotonic() + seconds / len(seeds)
            goal = (short if ci else long) // len(seeds)
            work = harness.rounds(template, random.Random(f"{seed} {name}"), goal)
            for value in work:
                done += 1
                checked += value
                if time.monotonic() > end:
                    work.close()
                    break
    except Violation as violation:
        print(f"{harness.NAME:<20} FAILED in round {done + 1}, seed {seed}: {violation}", flush=True)
        return False
    except Exception:
        print(f"{harness.NAME:<20} BROKEN in round {done + 1}, seed {seed}", flush=True)
        traceback.print_exc()
        return False
    took = time.monotonic() - began
    print(f"{harness.NAME:<20} {done:>6} {checked:>8} {0:>5} {took:>7.1f}  {caught}", flush=True)
    if hasattr(harness, "tally"):
        print(f"{'':<20} {harness.tally}", flush=True)
    return True


def in_processes(row, names: list[str], jobs: int) -> bool:
    """Several rows at once, since most of a round is waiting for a program or the device."""
    forking, running, good = multiprocessing.get_context("fork"), [], True
    while names or running:
        while names and len(running) < jobs:
            running.append(forking.Process(target=row, args=(names.pop(0),)))
            running[-1].start()
        multiprocessing.connection.wait([process.sentinel for process in running])
        for process in [process for process in running if not process.is_alive()]:
            process.join()
            good &= process.exitcode == 0
            running.remove(process)
    return good


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/faults", description=__doc__)
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--ci", action="store_true", help="the short share, about four minutes")
    size.add_argument("--long", action="store_true", help="everything, many hours")
    parser.add_argument("--seed", type=int, help="repeat the run with this seed alone")
    parser.add_argument("--seconds", type=float, help="at most so long for each harness")
    parser.add_argument("--jobs", type=int, default=2, help="harnesses at once (2)")
    parser.add_argument("names", nargs="*", metavar="HARNESS", help=" ".join(HARNESSES))
    options = parser.parse_args()
    for name in options.names:
        if name not in HARNESSES:
            parser.error(f"no harness {name}: {' '.join(HARNESSES)}")
    new = random.SystemRandom().randrange(1 << 32)
    if options.seed is not None:
        seeds = [options.seed]
    else:
        seeds = [FIXED_SEED, new] if options.ci else [new]
    print(f"seeds {' '.join(map(str, seeds))}: --seed N makes the same choices again; when a "
          "fault meets the server is the machine's", flush=True)
    print(f"{'harness':<20} {'rounds':>6} {'checked':>8} {'lost':>5} {'seconds':>7}  "
          "planted bug: how it was caught", flush=True)
    with tempfile.TemporaryDirectory(prefix="assay-faults-") as folder:
        template = Template(Path(folder) / "template")

        def row(name: str):
            sys.exit(0 if run(name, template, seeds, options.ci, options.seconds) else 1)

        good = in_processes(row, list(options.names or HARNESSES), options.jobs)
    print("all held" if good else "SOMETHING WAS LOST OR BROKEN", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
